using MiniGan.Tensors;

namespace MiniGan.Kernels;

/// <summary>
/// Copies a tensor to one of another shape, element by element in row-major logical order (C, H, W): what PyTorch's <c>view</c> means.
/// Since rank 4 lies channels-last here, this transposes each item. An instance keeps what it runs on: use it from one thread at a time.
/// </summary>
internal sealed unsafe class ElementOrder
{
    private readonly Action<int> copyItem;

    private Tensor? source, target;

    /// <summary>Makes it.</summary>
    public ElementOrder() => copyItem = CopyItem;

    /// <summary>Overwrites the target.</summary>
    /// <param name="source">x: [N, …].</param>
    /// <param name="target">y: [N, …], with as many elements.</param>
    public void Copy(Tensor source, Tensor target)
    {
        (this.source, this.target) = (source, target);
        Parallelism.For(source.Shape.N, copyItem);
    }

    private void CopyItem(int n)
    {
        Shape from = source!.Shape, to = target!.Shape;
        int length = from.Count / from.N;
        float* read = source.Pointer + ((nint)n * length), write = target.Pointer + ((nint)n * length);
        bool reorders = from.Rank == 4, restores = to.Rank == 4;
        if (reorders && restores)
        {
            float* between = ThreadScratch.Floats(length);
            Transposition.Copy(read, from.C, between, from.H * from.W, from.H * from.W, from.C);
            read = between;
            reorders = false;
        }

        if (reorders)
        {
            Transposition.Copy(read, from.C, write, from.H * from.W, from.H * from.W, from.C);
        }
        else if (restores)
        {
            Transposition.Copy(read, to.H * to.W, write, to.C, to.C, to.H * to.W);
        }
        else
        {
            new ReadOnlySpan<float>(read, length).CopyTo(new Span<float>(write, length));
        }
    }
}
