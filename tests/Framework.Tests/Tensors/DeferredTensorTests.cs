using MiniGan.Tensors;

namespace MiniGan.Tests.Tensors;

public sealed class DeferredTensorTests
{
    [Fact]
    public void Memory_is_spent_when_the_elements_are_first_used()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tensor tensor = Tensor.Deferred(new Shape(64, 1024, 16), _ => throw new InvalidOperationException("used"));
        Assert.Equal(1 << 20, tensor.Shape.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 12);
        tensor = Tensor.Deferred(new Shape(1 << 20));
        tensor[7] = 1;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 4 << 20, 5 << 20);
    }

    public static TheoryData<string, Func<Tensor, float>> Uses => new()
    {
        { "Span", tensor => tensor.Span[3] },
        { "an element", tensor => tensor[1, 1] },
        { "Pointer", tensor => PointedTo(tensor) },
        { "ToRowMajor", tensor => tensor.ToRowMajor()[3] },
        { "Clone", tensor => tensor.Clone()[1, 1] },
        { "AsPositions", tensor => tensor.AsPositions()[1, 1] },
        { "IsFinite", tensor => tensor.IsFinite ? 4 : 0 },
    };

    [Theory]
    [MemberData(nameof(Uses), DisableDiscoveryEnumeration = true)]
    public void Every_use_fills_it_once(string use, Func<Tensor, float> first)
    {
        int fills = 0;
        Tensor tensor = Tensor.Deferred(new Shape(2, 2), own =>
        {
            Assert.Equal([0, 0, 0, 0], own.ToRowMajor());
            own.CopyFromRowMajor([1, 2, 3, 4]);
            fills++;
        });
        Assert.Equal(0, fills);
        Assert.True(first(tensor) == 4, use);
        tensor[0, 0] = 9;
        Assert.Equal([9, 2, 3, 4], tensor.ToRowMajor());
        Assert.Equal([9, 2, 3, 4], tensor.AsPositions().ToRowMajor());
        Assert.Equal(1, fills);
    }

    [Fact]
    public unsafe void It_is_like_any_other_tensor()
    {
        Tensor tensor = Tensor.Deferred(new Shape(1, 2, 1, 2), own => own.CopyFromRowMajor([1, 2, 3, 4]));
        Assert.Equal([1, 3, 2, 4], tensor.Span.ToArray()); // channels last
        Assert.Equal(0, (nint)tensor.Pointer % 64);
        Assert.Equal(0, tensor.Pointer[4 + Tensor.ReadableTail - 1]);
        Assert.Equal([0, 0, 0], Tensor.Deferred(new Shape(3)).ToRowMajor());
        Assert.Equal(0, Tensor.Deferred(new Shape(0)).Span.Length);
    }

    /// <summary>A weight that a thread sees is whole, whoever came first.</summary>
    [Fact]
    public void Several_threads_at_once_see_what_one_of_them_filled()
    {
        for (int round = 0; round < 20; round++)
        {
            int fills = 0;
            Tensor tensor = Tensor.Deferred(new Shape(10_000), own =>
            {
                Interlocked.Increment(ref fills);
                foreach (ref float value in own.Span)
                {
                    Thread.SpinWait(1);
                    value = 1;
                }
            });
            using var start = new Barrier(4);
            float[][] seen = new float[4][];
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                seen[i] = tensor.Span.ToArray();
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Equal(1, fills);
            Assert.All(seen, values => Assert.All(values, value => Assert.Equal(1, value)));
        }
    }

    [Fact]
    public void A_fill_that_fails_is_tried_again()
    {
        bool fails = true;
        Tensor tensor = Tensor.Deferred(new Shape(2), own =>
        {
            own.Span.Fill(5);
            if (fails)
            {
                throw new IOException("not now");
            }
        });
        Assert.Throws<IOException>(() => tensor[0]);
        Assert.Throws<IOException>(() => tensor.Span.Length);
        fails = false;
        Assert.Equal([5, 5], tensor.ToRowMajor());
    }

    private static unsafe float PointedTo(Tensor tensor) => tensor.Pointer[3];
}
