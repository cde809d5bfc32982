using MiniGan.Kernels;

namespace MiniGan.Convolution;

/// <summary>
/// target = M · source + bias, where M is C or Cᵀ, by a <see cref="WinogradPlan"/>: with fewer products. Overwrites the target.
/// </summary>
/// <remarks>
/// A work item is some images, and some panels of channels where there are few images, and goes through all three steps by itself, so that
/// what lies between them stays as near as it fits. Its size follows from the shapes alone, and no sum is cut, so the bits do not depend on
/// the number of threads.
/// </remarks>
internal sealed unsafe class WinogradProduct : IMatrixProduct
{
    private const int MostImages = 8, WantedItems = 16;
    private const double WellFilled = 0.95;

    private readonly PositionSums spread, collect;
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
        (parts, products, panelWidth) = ([.. plan.Parts], plan.Products, kernels.Columns);
        spread = new PositionSums(plan.Spread, source.Positions, source.Channels);
        collect = new PositionSums(plan.Collected, products, target.Channels);
        product = new MatrixProduct(
            kernels, parts, source with { Positions = spread.Positions }, target with { Positions = products }, groups, strides,
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
        // Each slice of the panels spreads the images anew, which costs less than an idle core. With groups a slice's channels would not
        // lie next to each other.
        int blocks = Division.Ceiling(batch, imagesPerItem);
        slices = groups > 1 ? 1 : Math.Clamp(WantedItems / Math.Max(1, blocks), 1, product.Panels);
        Parallelism.For(blocks * slices, runItem);
    }

    /// <summary>The fewest images that leave hardly a row of a tile empty.</summary>
    private int ImagesPerItem(int rows)
    {
        double Filled(int images) => parts.Sum(part => images * part.Targets.Length)
            / (double)parts.Sum(part => Division.Ceiling(images * part.Targets.Length, rows) * rows);
        IEnumerable<int> counts = Enumerable.Range(1, MostImages);
        return counts.FirstOrDefault(images => Filled(images) >= WellFilled, counts.MaxBy(Filled));
    }

    private void RunItem(int item)
    {
        (int block, int slice) = Math.DivRem(item, slices);
        int images = Math.Min(imagesPerItem, batch - (block * imagesPerItem));
        int firstPanel = product.Panels * slice / slices, endPanel = product.Panels * (slice + 1) / slices;
        float* from = sourceData + ((nint)block * imagesPerItem * source.Positions * source.Channels);
        float* to = targetData + ((nint)block * imagesPerItem * target.Positions * target.Channels);
        int spreadFloats = spread.TargetFloats, productFloats = products * target.Channels;
        float* spreads = ThreadScratch.Floats(checked((imagesPerItem * (spreadFloats + productFloats)) + product.ScratchFloats));
        float* between = spreads + (imagesPerItem * spreadFloats), scratch = between + (imagesPerItem * productFloats);
        for (int n = 0; n < images; n++)
        {
            spread.Run(from + ((nint)n * source.Positions * source.Channels), spreads + ((nint)n * spreadFloats));
        }

        for (int part = 0; part < parts.Length; part++)
        {
            for (int group = 0; group < groups; group++)
            {
                product.Multiply(
                    new(part, group, 0, (long)images * parts[part].Targets.Length, firstPanel, endPanel), spreads, null, between, scratch);
            }
        }

        int first = firstPanel * panelWidth;
        int channels = slices == 1 ? target.Channels : Math.Min(endPanel * panelWidth, target.Channels) - first;
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
