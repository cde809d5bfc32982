using MiniGan.Tensors;

namespace MiniGan.Kernels;

/// <summary>
/// Copies a tensor to one of another shape, element by element in row-major logical order (C, H, W): what PyTorch's <c>view</c> means.
/// Since rank 4 lies channels-last here, this transposes each item.
/// </summary>
internal static unsafe class ElementOrder
{
    /// <summary>Overwrites an item of the target.</summary>
    /// <param name="source">x: [N, …].</param>
    /// <param name="target">y: [N, …], with as many elements.</param>
    /// <param name="item">Which of the N.</param>
    public static void CopyItem(Tensor source, Tensor target, int item)
    {
        Shape from = source.Shape, to = target.Shape;
        int length = from.Count / from.N;
        float* read = source.Pointer + ((nint)item * length), write = target.Pointer + ((nint)item * length);
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
