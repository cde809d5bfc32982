using System.Buffers.Binary;

namespace MiniGan.TorchSharp.Native;

/// <summary>Shared libraries of 64-bit Linux (ELF, little-endian), as far as loading them needs it.</summary>
/// <remarks>
/// A library lists the symbol versions that it needs of others (Linux Standard Base 5.0, "Symbol Versioning"), and the system's loader
/// refuses it if one is missing, even one that nothing in it uses, unless that version is marked weak. So to mark those weak that no
/// relocation refers to changes nothing but that refusal: a symbol without a relocation is never looked up.
/// </remarks>
internal static class ElfFile
{
    private const int HeaderSize = 64, SectionSize = 64, RelocationSize = 24, NeedSize = 16, VersionSize = 16, IndexSize = 2;
    private const uint Relocations = 4, Needs = 0x6ffffffe, VersionOfSymbol = 0x6fffffff;
    private const ushort Weak = 2;
    private const int HiddenBit = 0x8000; // of a symbol's version index

    /// <summary>Whether a file is one of these, and not cut off: linkers put the table of sections at the end.</summary>
    /// <param name="file">The file, at its beginning.</param>
    public static bool IsWhole(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize)
        {
            return false;
        }

        try
        {
            (ulong offset, ulong length) = SectionTable(header);
            return offset <= (ulong)file.Length && length <= (ulong)file.Length - offset;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Marks each needed version weak that no relocation refers to.</summary>
    /// <param name="file">The whole shared object; changed in place.</param>
    /// <returns>How many were not weak before.</returns>
    /// <exception cref="InvalidDataException">It is no such file, or a damaged one; then nothing has changed.</exception>
    public static int MarkUnusedVersionsWeak(Span<byte> file)
    {
        List<(uint Type, int Link, Range Content)> sections = Sections(file);
        if (sections.Count(section => section.Type == Needs) != 1 || sections.Count(section => section.Type == VersionOfSymbol) != 1)
        {
            throw new InvalidDataException("It does not have the two tables of symbol versions.");
        }

        (_, int symbols, Range indices) = sections.Single(section => section.Type == VersionOfSymbol);
        var used = new HashSet<int>();
        foreach ((uint type, int link, Range content) in sections)
        {
            if (type == Relocations && link == symbols)
            {
                AddVersions(file[content], file[indices], used);
            }
        }

        // All are found before the first is changed, since finding may fail.
        Span<byte> needs = file[sections.Single(section => section.Type == Needs).Content];
        List<int> flags = FlagsOfUnused(needs, used);
        foreach (int offset in flags)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(
                needs[offset..], (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(needs[offset..]) | Weak));
        }

        return flags.Count;
    }

    /// <summary>Where the table of sections is, in bytes.</summary>
    private static (ulong Offset, ulong Length) SectionTable(ReadOnlySpan<byte> header)
    {
        // 0x7F E L F, 64 bits, little-endian, version 1
        if (header.Length < HeaderSize || !header.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]))
        {
            throw new InvalidDataException("It is no 64-bit little-endian ELF file.");
        }

        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[0x3a..]), count = BinaryPrimitives.ReadUInt16LittleEndian(header[0x3c..]);
        return size == SectionSize
            ? (BinaryPrimitives.ReadUInt64LittleEndian(header[0x28..]), (ulong)(count * SectionSize))
            : throw new InvalidDataException($"Its section headers have {size} bytes instead of {SectionSize}.");
    }

    private static List<(uint Type, int Link, Range Content)> Sections(ReadOnlySpan<byte> file)
    {
        (ulong table, ulong length) = SectionTable(file);
        var sections = new List<(uint Type, int Link, Range Content)>();
        ReadOnlySpan<byte> headers = file[Part(file, table, length)];
        for (; !headers.IsEmpty; headers = headers[SectionSize..])
        {
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(headers[4..]);
            if (type is Relocations or Needs or VersionOfSymbol)
            {
                Range content = Part(
                    file, BinaryPrimitives.ReadUInt64LittleEndian(headers[24..]), BinaryPrimitives.ReadUInt64LittleEndian(headers[32..]));
                sections.Add((type, BinaryPrimitives.ReadInt32LittleEndian(headers[40..]), content));
            }
        }

        return sections;
    }

    /// <summary>The versions of the symbols that relocations refer to.</summary>
    private static void AddVersions(ReadOnlySpan<byte> relocations, ReadOnlySpan<byte> indices, HashSet<int> used)
    {
        for (; relocations.Length >= RelocationSize; relocations = relocations[RelocationSize..])
        {
            ulong symbol = BinaryPrimitives.ReadUInt64LittleEndian(relocations[8..]) >> 32;
            int index = BinaryPrimitives.ReadUInt16LittleEndian(indices[Part(indices, symbol * IndexSize, IndexSize)]);
            used.Add(index & ~HiddenBit);
        }
    }

    /// <summary>
    /// Where the flags are of those needed versions that are neither used nor weak: a list of libraries, each with a list of versions.
    /// </summary>
    private static List<int> FlagsOfUnused(ReadOnlySpan<byte> needs, HashSet<int> used)
    {
        var flags = new List<int>();
        int most = needs.Length / VersionSize; // a damaged list may lead back into itself
        for (ulong library = 0, next = 1; next != 0; library += next)
        {
            ReadOnlySpan<byte> need = needs[Part(needs, library, NeedSize)];
            ulong version = library + BinaryPrimitives.ReadUInt32LittleEndian(need[8..]);
            next = BinaryPrimitives.ReadUInt32LittleEndian(need[12..]);
            for (int left = BinaryPrimitives.ReadUInt16LittleEndian(need[2..]); left > 0; left--)
            {
                if (most-- == 0)
                {
                    throw new InvalidDataException("Its list of needed versions does not end.");
                }

                Range part = Part(needs, version, VersionSize);
                ReadOnlySpan<byte> entry = needs[part];
                bool weak = (BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]) & Weak) != 0;
                if (!weak && !used.Contains(BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]) & ~HiddenBit))
                {
                    flags.Add(part.Start.Value + 4);
                }

                version += BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
            }
        }

        return flags;
    }

    private static Range Part(ReadOnlySpan<byte> whole, ulong offset, ulong length) =>
        offset <= (ulong)whole.Length && length <= (ulong)whole.Length - offset
            ? (int)offset..(int)(offset + length)
            : throw new InvalidDataException("A table in it reaches beyond its end.");
}
