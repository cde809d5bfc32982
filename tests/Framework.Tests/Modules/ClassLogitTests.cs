using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class ClassLogitTests
{
    [Fact]
    public void The_output_of_the_label_passes_through()
    {
        var select = new ClassLogit(3);
        int[] labels = [2, 0];
        select.SetLabels(labels);
        labels[0] = 1;
        Tensor x = Tensor.FromRowMajor(new Shape(2, 3), [1, 2, 3, 4, 5, 6]);
        for (int call = 0; call < 2; call++)
        {
            Assert.Equal([3, 4], select.Forward(x).ToRowMajor());
            Assert.Equal([0, 0, 10, 20, 0, 0], select.Backward(Tensor.FromRowMajor(new Shape(2, 1), [10, 20])).ToRowMajor());
            Assert.Equal([3, 4], select.DoubleBackward(x).ToRowMajor());
        }

        // The same tensors serve other labels, and fewer or more rows.
        select.SetLabels([1, 1]);
        Assert.Equal([2, 5], select.Forward(x).ToRowMajor());
        Assert.Equal([0, 10, 0, 0, 20, 0], select.Backward(Tensor.FromRowMajor(new Shape(2, 1), [10, 20])).ToRowMajor());
        select.SetLabels([0]);
        Assert.Equal([7], select.Forward(Tensor.FromRowMajor(new Shape(1, 3), [7, 8, 9])).ToRowMajor());
        select.SetLabels([]);
        Assert.Equal(new Shape(0, 1), select.Forward(new Tensor(new Shape(0, 3))).Shape);
    }

    [Fact]
    public void What_is_no_label_is_refused()
    {
        var select = new ClassLogit(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassLogit(0));
        var x = new Tensor(new Shape(2, 3));
        Assert.Contains("SetLabels", Assert.Throws<ArgumentException>(() => select.Forward(x)).Message, StringComparison.Ordinal);
        select.SetLabels([1, 2]);
        Assert.Contains("from 0 to 2", Assert.Throws<ArgumentException>(() => select.SetLabels([0, 3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => select.SetLabels([-1]));
        Assert.Equal(new Shape(2, 1), select.Forward(x).Shape);
        select.SetLabels([1]);
        Assert.Contains("given 1 labels", Assert.Throws<ArgumentException>(() => select.Forward(x)).Message, StringComparison.Ordinal);
    }

    /// <summary>A Backward with other labels than its Forward would be the derivative of another function.</summary>
    [Fact]
    public void New_labels_need_a_new_Forward()
    {
        var select = new ClassLogit(3);
        select.SetLabels([1, 2]);
        Tensor y = select.Forward(new Tensor(new Shape(2, 3)));
        select.Backward(y);
        select.SetLabels([2, 1]);
        Assert.Throws<InvalidOperationException>(() => select.Backward(y));
        Assert.Throws<InvalidOperationException>(() => select.DoubleBackward(new Tensor(new Shape(2, 3))));
    }
}
