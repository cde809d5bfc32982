using MiniGan.Data;
using MiniGan.Files;

namespace MiniGan.Tests.Data;

/// <summary>Members of a compressed file one after the other, zeros behind them, and what is neither.</summary>
public sealed class GzipMemberTests : IDisposable
{
    private static readonly byte[] ThreeImages =
        [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(1, 12).Select(i => (byte)i)];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 512)]
    [InlineData(1, 65_526)] // the last byte but zeros begins a block of those that are looked through
    [InlineData(1, 200_000)]
    [InlineData(2, 0)]
    [InlineData(2, 7)]
    [InlineData(28, 0)]
    [InlineData(28, 10_240)]
    public void Members_one_after_the_other_and_zeros_behind_them_are_read(int members, int zeros)
    {
        // As `cat a.gz b.gz` and tapes make them; also with members that hold nothing, first, between and last.
        int size = (ThreeImages.Length + members - 1) / members;
        foreach (bool empty in new[] { false, true })
        {
            byte[][] parts = [.. ThreeImages.Chunk(size).SelectMany(part => empty ? new[] { [], part, [] } : new[] { part })];
            Assert.Equal(ThreeImages[16..], Read([.. parts.SelectMany(GzipBytes.Of), .. new byte[zeros]]).Pixels);
        }
    }

    [Fact]
    public void Every_truncation_and_damage_of_the_last_member_is_noticed()
    {
        byte[] first = GzipBytes.Of(ThreeImages[..20]), second = GzipBytes.Of(ThreeImages[20..]);
        foreach (byte[] padding in new byte[][] { [], new byte[100] })
        {
            for (int length = 0; length < second.Length; length++)
            {
                // Zeros in the place of zeros are no truncation.
                byte[] cut = second[..length];
                if (padding.Length == 0 || second.AsSpan(length).ContainsAnyExcept((byte)0))
                {
                    Refused([.. first, .. cut, .. padding]);
                }
            }

            foreach (int at in Enumerable.Range(0, second.Length).Where(at => at is < 4 or > 9))
            {
                byte[] damaged = [.. second];
                damaged[at] ^= 0xFF;
                Refused([.. first, .. damaged, .. padding]);
            }
        }

        Refused([.. first, .. new byte[4], .. second]);
        Refused([.. second, .. first]);
    }

    /// <summary>The checksum of the last member alone, a single zero, is that of the last pixel.</summary>
    [Fact]
    public void A_zero_in_a_member_of_its_own_is_no_padding() =>
        Assert.Contains(
            "do not match the checksum", Refused([.. GzipBytes.Of([.. ThreeImages[..^1], 0]), .. GzipBytes.Of([0])]),
            StringComparison.Ordinal);

    /// <summary>From 16 MB on the length at the end has no zero at its own end; MNIST has 47 MB.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(512)]
    public void Zeros_behind_a_length_of_four_bytes_are_read(int zeros)
    {
        byte[] pixels = new byte[1 << 24];
        byte[] file = [0, 0, 8, 3, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, .. pixels];
        Assert.Equal(pixels.Length, Read([.. GzipBytes.Of(file), .. new byte[zeros]]).Count);
    }

    [Fact]
    public void The_file_itself_is_not_kept_in_memory()
    {
        byte[] file = new byte[16 + (1 << 20)];
        new Random(1).NextBytes(file);
        ((ReadOnlySpan<byte>)[0, 0, 8, 3, 0, 16, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]).CopyTo(file);
        File.WriteAllBytes(folder["noise.gz"], GzipBytes.Of(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1 << 20, IdxFile.ReadImages(folder["noise.gz"]).Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1 << 20, 3 << 19);
    }

    [Theory]
    [InlineData("is not gzip-compressed", 0x1F)]
    [InlineData("is not gzip-compressed", 0x1F, 0, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)]
    [InlineData("is not gzip-compressed", 0, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)]
    [InlineData("ends after 0 bytes, within the header of 16", 0x1F, 0x8B)]
    [InlineData("ends after 0 bytes, within the header of 16", 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3)]
    [InlineData("ends after 0 bytes, within the header of 16", 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3)]
    [InlineData("ends after 0 bytes, within the header of 16", 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)]
    public void A_file_without_contents_is_refused(string expected, params int[] file) =>
        Assert.Contains(expected, Refused([.. file.Select(value => (byte)value)]), StringComparison.Ordinal);

    [Fact]
    public void Damage_is_told_from_truncation()
    {
        byte[] damaged = GzipBytes.Of(ThreeImages);
        damaged[10] ^= 6; // the kind of block
        Assert.Contains("compressed data is truncated or damaged", Refused(damaged), StringComparison.Ordinal);
    }

    private IdxImages Read(byte[] file)
    {
        File.WriteAllBytes(folder["file.gz"], file);
        return IdxFile.ReadImages(folder["file.gz"]);
    }

    private string Refused(byte[] file) => Assert.Throws<MalformedFileException>(() => Read(file)).Message;
}
