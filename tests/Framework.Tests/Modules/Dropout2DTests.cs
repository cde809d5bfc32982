using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

public sealed class Dropout2DTests
{
    [Fact]
    public void Whole_channels_are_dropped_as_elements_of_rows_are()
    {
        Tensor x = new(new Shape(30, 20, 3, 2)), ones = new(new Shape(30, 20));
        x.Span.Fill(3);
        ones.Span.Fill(1);
        var dropout = new Dropout2D(0.25, new RandomSource(5, "d"));
        float[] kept = new Dropout(0.25, new RandomSource(5, "d")).Forward(ones).ToRowMajor(), y = dropout.Forward(x).ToRowMajor();
        Assert.InRange(kept.Count(value => value == 0), 110, 190);
        Assert.All(y.Chunk(6).Zip(kept), pair => Assert.All(pair.First, value => Assert.Equal(pair.Second == 0 ? 0 : 4, value)));
        Assert.Equal(y, dropout.Backward(x).ToRowMajor());
        Assert.Equal(y, dropout.DoubleBackward(x).ToRowMajor());
        Assert.NotEqual(y, dropout.Forward(x).ToRowMajor());
        dropout.SetTraining(false);
        Assert.Equal(x.ToRowMajor(), dropout.Forward(x).ToRowMajor());
        Assert.Equal(x.ToRowMajor(), dropout.Backward(x).ToRowMajor());
    }

    /// <summary>The stream and what is made of it are a contract: a run that goes on does so to the last bit.</summary>
    [Fact]
    public void Dropout_draws_an_element_at_a_time_in_the_order_of_memory()
    {
        var stream = new RandomSource(5, "d");
        Tensor x = Values.Normal(new Shape(3, 4, 2, 5), "x");
        float[] expected = [.. x.Span.ToArray().Select(value => stream.NextUInt64() >> 32 < 0.375 * 4294967296 ? value * 0 : value * 1.6f)];
        Assert.Equal(expected, new Dropout(0.375, new RandomSource(5, "d")).Forward(x).Span.ToArray());
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused_and_an_empty_batch_passes_through()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout2D(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout2D(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout2D(double.NaN));
        var dropout = new Dropout2D(0.5);
        Assert.Equal(0.5, dropout.Probability);
        Tensor none = new(new Shape(0, 4, 2, 2));
        Assert.Equal(none.Shape, dropout.Forward(none).Shape);
        Assert.Equal(none.Shape, dropout.Backward(none).Shape);
    }
}
