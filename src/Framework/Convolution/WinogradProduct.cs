using MiniGan.Kernels;

namespace MiniGan.Convolution;

/// <summary>
/// target = M · source + bias, where M is C or Cᵀ, by a <see cref="WinogradPlan"/>: with fewer products. Overwrites the target.
/// </summary>
/// <remarks>
/// A work item is some images and some panels of channels, and goes through all three steps by itself: what lies between them stays in
/// the cache of its processor. Its size follows from the shapes alone, and no sum is cut, so the bits do not depend on the number of threads.
/// </remarks>
internal sealed unsafe class WinogradProduct : IMatrixProduct
{
    private const int FloatsPerItem = 1 << 17, WantedItems = 16;

    private readonly PositionSums collect;
    private readonly MatrixProduct product;
    private readonly MatrixRows[] parts;
    private readonly MatrixProduct.Side source, target;
    private readonly int products, groups, panelWidth, imagesPerItem;
    private readonly Action<int> runItem;

    private int batch, slices;
    private float* sourceData, biasData, targetData;

    /// <summary>Makes the product.</summary>
    public WinogradProduct(
        KernelSet kernels, WinogradPlan plan, ConvolutionGeometry geometry, MatrixProduct.Side source, MatrixProduct.Side target,
        WeightStrides strides)
    {
        (this.source, this.target, groups) = (source, target, geometry.Groups);
        (parts, products, panelWidth) = (plan.Parts, plan.Products, kernels.Columns);
        collect = new PositionSums(plan.Collected, products, target.Channels);
        product = new MatrixProduct(
            kernels, parts, source, target with { Positions = products }, groups, strides,
            new PositionSums(plan.Spread, source.Positions, source.Channels / groups),
            new PositionSums(plan.TapSums, geometry.Taps, geometry.ImageChannels / groups));
        imagesPerItem = ImagesPerItem(kernels.Rows);
        runItem = RunItem;
    }

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        product.Prepare(weight);
        this.batch = batch;
        sourceData = source;
        biasData = bias;
        targetData = target;
        int blocks = (batch + imagesPerItem - 1) / imagesPerItem;
        slices = groups > 1 ? 1 : Math.Clamp(WantedItems / Math.Max(1, blocks), 1, product.Panels);
        Parallelism.For(blocks * slices, runItem);
    }

    /// <summary>As many images as fit into the cache and leave the fewest rows of tiles empty.</summary>
    private int ImagesPerItem(int rows)
    {
        int most = Math.Max(FloatsPerItem / checked(products * target.Channels), 1);
        return Enumerable.Range(1, most).MinBy(images => parts.Sum(part => ((images * part.Targets.Length) + rows - 1) / rows) / (double)images);
    }

    private void RunItem(int item)
    {
        (int block, int slice) = Math.DivRem(item, slices);
        int images = Math.Min(imagesPerItem, batch - (block * imagesPerItem));
        int firstPanel = product.Panels * slice / slices, endPanel = product.Panels * (slice + 1) / slices;
        float* from = sourceData + ((nint)block * imagesPerItem * source.Positions * source.Channels);
        float* to = targetData + ((nint)block * imagesPerItem * target.Positions * target.Channels);
        float* between = ThreadScratch.Floats(checked((imagesPerItem * products * target.Channels) + product.ScratchFloats));
        float* scratch = between + (imagesPerItem * products * target.Channels);
        for (int part = 0; part < parts.Length; part++)
        {
            for (int group = 0; group < groups; group++)
            {
                product.Multiply(
                    new(part, group, 0, (long)images * parts[part].Targets.Length, firstPanel, endPanel), from, null, between, scratch);
            }
        }

        int first = firstPanel * panelWidth, channels = slices == 1 ? target.Channels : Math.Min(endPanel * panelWidth, target.Channels) - first;
        for (int n = 0; n < images; n++)
        {
            for (int position = 0; position < target.Positions; position++, to += target.Channels)
            {
                collect.Sum(
                    position, between + ((nint)n * products * target.Channels) + first, target.Channels,
                    biasData == null ? null : biasData + first, to + first, channels);
            }
        }
    }
}
