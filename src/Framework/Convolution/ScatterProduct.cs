using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// image = Cᵀ · map + bias for an image of few channels: every map value times the whole kernel, laid at its place, overlaps summed.
/// </summary>
/// <remarks>
/// Few channels would leave most columns of a register tile empty, so here the <em>taps</em> are columns, too: first patches =
/// map · W, a plain matrix product with taps · channels columns, then the scatter, which is bound by memory. An image is
/// scattered by one thread, in a fixed order.
/// </remarks>
internal sealed unsafe class ScatterProduct : IMatrixProduct
{
    private readonly ConvolutionGeometry geometry;
    private readonly MatrixRows rowsOfC;
    private readonly MatrixProduct product;
    private readonly Action<int> scatterImage;

    private Tensor patches = new(new Shape(0));
    private float* imageData, biasData;

    public ScatterProduct(KernelSet kernels, ConvolutionGeometry geometry, MatrixRows rowsOfC)
    {
        this.geometry = geometry;
        this.rowsOfC = rowsOfC;
        int[] positions = [.. Enumerable.Range(0, geometry.MapPositions)];
        int columns = geometry.Taps * (geometry.ImageChannels / geometry.Groups);
        product = new MatrixProduct(
            kernels,
            [new MatrixRows([0], positions, positions)],
            new(geometry.MapPositions, geometry.MapChannels),
            new(geometry.MapPositions, columns * geometry.Groups),
            geometry.Groups,
            new WeightStrides(
                Target: 1, Source: columns, Tap: 0, Group: geometry.MapChannels / geometry.Groups * columns, geometry.WeightShape.Count));
        scatterImage = ScatterImage;
    }

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        var shape = new Shape(batch, geometry.MapPositions, geometry.Groups * geometry.Taps, geometry.ImageChannels / geometry.Groups);
        if (patches.Shape != shape)
        {
            patches = new Tensor(shape);
        }

        product.Run(batch, source, weight, null, patches.Pointer);
        imageData = target;
        biasData = bias;
        Parallelism.For(batch, scatterImage);
    }

    private void ScatterImage(int n)
    {
        int channels = geometry.ImageChannels, perGroup = channels / geometry.Groups, taps = geometry.Taps;
        float* image = imageData + ((nint)n * geometry.ImagePositions * channels);
        for (int i = 0; i < geometry.ImagePositions * channels; i++)
        {
            image[i] = biasData == null ? 0 : biasData[i % channels];
        }

        float* patch = patches.Pointer + ((nint)n * geometry.MapPositions * channels * taps);
        for (int position = 0; position < geometry.MapPositions; position++)
        {
            ReadOnlySpan<int> pixels = rowsOfC.Sources.AsSpan(position * taps, taps);
            for (int group = 0; group < geometry.Groups; group++)
            {
                foreach (int pixel in pixels)
                {
                    if (pixel >= 0)
                    {
                        float* to = image + ((nint)pixel * channels) + (group * perGroup);
                        for (int c = 0; c < perGroup; c++)
                        {
                            to[c] += patch[c];
                        }
                    }

                    patch += perGroup;
                }
            }
        }
    }
}
