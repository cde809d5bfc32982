using System.Numerics;
using System.Runtime.Intrinsics.X86;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// dW[m, c, tap] += Σ over the positions p of the map: map[p, m] · image[pixel that p and tap meet on, c]. The derivative of ⟨map, C ·
/// image⟩ by the weights; the same for a convolution (map = dy) and a transposed one (image = dy).
/// </summary>
/// <remarks>
/// <para>
/// With the patches as a matrix, with a row per position and a column per tap and channel, dW is mapᵀ · patches. The patch matrix is never
/// built: positions go in blocks, and of a block one strip at a time, as wide as a register tile, is copied together and meets all channels
/// of the map. Copies are contiguous, and so are the tiles that are summed up, so that all stays in the nearest caches; rows 2ⁿ floats
/// apart would not, as they fall on a few sets of them.
/// </para>
/// <para>
/// An item is some channels of the map, some strips and a share of the positions. Where there are too few items to go round, there are
/// several shares, each with a dW of its own, and these are added in their order: cuts and order follow from the shapes alone, so
/// the bits are the same for any number of threads.
/// </para>
/// </remarks>
internal sealed unsafe class WeightGradient : IWeightGradient
{
    private const int MostStrips = 4, PositionsPerBlock = 256, MapChannelsPerItem = 192, ColumnsPerItem = 256,
        WantedItems = 16;

    private readonly KernelSet kernels;
    private readonly ConvolutionGeometry geometry;
    private readonly MatrixRows rowsOfC;
    private readonly PatchRows? patches;
    private readonly Tensor zeros;
    private readonly int mapPerGroup, imagePerGroup, weightsPerMapChannel, gradientLength, mapItems, columnItems, itemsPerShare;
    private readonly Action<int> runItem;
    private readonly ElementChunks sumPartials;

