using MiniGan.Kernels;

namespace MiniGan.Convolution;

/// <summary>image = Wᵀ · map + bias where C is the weights themselves, as for <see cref="DenseProduct"/>. Overwrites the image.</summary>
/// <remarks>
/// A work item is some columns of W, which are packed, multiplied with all maps while they are near, and forgotten: no sum is cut, so the
/// bits do not depend on the number of threads.
/// </remarks>
internal sealed unsafe class DenseTransposedProduct : IMatrixProduct
{
    private const int MostPanelsPerItem = 4, WantedItems = 16;

    private readonly KernelSet kernels;
    private readonly int inputs, outputs, columnsPerItem;
    private readonly Action<int> runItem;

    private int batch;
    private float* imageData, weightData, biasData, mapData;

    /// <summary>Makes the product.</summary>
    public DenseTransposedProduct(KernelSet kernels, ConvolutionGeometry geometry)
    {
        (this.kernels, inputs, outputs) = (kernels, geometry.ImageChannels, geometry.MapChannels);
        int panels = Division.Ceiling(inputs, kernels.Columns);
        columnsPerItem = Math.Clamp(panels / WantedItems, 1, MostPanelsPerItem) * kernels.Columns;
        runItem = RunItem;
    }

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        this.batch = batch;
        mapData = source;
        weightData = weight;
        biasData = bias;
        imageData = target;
        Parallelism.For(Division.Ceiling(inputs, columnsPerItem), runItem);
    }

    private void RunItem(int item)
    {
        int column = item * columnsPerItem, columns = Math.Min(columnsPerItem, inputs - column);
        float* packed = ThreadScratch.Floats(PanelProducts.PackedLength(kernels, outputs, columns));
        PanelProducts.Pack(kernels, weightData + column, inputs, outputs, columns, packed, outputs, 0);
        PanelProducts.Multiply(kernels, mapData, outputs, batch, outputs, packed, imageData + column, inputs, columns);
        PanelProducts.AddToRows(biasData == null ? null : biasData + column, imageData + column, inputs, batch, columns);
    }
}
