using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class ConcatOneHotTests
{
    [Fact]
    public void The_label_is_joined_as_a_unit_vector()
    {
        var join = new ConcatOneHot(3);
        join.SetLabels([2, 0]);
        Tensor x = Tensor.FromRowMajor(new Shape(2, 2), [1, 2, 3, 4]);
        for (int call = 0; call < 2; call++)
        {
            Assert.Equal([1, 2, 0, 0, 1, 3, 4, 1, 0, 0], join.Forward(x).ToRowMajor());
            Assert.Equal([1, 2, 6, 7], join.Backward(Tensor.FromRowMajor(new Shape(2, 5), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).ToRowMajor());
            Assert.Equal([1, 2, 0, 0, 0, 3, 4, 0, 0, 0], join.DoubleBackward(x).ToRowMajor());
        }

        join.SetLabels([1, 1]);
        Assert.Equal([1, 2, 0, 1, 0, 3, 4, 0, 1, 0], join.Forward(x).ToRowMajor());
    }

    [Fact]
    public void What_is_no_label_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConcatOneHot(0));
        var join = new ConcatOneHot(3);
        Assert.Throws<ArgumentException>(() => join.SetLabels([0, 3]));
        Assert.Throws<ArgumentException>(() => join.SetLabels([-1]));
        Assert.Contains(
            "N = 0", Assert.Throws<ArgumentException>(() => join.Forward(new Tensor(new Shape(2, 2)))).Message, StringComparison.Ordinal);
    }
}
