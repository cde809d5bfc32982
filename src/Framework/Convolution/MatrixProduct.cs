using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// target = M · source + bias, where M is C or Cᵀ, given by its <see cref="MatrixRows"/>. Overwrites the target.
/// </summary>
/// <remarks>
/// The patch matrix is never built: a tile's rows are pointers, one per tap, to the contiguous channels of the position
/// that the tap falls on, or to a row of zeros where it falls into the padding (XNNPACK's indirect GEMM). Only the weights
/// are copied: <see cref="PackedWeights"/>. A work item is a fixed number of tiles of one part and group, and of its panels, all but
/// where there are too few items to go round (a Linear's batch is a few tiles): no sum is cut, so the bits do not depend on the number of
/// threads.
/// </remarks>
internal sealed unsafe class MatrixProduct : IMatrixProduct
{
    private const int TilesPerItem = 8, FewChannels = 8, WantedItems = 16;

    private readonly KernelSet kernels;
    private readonly MatrixRows[] parts;
    private readonly Side source, target;
    private readonly int groups;
    private readonly PackedWeights weights;
    private readonly Tensor zeros;
    private readonly Action<int> runItem;

    private int batch;
    private float* sourceData, targetData, biasData;

    public MatrixProduct(KernelSet kernels, MatrixRows[] parts, Side source, Side target, int groups, WeightStrides strides)
    {
        this.kernels = kernels;
        this.parts = parts;
        this.source = source;
        this.target = target;
        this.groups = groups;
        weights = new PackedWeights(kernels, parts, source.Channels / groups, target.Channels / groups, groups, strides);
        zeros = new Tensor(new Shape(source.Channels));
        runItem = RunItem;
    }

    /// <summary>One side of the product: how many positions an image (or map) of it has, and how many channels each.</summary>
    public readonly record struct Side(int Positions, int Channels);

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        this.batch = batch;
        sourceData = source;
        biasData = bias;
        targetData = target;
        weights.Update(weight);
        int items = 0;
        foreach (MatrixRows part in parts)
        {
            items += ItemsOf(part);
        }

        Parallelism.For(items, runItem);
    }

    private int ItemsOf(MatrixRows part) => groups * BlocksOf(part) * SlicesOf(part);

    /// <summary>In how many slices the panels of a block go.</summary>
    private int SlicesOf(MatrixRows part) => Math.Clamp(WantedItems / Math.Max(1, groups * BlocksOf(part)), 1, weights.Panels);

    private int BlocksOf(MatrixRows part)
    {
        int rowsPerItem = TilesPerItem * kernels.Rows;
        return (int)((((long)batch * part.Targets.Length) + rowsPerItem - 1) / rowsPerItem);
    }

    private void RunItem(int item)
    {
        int index = 0;
        while (item >= ItemsOf(parts[index]))
        {
            item -= ItemsOf(parts[index]);
            index++;
        }

        MatrixRows part = parts[index];
        (item, int slice) = Math.DivRem(item, SlicesOf(part));
        (int group, int block) = Math.DivRem(item, BlocksOf(part));
        int firstPanel = weights.Panels * slice / SlicesOf(part), endPanel = weights.Panels * (slice + 1) / SlicesOf(part);
        int channels = source.Channels / groups, columns = target.Channels / groups;
        int rows = kernels.Rows, taps = part.Taps.Length;
        bool gathers = channels < FewChannels && taps > 1;
        float** inputs = ThreadScratch.Pointers(rows * (taps + 1));
        float** outputs = inputs + (rows * taps);
        float* discard = ThreadScratch.Floats(checked(target.Channels + kernels.Columns + (gathers ? rows * taps * channels : 0)));
        float* patches = discard + target.Channels + kernels.Columns;
        float* bias = biasData == null ? null : biasData + (group * columns);

        long first = (long)block * TilesPerItem * rows, end = Math.Min((long)batch * part.Targets.Length, first + (TilesPerItem * rows));
        (long image, long i) = Math.DivRem(first, part.Targets.Length);
        for (long row = first; row < end; row += rows)
        {
            for (int r = 0; r < rows; r++)
            {
                if (row + r >= end)
                {
                    // A tile always has all its rows: those behind the end read what the one before them reads, and are thrown away.
                    Repeat(inputs, gathers ? 1 : taps, r);
                    outputs[r] = discard;
                    continue;
                }

                float* from = sourceData + ((nint)image * source.Positions * source.Channels) + (group * channels);
                ReadOnlySpan<int> sources = part.Sources.AsSpan((int)i * taps, taps);
                if (gathers)
                {
                    inputs[r] = patches + (r * taps * channels);
                    Gather(from, sources, inputs[r]);
                }
                else
                {
                    Point(from, sources, inputs + r);
                }

                outputs[r] = targetData + ((((nint)image * target.Positions) + part.Targets[i]) * target.Channels) + (group * columns);
                if (++i == part.Targets.Length)
                {
                    i = 0;
                    image++;
                }
            }

            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                int column = panel * kernels.Columns;
                kernels.MultiplyRows(
                    inputs, gathers ? 1 : taps, gathers ? taps * channels : channels, weights.PanelOf(index, group, panel),
                    bias == null ? null : bias + column,
                    outputs, column, Math.Min(kernels.Columns, columns - column));
            }
        }
    }

    /// <summary>inputs[tap · tile rows] = the channels of the position that the tap falls on.</summary>
    private void Point(float* from, ReadOnlySpan<int> sources, float** inputs)
    {
        float* nothing = zeros.Pointer;
        nint channels = source.Channels;
        int rows = kernels.Rows;
        foreach (int position in sources)
        {
            *inputs = position < 0 ? nothing : from + (position * channels);
            inputs += rows;
        }
    }

    /// <summary>
    /// Copies the channels of all those positions to one run of floats, which counts as a single tap then: few channels
    /// are not worth a pointer.
    /// </summary>
    private void Gather(float* from, ReadOnlySpan<int> sources, float* patch)
    {
        nint stride = source.Channels;
        int channels = source.Channels / groups;
        foreach (int position in sources)
        {
            for (int c = 0; c < channels; c++)
            {
                *patch++ = position < 0 ? 0 : from[(position * stride) + c];
            }
        }
    }

    private void Repeat(float** inputs, int taps, int row)
    {
        for (int tap = 0; tap < taps; tap++)
        {
            inputs[(tap * kernels.Rows) + row] = inputs[(tap * kernels.Rows) + row - 1];
        }
    }
}
