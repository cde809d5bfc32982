using MiniGan.Tensors;

namespace MiniGan.Kernels;

/// <summary>
/// Working memory of a thread for items [C, H·W] as matrices with a row per channel, so that the values of a channel, and of a group of
/// channels, are contiguous. It is the thread's <see cref="ThreadScratch"/>.
/// </summary>
internal readonly unsafe ref struct GroupRows
{
    private readonly float* memory;
    private readonly int channels, pixels, groups;

    /// <summary>Takes the memory; what is in it is unspecified.</summary>
    /// <param name="shape">[N, C, H, W] or [N, C].</param>
    /// <param name="groups">Groups, a divisor of C.</param>
    /// <param name="matrices">How many of them.</param>
    public GroupRows(Shape shape, int groups, int matrices)
    {
        (channels, pixels, this.groups) = (shape.C, shape.H * shape.W, groups);
        memory = ThreadScratch.Floats(checked(matrices * channels * pixels));
    }

    /// <summary>A channel.</summary>
    public Span<float> Row(int matrix, int channel) => new(Matrix(matrix) + ((nint)channel * pixels), pixels);

    /// <summary>The channels of a group.</summary>
    public Span<float> Group(int matrix, int group) =>
        new(Matrix(matrix) + ((nint)group * (channels / groups) * pixels), channels / groups * pixels);

    /// <summary>Overwrites a matrix by an item of a tensor.</summary>
    public void Read(Tensor tensor, int n, int matrix) =>
        Transposition.Copy(tensor.Pointer + ((nint)n * channels * pixels), channels, Matrix(matrix), pixels, pixels, channels);

    /// <summary>Overwrites an item of a tensor by a matrix.</summary>
    public void Write(int matrix, Tensor tensor, int n) =>
        Transposition.Copy(Matrix(matrix), pixels, tensor.Pointer + ((nint)n * channels * pixels), channels, channels, pixels);

    private float* Matrix(int matrix) => memory + ((nint)matrix * channels * pixels);
}
