using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// map = W · image + bias where C is the weights themselves: one position on either side, as of a Linear. Overwrites the map.
/// </summary>
/// <remarks>
/// A weight meets each image once, so reading the weights is most of the work. They are read as they are, as the rows of a tile, and the
/// images are packed as its columns; the tiles are turned on their way to the map. A work item is some rows of W and some images: no sum is
/// cut, so the bits do not depend on the number of threads.
/// </remarks>
internal sealed unsafe class DenseProduct : IMatrixProduct
{
    private const int TilesPerItem = 2, PanelsPerItem = 2, ColumnsPerPacking = 512, FewestOutputs = 12;

    private readonly KernelSet kernels;
    private readonly int inputs, outputs, rowsPerItem, imagesPerItem, rowItems, packingItems;
    private readonly Action<int> packColumns, runItem;

    private Tensor packed = new(new Shape(0));
    private int batch;
    private float* imageData, weightData, biasData, mapData;

    /// <summary>Makes the product.</summary>
    public DenseProduct(KernelSet kernels, ConvolutionGeometry geometry)
    {
        (this.kernels, inputs, outputs) = (kernels, geometry.ImageChannels, geometry.MapChannels);
        (rowsPerItem, imagesPerItem) = (TilesPerItem * kernels.Rows, PanelsPerItem * kernels.Columns);
        (rowItems, packingItems) = (Division.Ceiling(outputs, rowsPerItem), Division.Ceiling(inputs, ColumnsPerPacking));
        packColumns = PackColumns;
        runItem = RunItem;
    }

    /// <summary>Whether C is the weights. A few outputs would leave the tallest tile mostly empty.</summary>
    public static bool Suits(ConvolutionGeometry geometry, MatrixRows rowsOfC) =>
        geometry is { ImagePositions: 1, MapPositions: 1, Taps: 1, Groups: 1 } && rowsOfC.Sources[0] == 0
            && geometry.MapChannels >= FewestOutputs;

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        int floats = PanelProducts.PackedLength(kernels, inputs, batch);
        if (packed.Shape.N < floats)
        {
            packed = new Tensor(new Shape(floats));
        }

        this.batch = batch;
        imageData = source;
        weightData = weight;
        biasData = bias;
        mapData = target;
        Parallelism.For(packingItems, packColumns);
        Parallelism.For(Division.Ceiling(batch, imagesPerItem) * rowItems, runItem);
    }

    private void PackColumns(int item)
    {
        int first = item * ColumnsPerPacking, columns = Math.Min(ColumnsPerPacking, inputs - first);
        PanelProducts.PackTransposed(kernels, imageData + first, inputs, batch, columns, packed.Pointer, inputs, first);
    }

    private void RunItem(int item)
    {
        (int block, int rowItem) = Math.DivRem(item, rowItems);
        int image = block * imagesPerItem, images = Math.Min(imagesPerItem, batch - image);
        int row = rowItem * rowsPerItem, rows = Math.Min(rowsPerItem, outputs - row);
        float* turned = ThreadScratch.Floats(rowsPerItem * imagesPerItem);
        PanelProducts.Multiply(
            kernels, weightData + ((nint)row * inputs), inputs, rows, inputs, packed.Pointer + ((nint)image * inputs), turned,
            imagesPerItem, images);
        float* map = mapData + ((nint)image * outputs) + row;
        Transposition.Copy(turned, imagesPerItem, map, outputs, rows, images);
        PanelProducts.AddToRows(biasData == null ? null : biasData + row, map, outputs, images, rows);
    }
}
