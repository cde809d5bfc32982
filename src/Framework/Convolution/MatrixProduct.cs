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
/// where there are too few items to go round: no sum is cut, so the bits do not depend on the number of
/// threads.
/// </remarks>
internal sealed unsafe class MatrixProduct : IMatrixProduct
{
    private const int TilesPerItem = 8, WantedItems = 16;

    private readonly KernelSet kernels;
    private readonly MatrixRows[] parts;
    private readonly Side source, target;
    private readonly int rows, groups, channels, columns, copied;
    private readonly int[] firstItems;
    private readonly PatchRows?[] patches;
    private readonly PackedWeights weights;
    private readonly Tensor zeros;
    private readonly Action<int> runItem;

    private int batch, slices; // in how many slices the panels of a block go
    private float* sourceData, targetData, biasData;

    public MatrixProduct(
        KernelSet kernels, MatrixRows[] parts, Side source, Side target, int groups, WeightStrides strides,
        PositionSums? tapSums = null)
    {
        this.kernels = kernels;
        this.parts = parts;
        this.source = source;
        this.target = target;
        this.groups = groups;
        (rows, channels, columns) = (kernels.Rows, source.Channels / groups, target.Channels / groups);
        firstItems = new int[parts.Length + 1];
        weights = new PackedWeights(kernels, parts, channels, columns, groups, strides, tapSums);
        zeros = new Tensor(new Shape(source.Channels));
        bool copies = PatchRows.Suits(channels);
        patches = [.. parts.Select(part => copies && part.Taps.Length > 1 ? new PatchRows(part, source.Channels, channels) : null)];
        copied = copies ? checked((rows * parts.Max(part => part.Taps.Length) * channels) + PatchRows.Slack) : 0;
        runItem = RunItem;
    }

    /// <summary>One side of the product: how many positions an image (or map) of it has, and how many channels each.</summary>
    public readonly record struct Side(int Positions, int Channels);

    /// <summary>What one thread multiplies at a time: rows of a part in a batch, of a group, times some panels.</summary>
    public readonly record struct Block(int Part, int Group, long FirstRow, long EndRow, int FirstPanel, int EndPanel);

    /// <summary>Panels of a group.</summary>
    public int Panels => weights.Panels;

    /// <summary>Working memory that a block takes.</summary>
    public int ScratchFloats => checked(target.Channels + kernels.Columns + copied);

    public void Run(int batch, float* source, float* weight, float* bias, float* target)
    {
        Prepare(weight);
        this.batch = batch;
        sourceData = source;
        biasData = bias;
        targetData = target;
        int rowsPerItem = TilesPerItem * rows, items = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            firstItems[i] = items;
            items += groups * (int)((((long)batch * parts[i].Targets.Length) + rowsPerItem - 1) / rowsPerItem);
        }

        firstItems[^1] = items;
        slices = Math.Clamp(WantedItems / Math.Max(1, items), 1, Panels);
        Parallelism.For(items * slices, runItem);
    }

    /// <summary>Packs the weights of the blocks that follow.</summary>
    public void Prepare(float* weight) => weights.Update(weight);

    private void RunItem(int item)
    {
        (item, int slice) = Math.DivRem(item, slices);
        int part = 0;
        while (item >= firstItems[part + 1])
        {
            part++;
        }

        (int group, int i) = Math.DivRem(item - firstItems[part], (firstItems[part + 1] - firstItems[part]) / groups);
        long first = (long)i * TilesPerItem * rows, end = Math.Min((long)batch * parts[part].Targets.Length, first + (TilesPerItem * rows));
        Multiply(
            new Block(part, group, first, end, Panels * slice / slices, Panels * (slice + 1) / slices),
            sourceData, biasData, targetData, ThreadScratch.Floats(ScratchFloats));
    }

    /// <summary>
    /// Multiplies a block of a batch with the weights that were prepared. Overwrites. Several threads may at once, each with scratch of its
    /// own, until the next <see cref="Prepare"/>.
    /// </summary>
    public void Multiply(Block block, float* source, float* bias, float* target, float* scratch)
    {
        MatrixRows part = parts[block.Part];
        int taps = part.Taps.Length;
        PatchRows? patchRows = patches[block.Part];
        float** inputs = ThreadScratch.Pointers(rows * (taps + 1));
        float** outputs = inputs + (rows * taps);
        float* discard = scratch, copies = scratch + this.target.Channels + kernels.Columns;
        bias = bias == null ? null : bias + (block.Group * columns);
        source += block.Group * channels;
        target += block.Group * columns;
        (long image, long i) = Math.DivRem(block.FirstRow, part.Targets.Length);
        for (long row = block.FirstRow; row < block.EndRow; row += rows)
        {
            for (int r = 0; r < rows; r++)
            {
                if (row + r >= block.EndRow)
                {
                    // A tile always has all its rows: those behind the end read what the one before them reads, and are thrown away.
                    Repeat(inputs, patchRows is null ? taps : 1, r);
                    outputs[r] = discard;
                    continue;
                }

                float* from = source + ((nint)image * this.source.Positions * this.source.Channels);
                ReadOnlySpan<int> sources = part.Sources.AsSpan((int)i * taps, taps);
                if (patchRows is not null)
                {
                    inputs[r] = copies + (r * taps * channels);
                    patchRows.Copy((int)i, from, inputs[r]);
                }
                else
                {
                    Point(from, sources, inputs + r);
                }

                outputs[r] = target + ((((nint)image * this.target.Positions) + part.Targets[i]) * this.target.Channels);
                if (++i == part.Targets.Length)
                {
                    i = 0;
                    image++;
                }
            }

            for (int panel = block.FirstPanel; panel < block.EndPanel; panel++)
            {
                int column = panel * kernels.Columns;
                kernels.MultiplyRows(
                    inputs, patchRows is null ? taps : 1, patchRows is null ? channels : taps * channels,
                    weights.PanelOf(block.Part, block.Group, panel),
                    bias == null ? null : bias + column,
                    outputs, column, Math.Min(kernels.Columns, columns - column));
            }
        }
    }

    /// <summary>inputs[tap · tile rows] = the channels of the position that the tap falls on.</summary>
    private void Point(float* from, ReadOnlySpan<int> sources, float** inputs)
    {
        float* nothing = zeros.Pointer;
        nint stride = source.Channels;
        foreach (int position in sources)
        {
            *inputs = position < 0 ? nothing : from + (position * stride);
            inputs += rows;
        }
    }

    private void Repeat(float** inputs, int taps, int row)
    {
        for (int tap = 0; tap < taps; tap++)
        {
            inputs[(tap * rows) + row] = inputs[(tap * rows) + row - 1];
        }
    }
}
