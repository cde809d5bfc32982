using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// target = M · source + bias, where M is C or Cᵀ, given by its <see cref="MatrixRows"/>. Overwrites the target.
/// </summary>
/// <remarks>
/// The patch matrix is never built: a tile's rows are pointers, one a tap, to the contiguous channels of the position that the tap falls on, or to
/// a row of zeros where it falls into the padding (XNNPACK's indirect GEMM). Only the weights are copied, into panels [tap][channel][tile
/// columns]. A work item is a fixed number of tiles of one part and group, so that the bits do not depend on the number of threads.
/// </remarks>
internal sealed unsafe class MatrixProduct : IMatrixProduct
{
    private const int TilesPerItem = 8;

    private readonly KernelSet kernels;
    private readonly MatrixRows[] parts;
    private readonly Side source, target;
    private readonly int groups, panels;
    private readonly WeightStrides strides;
    private readonly Tensor zeros;
    private readonly Tensor packed;
    private readonly int[] packedAt;
    private readonly Action<int> runItem, packPanel;

    private int batch;
    private float* sourceData, targetData, weightData, biasData;

    public MatrixProduct(KernelSet kernels, MatrixRows[] parts, Side source, Side target, int groups, WeightStrides strides)
    {
        this.kernels = kernels;
        this.parts = parts;
        this.source = source;
        this.target = target;
        this.groups = groups;
        this.strides = strides;
        panels = ((target.Channels / groups) + kernels.Columns - 1) / kernels.Columns;
        packedAt = new int[parts.Length + 1];
        for (int i = 0; i < parts.Length; i++)
        {
            packedAt[i + 1] = checked(packedAt[i] + (groups * panels * PanelLength(i)));
        }

        packed = new Tensor(new Shape(packedAt[^1]));
        zeros = new Tensor(new Shape(source.Channels));
        runItem = RunItem;
        packPanel = PackPanel;
    }

    /// <summary>One side of the product: how many positions an image (or map) of it has, and how many channels each.</summary>
    public readonly record struct Side(int Positions, int Channels);

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        this.batch = batch;
        sourceData = source;
        weightData = weight;
        biasData = bias;
        targetData = target;
        Parallelism.For(parts.Length * groups * panels, packPanel);
        int items = 0;
        foreach (MatrixRows part in parts)
        {
            items += groups * BlocksOf(part);
        }

        Parallelism.For(items, runItem);
    }

    private int PanelLength(int part) => checked(parts[part].Taps.Length * (source.Channels / groups) * kernels.Columns);

    private int BlocksOf(MatrixRows part)
    {
        int rowsPerItem = TilesPerItem * kernels.Rows;
        return (int)((((long)batch * part.Targets.Length) + rowsPerItem - 1) / rowsPerItem);
    }

    private void PackPanel(int item)
    {
        (int panelOfPart, int panel) = Math.DivRem(item, panels);
        (int part, int group) = Math.DivRem(panelOfPart, groups);
        int width = kernels.Columns, first = panel * width, columns = Math.Min(width, (target.Channels / groups) - first);
        int channels = source.Channels / groups;
        nint sourceStride = strides.Source, targetStride = strides.Target;
        float* to = packed.Pointer + packedAt[part] + (((group * panels) + panel) * PanelLength(part));
        foreach (int tap in parts[part].Taps)
        {
            float* from = weightData + ((nint)group * strides.Group) + (first * targetStride) + ((nint)tap * strides.Tap);
            for (int c = 0; c < channels; c++, from += sourceStride, to += width)
            {
                float* weight = from;
                for (int j = 0; j < columns; j++, weight += targetStride)
                {
                    to[j] = *weight;
                }
            }
        }
    }

    private void RunItem(int item)
    {
        int index = 0;
        while (item >= groups * BlocksOf(parts[index]))
        {
            item -= groups * BlocksOf(parts[index]);
            index++;
        }

        MatrixRows part = parts[index];
        (int group, int block) = Math.DivRem(item, BlocksOf(part));
        int channels = source.Channels / groups, columns = target.Channels / groups;
        int rows = kernels.Rows, taps = part.Taps.Length;
        float** inputs = ThreadScratch.Pointers(rows * (taps + 1));
        float** outputs = inputs + (rows * taps);
        float* discard = ThreadScratch.Floats(target.Channels + kernels.Columns);
        float* panelsOfGroup = packed.Pointer + packedAt[index] + (group * panels * PanelLength(index));
        float* bias = biasData == null ? null : biasData + (group * columns);

        long end = Math.Min((long)batch * part.Targets.Length, (block + 1L) * TilesPerItem * rows);
        for (long row = (long)block * TilesPerItem * rows; row < end; row += rows)
        {
            for (int r = 0; r < rows; r++)
            {
                // A tile always has all its rows: those behind the end repeat the last one and are thrown away.
                (long image, long i) = Math.DivRem(Math.Min(row + r, end - 1), part.Targets.Length);
                float* from = sourceData + ((nint)image * source.Positions * source.Channels) + (group * channels);
                ReadOnlySpan<int> sources = part.Sources.AsSpan((int)i * taps, taps);
                for (int tap = 0; tap < taps; tap++)
                {
                    inputs[(tap * rows) + r] = sources[tap] < 0 ? zeros.Pointer : from + ((nint)sources[tap] * source.Channels);
                }

                outputs[r] = row + r < end
                    ? targetData + ((((nint)image * target.Positions) + part.Targets[i]) * target.Channels) + (group * columns)
                    : discard;
            }

            for (int panel = 0; panel < panels; panel++)
            {
                int column = panel * kernels.Columns;
                kernels.MultiplyRows(
                    inputs, taps, channels, panelsOfGroup + (panel * PanelLength(index)), bias == null ? null : bias + column,
                    outputs, column, Math.Min(kernels.Columns, columns - column));
            }
        }
    }
}
