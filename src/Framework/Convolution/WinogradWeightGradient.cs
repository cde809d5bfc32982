using System.Numerics;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// dW by the <see cref="WinogradPlan"/> of C, with fewer products: the three steps are linear in the weights, so that their adjoints lead
/// back from dy to the sums of taps, and from these to the taps. Accumulates.
/// </summary>
/// <remarks>
/// A work item is one part of the plan, all products that meet the same sums of taps, a group, and some channels of the map. Its sum over
/// the batch stays in one item, so the bits do not depend on the number of threads.
/// </remarks>
internal sealed unsafe class WinogradWeightGradient : IWeightGradient
{
    // Four panels of any tile have whole vectors of channels.
    private const int RowsPerBlock = 128, TileFloatsPerItem = 1 << 16, PanelsAtOnce = 4;

    private readonly KernelSet kernels;
    private readonly ConvolutionGeometry geometry;
    private readonly MatrixRows[] parts;
    private readonly PositionSums spread, distribute, tapsOf;
    private readonly int mapPerGroup, imagePerGroup, sums, strips, panelsPerItem, mapItems, leftFloats;
    private readonly Tensor sumGradient;
    private readonly Action<int> runItem, addChannel;

    private int batch;
    private float* imageData, mapData, gradientData;

    /// <summary>Makes the product.</summary>
    public WinogradWeightGradient(KernelSet kernels, ConvolutionGeometry geometry, WinogradPlan plan)
    {
        (this.kernels, this.geometry, parts) = (kernels, geometry, [.. plan.Parts]);
        (mapPerGroup, imagePerGroup) = (geometry.MapChannels / geometry.Groups, geometry.ImageChannels / geometry.Groups);
        strips = Division.Ceiling(imagePerGroup, kernels.Columns);
        int panels = Division.Ceiling(mapPerGroup, kernels.Rows);
        int floatsOfPanel = parts[0].Taps.Length * strips * kernels.Rows * kernels.Columns;
        panelsPerItem = Math.Max(Math.Min(panels, TileFloatsPerItem / floatsOfPanel) / PanelsAtOnce, 1) * PanelsAtOnce;
        mapItems = Division.Ceiling(panels, panelsPerItem);
        leftFloats = (RowsPerBlock * kernels.Rows) + Vector<float>.Count; // copies run over the end
        sums = plan.TapSums.Count;
        // A part takes a few positions of one image after the other, which processors do not guess: the next image's are asked for.
        spread = new PositionSums(
            plan.Spread, geometry.ImagePositions, imagePerGroup, ahead: geometry.ImagePositions * geometry.ImageChannels);
        distribute = new PositionSums(
            Adjoint(plan.Collected, plan.Products), geometry.MapPositions, mapPerGroup,
            ahead: geometry.MapPositions * geometry.MapChannels);
        tapsOf = new PositionSums(Adjoint(plan.TapSums, geometry.Taps), sums, imagePerGroup);
        sumGradient = new Tensor(new Shape(checked(geometry.MapChannels * sums * imagePerGroup)));
        runItem = RunItem;
        addChannel = AddChannel;
    }

    public void Run(int batch, float* image, float* map, float* gradient)
    {
        this.batch = batch;
        imageData = image;
        mapData = map;
        gradientData = gradient;
        Parallelism.For(parts.Length * geometry.Groups * mapItems, runItem);
        Parallelism.For(geometry.MapChannels, addChannel);
    }

    private static List<Term>[] Adjoint(IReadOnlyList<IReadOnlyList<Term>> sums, int count)
    {
        List<Term>[] adjoint = [.. Enumerable.Range(0, count).Select(_ => new List<Term>())];
        for (int i = 0; i < sums.Count; i++)
        {
            foreach (Term term in sums[i])
            {
                adjoint[term.Index].Add(term with { Index = i });
            }
        }

        return adjoint;
    }

