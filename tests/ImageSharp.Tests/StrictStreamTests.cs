using MiniGan.ImageSharp;

namespace MiniGan.Tests.Pictures;

public sealed class StrictStreamTests
{
    [Fact]
    public void All_can_be_read_and_no_byte_more()
    {
        using var stream = new StrictStream([1, 2, 3]);
        Assert.Equal([1, 2, 3], (IEnumerable<int>)[stream.ReadByte(), stream.ReadByte(), stream.ReadByte()]);
        Assert.True(stream.Length > 3);
        Assert.Throws<EndOfStreamException>(() => stream.ReadByte());
    }

    [Fact]
    public void Nor_is_there_a_way_round()
    {
        using var stream = new StrictStream([1, 2, 3]);
        Assert.Throws<EndOfStreamException>(() => stream.Read(new byte[4], 0, 4));
        stream.Position = 0;
        Assert.Throws<EndOfStreamException>(() => stream.Read(new byte[4].AsSpan()));
        Assert.Equal(3, stream.Seek(3, SeekOrigin.Begin));
        Assert.Throws<EndOfStreamException>(() => stream.Seek(4, SeekOrigin.Begin));
    }
}
