using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class SoftmaxTests
{
    [Fact]
    public void Channels_of_a_position_are_positive_and_sum_to_1()
    {
        float log3 = MathF.Log(3);
        Tensor x = Tensor.FromRowMajor(new Shape(1, 2, 1, 2), [0, 5, log3, 5]);
        Assert.Equal([0.25f, 0.5f, 0.75f, 0.5f], new Softmax().Forward(x).ToRowMajor().Select(value => MathF.Round(value, 6)));
        x = Tensor.FromRowMajor(new Shape(2, 2), [0, log3, 5, 5]);
        Assert.Equal([0.25f, 0.75f, 0.5f, 0.5f], new Softmax().Forward(x).ToRowMajor().Select(value => MathF.Round(value, 6)));
    }

    [Fact]
    public void Large_arguments_do_not_overflow()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 3), [1000, -1000, 1000]);
        Assert.Equal([0.5f, 0, 0.5f], new Softmax().Forward(x).ToRowMajor());
    }

    [Fact]
    public void Nothing_at_all_passes_through()
    {
        var softmax = new Softmax();
        foreach (Shape shape in new[] { new Shape(0, 3), new Shape(3, 0), new Shape(0, 3, 2, 5), new Shape(2, 0, 3, 3) })
        {
            Tensor none = new(shape);
            Assert.Equal(shape, softmax.Forward(none).Shape);
            Assert.Equal(shape, softmax.Backward(none).Shape);
            Assert.Equal(shape, softmax.DoubleBackward(none).Shape);
        }
    }
}