    private void RunItem(int item)
    {
        (item, int mapItem) = Math.DivRem(item, mapItems);
        (int index, int group) = Math.DivRem(item, geometry.Groups);
        MatrixRows part = parts[index];
        int firstMap = mapItem * panelsPerItem * kernels.Rows, mapChannels = Math.Min(panelsPerItem * kernels.Rows, mapPerGroup - firstMap);
        int panels = Division.Ceiling(mapChannels, kernels.Rows);
        int rows = kernels.Rows, width = kernels.Columns, taps = part.Taps.Length, tile = rows * width;
        int rightFloats = RowsPerBlock * width, rowFloats = (panels * rows) + Vector<float>.Count;
        int tileFloats = checked(taps * strips * panels * tile);
        float* row = ThreadScratch.Floats(checked(rowFloats + (panels * leftFloats) + rightFloats + tileFloats));
        float* left = row + rowFloats, right = left + (panels * leftFloats), tiles = right + rightFloats;
        new Span<float>(row, rowFloats).Clear();
        new Span<float>(tiles, tileFloats).Clear();
        long end = (long)batch * part.Targets.Length;
        for (long first = 0; first < end; first += RowsPerBlock)
        {
            int count = (int)Math.Min(RowsPerBlock, end - first);
            FillLeft(part, (group * mapPerGroup) + firstMap, mapChannels, first, count, row, left);
            float* to = tiles;
            for (int tap = 0; tap < taps; tap++)
            {
                for (int strip = 0; strip < strips; strip++)
                {
                    FillRight(part, group, first, count, tap, strip * width, right);
                    for (int panel = 0; panel < panels; panel++, to += tile)
                    {
                        kernels.AccumulateOuterProducts(left + (panel * leftFloats), right, count, to);
                    }
                }
            }
        }

        for (int m = 0; m < mapChannels; m++)
        {
            (int panel, int r) = Math.DivRem(m, rows);
            for (int tap = 0; tap < taps; tap++)
            {
                float* to = sumGradient.Pointer + (((((nint)group * mapPerGroup) + firstMap + m) * sums) + part.Taps[tap]) * imagePerGroup;
                for (int strip = 0; strip < strips; strip++)
                {
                    float* from = tiles + ((((tap * strips) + strip) * panels) + panel) * tile + (r * width);
                    int length = Math.Min(width, imagePerGroup - (strip * width));
                    new ReadOnlySpan<float>(from, length).CopyTo(new Span<float>(to + (strip * width), length));
                }
            }
        }
    }

    /// <summary>What dy says of the products, in panels [row][tile rows].</summary>
    private void FillLeft(MatrixRows part, int channel, int channels, long first, int count, float* row, float* left)
    {
        int rows = kernels.Rows, panels = Division.Ceiling(channels, rows);
        (long n, long i) = Math.DivRem(first, part.Targets.Length);
        for (int k = 0; k < count; k++)
        {
            float* map = mapData + ((nint)n * geometry.MapPositions * geometry.MapChannels) + channel;
            distribute.Sum(part.Targets[i], map, geometry.MapChannels, null, row, channels);
            for (int panel = 0; panel < panels; panel++)
            {
                WeightGradient.Copy(row + (panel * rows), left + (panel * leftFloats) + (k * rows), rows);
            }

            if (++i == part.Targets.Length)
            {
                i = 0;
                n++;
            }
        }
    }

    /// <summary>What the products of a tap were made of, a strip of channels, as [row][tile columns].</summary>
    private void FillRight(MatrixRows part, int group, long first, int count, int tap, int channel, float* right)
    {
        int width = kernels.Columns, channels = Math.Min(width, imagePerGroup - channel);
        (long n, long i) = Math.DivRem(first, part.Targets.Length);
        for (int k = 0; k < count; k++, right += width)
        {
            float* image = imageData + ((nint)n * geometry.ImagePositions * geometry.ImageChannels) + (group * imagePerGroup) + channel;
            int source = part.Sources[((int)i * part.Taps.Length) + tap];
            if (source < 0)
            {
                new Span<float>(right, width).Clear();
            }
            else
            {
                spread.Sum(source, image, geometry.ImageChannels, null, right, channels);
            }

            if (++i == part.Targets.Length)
            {
                i = 0;
                n++;
            }
        }
    }

    private void AddChannel(int m)
    {
        float* from = sumGradient.Pointer + ((nint)m * sums * imagePerGroup), to = gradientData + ((nint)m * geometry.Taps * imagePerGroup);
        for (int tap = 0; tap < geometry.Taps; tap++, to += imagePerGroup)
        {
            tapsOf.Sum(tap, from, imagePerGroup, to, to, imagePerGroup);
        }
    }
}
