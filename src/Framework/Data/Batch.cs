using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>Some images with their labels, as a training step takes them.</summary>
/// <param name="Images">x: [N, C, H, W] in [−1, 1].</param>
/// <param name="Labels">A label per image, from 0; none for images without.</param>
/// <example>
/// <code>
/// var images = new Tensor(new Shape(2, 1, 28, 28));
/// var batch = new Batch(images, new[] { 7, 3 }); // a seven and a three
/// </code>
/// </example>
public readonly record struct Batch(Tensor Images, ReadOnlyMemory<int> Labels = default)
{
    /// <summary>Images without labels.</summary>
    /// <param name="images">x: [N, C, H, W] in [−1, 1].</param>
    public static implicit operator Batch(Tensor images) => new(images);

    /// <summary>Images without labels.</summary>
    /// <param name="images">x: [N, C, H, W] in [−1, 1].</param>
    public static Batch FromTensor(Tensor images) => new(images);
}
