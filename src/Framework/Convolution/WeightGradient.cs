using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// dW[m, c, tap] += Σ over the positions p of the map: map[p, m] · image[pixel that p and tap meet on, c]. The derivative of ⟨map, C · image⟩ by
/// the weights; the same for a convolution (map = dy) and a transposed one (image = dy).
/// </summary>
/// <remarks>
/// <para>
/// A tile of map channels × image channels stays in registers while an outer product a position is added. Positions go in blocks that keep both
/// sides in the cache while all taps run over them.
/// </para>
/// <para>
/// An item is a few tiles' worth of map channels and a share of the positions. Where there are too few tiles to go round, the positions are cut
/// into several shares, each with a dW of its own, and these are added in their order: cuts and order follow from the shapes alone, so
/// the bits are the same for any number of threads.
/// </para>
/// <para>
/// An image of few channels would leave most of a tile's columns empty. There the pixels under the kernel are first copied into one row, so that
/// the taps are columns, too.
/// </para>
/// </remarks>
internal sealed unsafe class WeightGradient
{
    private const int PositionsPerBlock = 256, TilesPerItem = 2, WantedItems = 16, LargestPartials = 1 << 24;

    private readonly KernelSet kernels;
    private readonly ConvolutionGeometry geometry;
    private readonly MatrixRows rowsOfC;
    private readonly Tensor zeros;
    private readonly bool copiesPatches;
    private readonly int mapPerGroup, imagePerGroup, weightsPerMapChannel, gradientLength, itemsPerShare, itemsPerGroup;
    private readonly Action<int> runItem;

    private Tensor partials = new(new Shape(0));
    private long positions, positionsPerShare;
    private float* imageData, mapData, gradientData;

    public WeightGradient(KernelSet kernels, ConvolutionGeometry geometry, MatrixRows rowsOfC)
    {
        this.kernels = kernels;
        this.geometry = geometry;
        this.rowsOfC = rowsOfC;
        mapPerGroup = geometry.MapChannels / geometry.Groups;
        imagePerGroup = geometry.ImageChannels / geometry.Groups;
        weightsPerMapChannel = geometry.Taps * imagePerGroup;
        gradientLength = geometry.WeightShape.Count;
        copiesPatches = imagePerGroup <= kernels.Columns / 2 && geometry.Taps > 1;
        int channelsPerItem = TilesPerItem * kernels.Rows;
        itemsPerGroup = (mapPerGroup + channelsPerItem - 1) / channelsPerItem;
        itemsPerShare = itemsPerGroup * geometry.Groups;
        zeros = new Tensor(new Shape(geometry.ImageChannels));
        runItem = RunItem;
    }

    /// <summary>Adds the gradient of a batch to <paramref name="gradient"/>, [mapC][taps][imageC / groups].</summary>
    public void Run(int batch, float* image, float* map, float* gradient)
    {
        positions = (long)batch * geometry.MapPositions;
        long blocks = (positions + PositionsPerBlock - 1) / PositionsPerBlock;
        int shares = (int)Math.Clamp(WantedItems / itemsPerShare, 1, Math.Clamp(blocks, 1, 1 + (LargestPartials / gradientLength)));
        positionsPerShare = (blocks + shares - 1) / shares * PositionsPerBlock;
        if (partials.Shape.N != (shares - 1) * gradientLength)
        {
            partials = new Tensor(new Shape((shares - 1) * gradientLength));
        }

        partials.Span.Clear();
        imageData = image;
        mapData = map;
        gradientData = gradient;
        Parallelism.For(shares * itemsPerShare, runItem);

        var sum = new Span<float>(gradient, gradientLength);
        for (int share = 0; share < shares - 1; share++)
        {
            TensorPrimitives.Add(sum, partials.Span.Slice(share * gradientLength, gradientLength), sum);
        }
    }

    private void RunItem(int item)
    {
        (int share, item) = Math.DivRem(item, itemsPerShare);
        (int group, int firstMap) = Math.DivRem(item, itemsPerGroup);
        firstMap *= TilesPerItem * kernels.Rows;
        int endMap = Math.Min(firstMap + (TilesPerItem * kernels.Rows), mapPerGroup);
        float* gradient = share == 0 ? gradientData : partials.Pointer + ((nint)(share - 1) * gradientLength);
        float** images = ThreadScratch.Pointers(PositionsPerBlock);
        long end = Math.Min(positions, (share + 1) * positionsPerShare);
        for (long first = share * positionsPerShare; first < end; first += PositionsPerBlock)
        {
            int count = (int)Math.Min(PositionsPerBlock, end - first);
            if (copiesPatches)
            {
                CopyPatches(first, count, group, images);
                AddTiles(images, first, count, group, firstMap, endMap, gradient, weightsPerMapChannel);
                continue;
            }

            for (int tap = 0; tap < geometry.Taps; tap++)
            {
                PointAtPixels(first, count, group, tap, images);
                AddTiles(images, first, count, group, firstMap, endMap, gradient + ((nint)tap * imagePerGroup), imagePerGroup);
            }
        }
    }

    private void AddTiles(float** images, long first, int count, int group, int firstMap, int endMap, float* gradient, int columns)
    {
        for (int m = firstMap; m < endMap; m += kernels.Rows)
        {
            int channel = (group * mapPerGroup) + m;
            float* map = mapData + ((nint)first * geometry.MapChannels) + channel;
            for (int column = 0; column < columns; column += kernels.Columns)
            {
                kernels.AccumulateOuterProducts(
                    images, column, map, geometry.MapChannels, count,
                    gradient + ((nint)channel * weightsPerMapChannel) + column, weightsPerMapChannel,
                    Math.Min(kernels.Rows, endMap - m), Math.Min(kernels.Columns, columns - column));
            }
        }
    }

    /// <summary>images[i] = the channels of the pixel that position first + i and the tap meet on.</summary>
    private void PointAtPixels(long first, int count, int group, int tap, float** images)
    {
        (long n, long p) = Math.DivRem(first, geometry.MapPositions);
        float* image = ImageOf(n, group);
        for (int i = 0; i < count; i++)
        {
            int pixel = rowsOfC.Sources[(p * geometry.Taps) + tap];
            images[i] = pixel < 0 ? zeros.Pointer : image + ((nint)pixel * geometry.ImageChannels);
            if (++p == geometry.MapPositions)
            {
                p = 0;
                image = ImageOf(++n, group);
            }
        }
    }

    /// <summary>images[i] = a copy of all pixels under the kernel at position first + i, [taps][imageC / groups].</summary>
    private void CopyPatches(long first, int count, int group, float** images)
    {
        float* patch = ThreadScratch.Floats(checked((count * weightsPerMapChannel) + Tensor.ReadableTail));
        (long n, long p) = Math.DivRem(first, geometry.MapPositions);
        float* image = ImageOf(n, group);
        for (int i = 0; i < count; i++)
        {
            images[i] = patch;
            foreach (int pixel in rowsOfC.Sources.AsSpan((int)p * geometry.Taps, geometry.Taps))
            {
                float* from = pixel < 0 ? zeros.Pointer : image + ((nint)pixel * geometry.ImageChannels);
                for (int c = 0; c < imagePerGroup; c++)
                {
                    *patch++ = from[c];
                }
            }

            if (++p == geometry.MapPositions)
            {
                p = 0;
                image = ImageOf(++n, group);
            }
        }
    }

    private float* ImageOf(long n, int group) =>
        imageData + ((nint)n * geometry.ImagePositions * geometry.ImageChannels) + (group * imagePerGroup);
}
