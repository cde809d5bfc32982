using MiniGan.Tensors;

namespace MiniGan.Tests.Tensors;

public sealed class ImageShapeTests
{
    [Fact]
    public void It_is_a_shape_without_its_batch()
    {
        var image = new ImageShape(3, 32, 64);
        Assert.Equal((3, 32, 64, 6144), (image.Channels, image.Height, image.Width, image.Count));
        Assert.Equal(new Shape(5, 3, 32, 64), image.Batch(5));
        Assert.Equal(new Shape(0, 3, 32, 64), image.Batch(0));
        Assert.Equal("[3, 32, 64]", image.ToString());
        Assert.Equal(new ImageShape(3, 32, 64), image);
        Assert.NotEqual(new ImageShape(3, 64, 32), image);
    }

    [Fact]
    public void What_no_tensor_holds_is_refused()
    {
        Assert.Throws<OverflowException>(() => new ImageShape(4, 65536, 65536).Count);
        Assert.Throws<ArgumentException>(() => new ImageShape(4, 1024, 1024).Batch(600));
        Assert.Throws<ArgumentException>(() => new ImageShape(1, -1, 1).Batch(1));
    }
}
