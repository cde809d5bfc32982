using MiniGan.Tensors;

namespace MiniGan.Tests.Tensors;

public sealed class TensorTests
{
    [Fact]
    public void Rank_4_lies_channels_last()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(2, 3, 2, 2), [.. Enumerable.Range(0, 24).Select(i => (float)i)]);
        Assert.Equal(x[1, 2, 0, 1], x.Span[(((((1 * 2) + 0) * 2) + 1) * 3) + 2]);
        Assert.Equal(12 + 8 + 1, x[1, 2, 0, 1]);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), x.ToRowMajor());
        Tensor copy = x.Clone();
        copy[0] = 99;
        Assert.Equal(0, x[0]);
    }

    [Fact]
    public void Lower_ranks_lie_row_major()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(2, 3), [1, 2, 3, 4, 5, 6]);
        Assert.Equal(6, x[1, 2]);
        Tensor y = Tensor.FromRowMajor(new Shape(2, 2, 2), [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal(6, y[1, 0, 1]);
    }

    [Fact]
    public unsafe void Memory_starts_aligned_and_may_be_read_behind_its_end()
    {
        for (int i = 0; i < 20; i++)
        {
            var x = new Tensor(new Shape(i));
            Assert.Equal(0, (nint)x.Pointer % 64);
            Assert.Equal(0, x.Pointer[i + Tensor.ReadableTail - 1]);
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Tensor.FromRowMajor(new Shape(2), [1]));
        Assert.Throws<ArgumentException>(() => new Tensor(new Shape(2)).CopyToRowMajor(new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tensor(new Shape(2, 3))[1, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Tensor(new Shape(2, 3))[0, 0, 1]);
        Assert.Throws<ArgumentException>(() => new Shape([]));
        Assert.Throws<ArgumentException>(() => new Shape(1, 2, 3, 4, 5));
        Assert.Throws<ArgumentException>(() => new Shape(2, -1));
        Assert.Throws<ArgumentException>(() => new Shape(1 << 16, 1 << 16));
        Assert.Throws<ArgumentException>(() => new Shape(1 << 16, 1 << 16, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3)[2]);
    }

    [Fact]
    public void Memory_is_not_spent_on_a_shape_that_the_values_do_not_fill()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ArgumentException>(() => Tensor.FromRowMajor(new Shape(Shape.LargestCount), [1]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Fact]
    public void Finite_is_what_holds_neither_NaN_nor_an_infinity()
    {
        Assert.True(Tensor.FromRowMajor(new Shape(3), [float.MaxValue, -0f, float.Epsilon]).IsFinite);
        Assert.True(new Tensor(new Shape(0)).IsFinite);
        Assert.All([float.NaN, float.PositiveInfinity, float.NegativeInfinity], value =>
            Assert.False(Tensor.FromRowMajor(new Shape(2), [1, value]).IsFinite));
    }

    [Fact]
    public void Shapes_compare_by_rank_and_dimensions()
    {
        Assert.True(new Shape(2, 3) == new Shape(2, 3));
        Assert.True(new Shape(2, 3) != new Shape(2, 3, 1));
        Assert.False(new Shape(2).Equals("[2]"));
        Assert.Equal(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
        Assert.Equal("[2, 3]", new Shape(2, 3).ToString());
        Assert.Equal(3, new Shape(2, 3)[1]);
        Assert.Equal(1, new Shape(2, 3).W);
    }
}
