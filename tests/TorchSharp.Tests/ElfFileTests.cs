using System.Buffers.Binary;
using MiniGan.TorchSharp.Native;

namespace MiniGan.Tests.Live;

/// <summary>On made-up files: an ELF header, tables of symbol versions and of relocations, and the table of sections at the end.</summary>
public sealed class ElfFileTests
{
    private const int Header = 64, Symbols = 5, VersionIndices = Header, Needs = VersionIndices + (2 * Symbols),
        Relocations = Needs + (2 * 16) + (3 * 16);
    private const ushort Weak = 2;

    // Where the flags of the three needed versions are: the first library has two of them, the second one.
    private static readonly int[] Flags = [Needs + 16 + 4, Needs + 32 + 4, Needs + 48 + 16 + 4];

    [Fact]
    public void Versions_that_no_relocation_uses_become_weak_and_nothing_else_changes()
    {
        // Symbols 1 and 3 are referred to; they have the versions 2 and 4 (the latter hidden).
        byte[] file = Make(versions: [0, 2, 3, 4 | 0x8000, 1], used: [1, 3]), expected = [.. file];
        expected[Flags[1]] = (byte)Weak;
        Assert.Equal(1, ElfFile.MarkUnusedVersionsWeak(file));
        Assert.Equal(expected, file);
        Assert.Equal(0, ElfFile.MarkUnusedVersionsWeak(file));
        Assert.Equal(expected, file);
    }

    [Theory]
    [InlineData(3, new int[0])]
    [InlineData(2, new[] { 1 })]
    [InlineData(1, new[] { 1, 2 })]
    [InlineData(0, new[] { 1, 2, 3 })]
    public void A_version_is_kept_for_each_symbol_that_is_referred_to(int marked, int[] used) =>
        Assert.Equal(marked, ElfFile.MarkUnusedVersionsWeak(Make([0, 2, 3, 4, 1], used)));

    [Fact]
    public void Other_flags_stay()
    {
        byte[] file = Make([0, 2, 3, 4, 1], [1, 3]);
        file[Flags[1]] = 1;
        ElfFile.MarkUnusedVersionsWeak(file);
        Assert.Equal(1 | Weak, file[Flags[1]]);
    }

    [Fact]
    public void Relocations_against_another_table_of_symbols_do_not_count()
    {
        byte[] file = Make([0, 2, 3, 4, 1], [1, 2, 3]);
        file[Sections(file) + (2 * 64) + 40] = 9; // the relocations' link
        Assert.Equal(3, ElfFile.MarkUnusedVersionsWeak(file));
    }

    [Theory]
    [InlineData(0, 0x7e)] // no ELF
    [InlineData(4, 1)] // 32 bits
    [InlineData(5, 2)] // big-endian
    [InlineData(0x3a, 40)] // the size of a section header
    [InlineData(0x3c, 200)] // more sections than there are
    [InlineData(0x3c, 1)] // too few: one table of versions is not there
    [InlineData(0x2f, 1)] // the sections' place
    public void Another_file_is_refused_and_unchanged(int offset, byte value)
    {
        byte[] file = Make([0, 2, 3, 4, 1], [1]);
        file[offset] = value;
        byte[] before = [.. file];
        Assert.Throws<InvalidDataException>(() => ElfFile.MarkUnusedVersionsWeak(file));
        Assert.Equal(before, file);
    }

    [Fact]
    public void A_list_that_leads_back_into_itself_ends()
    {
        byte[] file = Make([0, 2, 3, 4, 1], [1]);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(Needs + 2), ushort.MaxValue); // so many versions
        file[Needs + 16 + 12] = 0; // and the second is the first
        Assert.Throws<InvalidDataException>(() => ElfFile.MarkUnusedVersionsWeak(file));
    }

    [Fact]
    public void Any_damage_is_noticed_or_harmless_and_never_another_exception()
    {
        byte[] whole = Make([0, 2, 3, 4 | 0x8000, 1], [1, 3]);
        var random = new Random(1);
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] file = whole[..(trial % 2 == 0 ? whole.Length : random.Next(whole.Length))];
            for (int change = random.Next(1, 4); change > 0 && file.Length > 0; change--)
            {
                file[random.Next(file.Length)] = random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256);
            }

            byte[] before = [.. file];
            try
            {
                ElfFile.MarkUnusedVersionsWeak(file);
                Assert.All(before.Zip(file), pair => Assert.Equal(0, (pair.First ^ pair.Second) & ~Weak));
            }
            catch (InvalidDataException)
            {
                Assert.Equal(before, file);
            }
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_is_not_whole()
    {
        byte[] file = Make([0, 2, 3, 4, 1], [1]);
        Assert.True(ElfFile.IsWhole(new MemoryStream(file)));
        Assert.All(Enumerable.Range(0, file.Length), length => Assert.False(ElfFile.IsWhole(new MemoryStream(file, 0, length))));
        file[0] = 0;
        Assert.False(ElfFile.IsWhole(new MemoryStream(file)));
    }

    private static int Sections(byte[] file) => (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(0x28));

    /// <summary>A file that needs the versions 2 and 3 of one library and 4 of another.</summary>
    /// <param name="versions">The version of each symbol.</param>
    /// <param name="used">The symbols that relocations refer to, one each.</param>
    private static byte[] Make(int[] versions, int[] used)
    {
        int sections = Relocations + (24 * used.Length);
        byte[] file = new byte[sections + (3 * 64)];
        void Put(int offset, ulong value, int size)
        {
            for (int i = 0; i < size; i++)
            {
                file[offset + i] = (byte)(value >> (8 * i));
            }
        }

        void Section(int number, uint type, int offset, int size)
        {
            int at = sections + (64 * number);
            Put(at + 4, type, 4);
            Put(at + 24, (ulong)offset, 8);
            Put(at + 32, (ulong)size, 8);
            Put(at + 40, 7, 4); // the table of symbols
        }

        void Library(int at, int count, int next)
        {
            Put(at + 2, (ulong)count, 2);
            Put(at + 8, 16, 4);
            Put(at + 12, (ulong)next, 4);
        }

        void Version(int at, int index, int next)
        {
            Put(at + 6, (ulong)index, 2);
            Put(at + 12, (ulong)next, 4);
        }

        byte[] start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        start.CopyTo(file, 0);
        Put(0x28, (ulong)sections, 8);
        Put(0x3a, 64, 2);
        Put(0x3c, 3, 2);
        Section(0, 0x6fffffff, VersionIndices, 2 * Symbols);
        Section(1, 0x6ffffffe, Needs, Relocations - Needs);
        Section(2, 4, Relocations, 24 * used.Length);
        for (int i = 0; i < Symbols; i++)
        {
            Put(VersionIndices + (2 * i), (ulong)versions[i], 2);
        }

        Library(Needs, 2, next: 48);
        Version(Needs + 16, 2, next: 16);
        Version(Needs + 32, 3, next: 0);
        Library(Needs + 48, 1, next: 0);
        Version(Needs + 64, 4, next: 0);
        for (int i = 0; i < used.Length; i++)
        {
            Put(Relocations + (24 * i) + 8, (ulong)used[i] << 32, 8);
        }

        return file;
    }
}
