using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class PackTests
{
    /// <summary>In row-major order packing moves nothing: it is PyTorch's view.</summary>
    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(2, 1, 6)]
    [InlineData(3, 2, 6)]
    public void Packing_is_a_view_in_row_major_order(int size, int channels, int images)
    {
        var pack = new Pack(size);
        Tensor x = Values.Normal(new Shape(images, channels, 3, 5), "x");
        float[] values = x.ToRowMajor();
        Tensor y = pack.Forward(x);
        Assert.Equal(new Shape(images / size, channels * size, 3, 5), y.Shape);
        Assert.Equal(values, y.ToRowMajor());
        Tensor dx = pack.Backward(y);
        Assert.Equal(x.Shape, dx.Shape);
        Assert.Equal(values, dx.ToRowMajor());
        Assert.Equal(values, pack.DoubleBackward(x).ToRowMajor());
        Assert.Equal(new Shape(0, channels * size, 3, 5), pack.Forward(new Tensor(new Shape(0, channels, 3, 5))).Shape);
    }

    [Fact]
    public void What_cannot_be_packed_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pack(0));
        string message = Assert.Throws<ArgumentException>(() => new Pack(2).Forward(new Tensor(new Shape(3, 1, 2, 4)))).Message;
        Assert.Contains("multiple of 2", message, StringComparison.Ordinal);
        Assert.Contains("[3, 1, 2, 4]", message, StringComparison.Ordinal);
    }
}
