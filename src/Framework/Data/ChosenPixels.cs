namespace MiniGan.Data;

/// <summary>Some images of others, in an order of their own: a view, no copy.</summary>
internal sealed class ChosenPixels : ImagePixels
{
    private readonly ImagePixels from;
    private readonly int[] indices;

    /// <summary>Chooses.</summary>
    /// <param name="from">The images.</param>
    /// <param name="indices">Which of them; kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ChosenPixels(ImagePixels from, int[] indices)
        : base(indices.Length, from.Shape)
    {
        foreach (int index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)from.Count, nameof(indices));
        }

        (this.from, this.indices) = (from, indices);
    }

    public override ReadOnlySpan<byte> Read(int index, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return from.Read(indices[index], buffer);
    }
}