    private Tensor partials = new(new Shape(0));
    private long positions, positionsPerShare;
    private int shares;
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
        mapItems = Division.Ceiling(mapPerGroup, MapChannelsPerItem);
        columnItems = Division.Ceiling(weightsPerMapChannel, ColumnsPerItem);
        itemsPerShare = checked(geometry.Groups * mapItems * columnItems);
        patches = PatchRows.Suits(imagePerGroup) && weightsPerMapChannel <= MostStrips * kernels.Columns
            ? new PatchRows(rowsOfC, geometry.ImageChannels, imagePerGroup)
            : null;
        zeros = new Tensor(new Shape(geometry.ImageChannels));
        runItem = RunItem;
        sumPartials = new(SumPartials);
    }

    public void Run(int batch, float* image, float* map, float* gradient)
    {
        positions = (long)batch * geometry.MapPositions;
        long blocks = (positions + PositionsPerBlock - 1) / PositionsPerBlock;
        long wanted = Math.Clamp(WantedItems / itemsPerShare, 1, Math.Max(blocks, 1)),
            blocksPerShare = Math.Max((blocks + wanted - 1) / wanted, 1);
        shares = (int)Math.Max((blocks + blocksPerShare - 1) / blocksPerShare, 1);
        positionsPerShare = blocksPerShare * PositionsPerBlock;
        if (partials.Shape.N != (shares - 1) * gradientLength)
        {
            partials = new Tensor(new Shape((shares - 1) * gradientLength));
        }

        imageData = image;
        mapData = map;
        gradientData = gradient;
        Parallelism.For(shares * itemsPerShare, runItem);
        if (shares > 1)
        {
            sumPartials.Run(gradientLength);
        }
    }

    private void RunItem(int item)
    {
        (item, int columnItem) = Math.DivRem(item, columnItems);
        (item, int mapItem) = Math.DivRem(item, mapItems);
        (int share, int group) = Math.DivRem(item, geometry.Groups);
        int rows = kernels.Rows, width = kernels.Columns;
        int firstMap = mapItem * MapChannelsPerItem, mapChannels = Math.Min(MapChannelsPerItem, mapPerGroup - firstMap);
        int firstColumn = columnItem * ColumnsPerItem, columns = Math.Min(ColumnsPerItem, weightsPerMapChannel - firstColumn);

        // Copies go a vector at a time and run over the end of a row: into what is copied next, or into the room behind it all.
        int panels = Division.Ceiling(mapChannels, rows), strips = Division.Ceiling(columns, width);
        int panelLength = (PositionsPerBlock * rows) + Vector<float>.Count, stripLength = (PositionsPerBlock * width) + Vector<float>.Count;
        int patchLength = patches is null ? 0 : weightsPerMapChannel + PatchRows.Slack + Vector<float>.Count;
        float* left = ThreadScratch.Floats(
            checked((panels * panelLength) + stripLength + (panels * strips * rows * width) + patchLength));
        float* right = left + (panels * panelLength), tiles = right + stripLength, patch = tiles + (panels * strips * rows * width);
        new Span<float>(tiles, panels * strips * rows * width).Clear();
        long end = Math.Min(positions, (share + 1) * positionsPerShare);
        for (long first = share * positionsPerShare; first < end; first += PositionsPerBlock)
        {
            int count = (int)Math.Min(PositionsPerBlock, end - first);
            CopyMap(first, count, (group * mapPerGroup) + firstMap, left, panels, panelLength);
            float* tile = tiles;
            for (int column = 0; column < columns; column += width)
            {
                if (patches is null)
                {
                    CopyTaps(first, count, group, firstColumn + column, Math.Min(width, columns - column), right);
                }
                else
                {
                    CopyRows(first, count, group, firstColumn + column, right, patch);
                }

                for (int panel = 0; panel < panels; panel++, tile += rows * width)
                {
                    kernels.AccumulateOuterProducts(left + (panel * panelLength), right, count, tile);
                }
            }
        }

        nint weights = ((nint)((group * mapPerGroup) + firstMap) * weightsPerMapChannel) + firstColumn;
        for (int m = 0; m < mapChannels; m++, weights += weightsPerMapChannel)
        {
            for (int column = 0; column < columns; column += width)
            {
                int length = Math.Min(width, columns - column);
                (int panel, int row) = Math.DivRem(m, rows);
                var sums = new ReadOnlySpan<float>(tiles + (((((column / width) * panels) + panel) * rows) + row) * width, length);
                if (share == 0)
                {
                    var gradient = new Span<float>(gradientData + weights + column, length);
                    TensorPrimitives.Add(gradient, sums, gradient);
                }
                else
                {
                    sums.CopyTo(new Span<float>(partials.Pointer + ((nint)(share - 1) * gradientLength) + weights + column, length));
                }
            }
        }
    }

    /// <summary>Copies channels of the map at positions first … first + count − 1 to panels [position][tile rows].</summary>
    private void CopyMap(long first, int count, int channel, float* left, int panels, int panelLength)
    {
        int rows = kernels.Rows;
        float* map = mapData + ((nint)first * geometry.MapChannels) + channel;
        for (int i = 0; i < count; i++, map += geometry.MapChannels, left += rows)
        {
            for (int panel = 0; panel < panels; panel++)
            {
                Copy(map + (panel * rows), left + (panel * panelLength), rows);
            }
        }
    }

    /// <summary>Copies columns of the patch matrix at positions first … first + count − 1 to [position][tile columns].</summary>
    private void CopyTaps(long first, int count, int group, int column, int columns, float* right)
    {
        (int firstTap, int firstChannel) = Math.DivRem(column, imagePerGroup);
        (long n, long p) = Math.DivRem(first, geometry.MapPositions);
        float* image = ImageOf(n, group), nothing = zeros.Pointer;
        int width = kernels.Columns, taps = geometry.Taps, mapPositions = geometry.MapPositions;
        nint imageChannels = geometry.ImageChannels;
        fixed (int* sources = rowsOfC.Sources)
        {
            for (int i = 0; i < count; i++, right += width)
            {
                int* pixel = sources + ((nint)p * taps) + firstTap;
                int channel = firstChannel;
                for (int done = 0; done < columns; pixel++, channel = 0)
                {
                    int length = Math.Min(imagePerGroup - channel, columns - done);
                    float* from = (*pixel < 0 ? nothing : image + (*pixel * imageChannels)) + channel;
                    Copy(from, right + done, length);
                    Prefetch(from + length);
                    done += length;
                }

                if (++p == mapPositions)
                {
                    p = 0;
                    image = ImageOf(++n, group);
                }
            }
        }
    }

    /// <summary>The same for few channels, a whole row of the patch matrix at a time, of which the strip is taken.</summary>
    private void CopyRows(long first, int count, int group, int column, float* right, float* patch)
    {
        (long n, long p) = Math.DivRem(first, geometry.MapPositions);
        int width = kernels.Columns, length = Math.Min(width, weightsPerMapChannel - column);
        for (int i = 0; i < count; i++, right += width)
        {
            bool fits = length == weightsPerMapChannel;
            patches!.Copy((int)p, ImageOf(n, group), fits ? right : patch);
            if (!fits)
            {
                Copy(patch + column, right, length);
            }

            if (++p == geometry.MapPositions)
            {
                p = 0;
                n++;
            }
        }
    }

    /// <summary>
    /// Asks for the channels that the next strip copies: they arrive while this one is multiplied, which processors do
    /// not guess from pixels far apart.
    /// </summary>
    private static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }

    /// <summary>Copies that many floats and, up to a whole vector, some more.</summary>
    internal static void Copy(float* from, float* to, int length)
    {
        for (int i = 0; i < length; i += Vector<float>.Count)
        {
            Vector.Store(Vector.Load(from + i), to + i);
        }
    }

    private float* ImageOf(long n, int group) =>
        imageData + ((nint)n * geometry.ImagePositions * geometry.ImageChannels) + (group * imagePerGroup);

    private void SumPartials(Range some)
    {
        Span<float> sum = new Span<float>(gradientData, gradientLength)[some];
        for (int share = 0; share < shares - 1; share++)
        {
            TensorPrimitives.Add(sum, partials.Span.Slice(share * gradientLength, gradientLength)[some], sum);
        }
    }
}
