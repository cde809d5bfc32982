using MiniGan.Data;
using MiniGan.DataSets;
using MiniGan.Tensors;

namespace MiniGan.Tests.DataSets;

public sealed class StackedMnistTests
{
    // Ten digits of 1×2 pixels: digit d is d, 100 + d.
    private static readonly IdxImages Digits =
        new(10, 1, 2, [.. Enumerable.Range(0, 10).SelectMany(d => new[] { (byte)d, (byte)(100 + d) })]);

    [Fact]
    public void Each_channel_is_a_digit_of_its_own()
    {
        IdxImages stacked = StackedMnist.Make(Digits, 3000, seed: 5);
        Assert.Equal((3000, new ImageShape(3, 1, 2)), (stacked.Count, stacked.Shape));
        byte[][] pictures = [.. stacked.Pixels.Chunk(6)];
        Assert.All(pictures, picture => Assert.Equal(picture[..3].Select(value => (byte)(value + 100)), picture[3..]));
        int kinds = pictures.Select(picture => (picture[0], picture[1], picture[2])).Distinct().Count();
        Assert.InRange(kinds, 930, 970); // 1,000 · (1 − (1 − 1/1000)³⁰⁰⁰) = 950
        Assert.Equal(stacked.Pixels, StackedMnist.Make(Digits, 3000, seed: 5).Pixels);
        Assert.NotEqual(stacked.Pixels, StackedMnist.Make(Digits, 3000, seed: 6).Pixels);
    }

    [Fact]
    public void What_cannot_be_stacked_is_refused()
    {
        Assert.Throws<ArgumentException>(() => StackedMnist.Make(new IdxImages(0, 1, 2, []), 1, 1));
        Assert.Throws<ArgumentException>(() => StackedMnist.Make(new IdxImages(1, new ImageShape(3, 1, 1), [1, 2, 3]), 1, 1));
        Assert.Throws<ArgumentException>(() => StackedMnist.Make(Digits, -1, 1));
        Assert.Empty(StackedMnist.Make(Digits, 0, 1).Pixels);
    }
}
