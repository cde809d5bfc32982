using MiniGan.Kernels;

namespace MiniGan.Convolution;

/// <summary>
/// image = Cᵀ · map + bias for an image of few channels: every map value times the whole kernel, laid at its place, overlaps summed.
/// </summary>
/// <remarks>
/// Few channels would leave most columns of a register tile empty, so here the <em>taps</em> are columns, too: first patches =
/// map · W, a plain matrix product with taps · channels columns, then the scatter, which is bound by memory. An image goes through both
/// while its patches are near, by one thread, in a fixed order.
/// </remarks>
internal sealed unsafe class ScatterProduct : IMatrixProduct
{
    private const int RowsPerItem = 96;

    private readonly ConvolutionGeometry geometry;
    private readonly MatrixRows rowsOfC;
    private readonly MatrixProduct product;
    private readonly int patchFloats, imagesPerItem;
    private readonly Action<int> runItem;

    private int batch;
    private float* mapData, imageData, biasData;

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
        patchFloats = checked(geometry.MapPositions * geometry.Groups * columns);
        imagesPerItem = Math.Max(RowsPerItem / geometry.MapPositions, 1);
        runItem = RunItem;
    }

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        product.Prepare(weight);
        this.batch = batch;
        mapData = source;
        biasData = bias;
        imageData = target;
        Parallelism.For(Division.Ceiling(batch, imagesPerItem), runItem);
    }

    private void RunItem(int item)
    {
        int first = item * imagesPerItem, images = Math.Min(imagesPerItem, batch - first);
        float* map = mapData + ((nint)first * geometry.MapPositions * geometry.MapChannels);
        float* patches = ThreadScratch.Floats(checked((imagesPerItem * patchFloats) + product.ScratchFloats));
        for (int group = 0; group < geometry.Groups; group++)
        {
            product.Multiply(
                new(0, group, 0, (long)images * geometry.MapPositions, 0, product.Panels), map, null, patches,
                patches + (imagesPerItem * patchFloats));
        }

        for (int n = 0; n < images; n++)
        {
            Scatter(patches + (n * patchFloats), imageData + ((nint)(first + n) * geometry.ImagePositions * geometry.ImageChannels));
        }
    }

    private void Scatter(float* patch, float* image)
    {
        int channels = geometry.ImageChannels, perGroup = channels / geometry.Groups, taps = geometry.Taps;
        for (int position = 0; position < geometry.ImagePositions; position++)
        {
            for (int c = 0; c < channels; c++)
            {
                image[(position * channels) + c] = biasData == null ? 0 : biasData[c];
            }
        }

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
