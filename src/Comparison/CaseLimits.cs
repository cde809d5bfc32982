using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Comparison;

/// <summary>
/// What a file of cases may ask for: enough for the layers of any network here, and so little that no file takes much
/// memory, or more than seconds a case.
/// </summary>
internal static class CaseLimits
{
    /// <summary>The longest file, in bytes.</summary>
    public const int LargestFile = 1 << 26;

    private const int LargestTensor = 1 << 22, LargestPatches = 1 << 24;

    /// <summary>Refuses a shape of too many elements.</summary>
    /// <exception cref="FormatException">It has more than a case may.</exception>
    public static Shape Check(string name, Shape shape) =>
        shape.Count <= LargestTensor
            ? shape
            : throw new FormatException(
                $"{name} of shape {shape} has {shape.Count} elements, but the tensors of cases have at most {LargestTensor}");

    /// <summary>
    /// Refuses a case whose output, or whose patches, would be too many: an element of the image for each position and each tap,
    /// which working memory and time grow with.
    /// </summary>
    /// <exception cref="FormatException">They are more than a case may have.</exception>
    public static LayerCase Check(LayerCase layerCase)
    {
        ConvolutionGeometry geometry;
        Shape output;
        int batch = layerCase.X.Shape.N;
        try
        {
            geometry = LayerFactory.GeometryOf(layerCase.IsTransposed, layerCase.Window, layerCase.Weight.Shape, layerCase.X.Shape);
            output = layerCase.IsTransposed ? geometry.ImageShape(batch) : geometry.MapShape(batch);
        }
        catch (ArgumentException)
        {
            return layerCase; // the layer will refuse it, and the comparison say so
        }

        _ = Check("the output", output);
        Int128 patches =
            (Int128)Math.Max(1, batch) * Math.Max(geometry.MapPositions, geometry.ImagePositions) * geometry.Taps * geometry.ImageChannels;
        return patches <= LargestPatches
            ? layerCase
            : throw new FormatException(
                $"its patches, an element of the image for each position and tap, would be {patches}, but cases have " +
                $"at most {LargestPatches}");
    }
}
