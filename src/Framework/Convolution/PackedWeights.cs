using System.Runtime.InteropServices;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// Weights in the order in which the register tiles read them: for each part and group, panels [tap][channel][tile columns].
/// </summary>
/// <remarks>
/// They are packed only if they are not, bit for bit, those that were packed last. Comparing costs a fraction of packing, and sees every
/// change, whoever made it, with no notice to forget.
/// </remarks>
internal sealed unsafe class PackedWeights
{
    private readonly KernelSet kernels;
    private readonly MatrixRows[] parts;
    private readonly WeightStrides strides;
    private readonly PositionSums? tapSums;
    private readonly int channels, columns, groups;
    private readonly int[] panelLengths, firsts;
    private readonly Tensor packed, packedFrom, summed;
    private readonly ElementChunks compare;
    private readonly Action<int> packPanel;

    private bool isPacked;
    private float* weights, taps;

    /// <summary>Makes room.</summary>
    /// <param name="kernels">Whose tiles.</param>
    /// <param name="parts">Which taps each part has.</param>
    /// <param name="channels">Source channels of a group.</param>
    /// <param name="columns">Target channels of a group.</param>
    /// <param name="groups">Groups.</param>
    /// <param name="strides">Where a weight lies, or a sum of them.</param>
    /// <param name="tapSums">What the parts' taps are sums of; null if they are the kernel's own.</param>
    public PackedWeights(
        KernelSet kernels, MatrixRows[] parts, int channels, int columns, int groups, WeightStrides strides, PositionSums? tapSums)
    {
        (this.kernels, this.parts, this.channels, this.columns, this.groups, this.strides, this.tapSums) =
            (kernels, parts, channels, columns, groups, strides, tapSums);
        Panels = (columns + kernels.Columns - 1) / kernels.Columns;
        panelLengths = [.. parts.Select(part => checked(part.Taps.Length * channels * kernels.Columns))];
        firsts = new int[parts.Length + 1];
        for (int i = 0; i < parts.Length; i++)
        {
            firsts[i + 1] = checked(firsts[i] + (groups * Panels * panelLengths[i]));
        }

        packed = new Tensor(new Shape(firsts[^1]));
        packedFrom = new Tensor(new Shape(strides.Count));
        summed = new Tensor(new Shape(tapSums is null ? 0 : checked(strides.Count / tapSums.SourceFloats * tapSums.TargetFloats)));
        compare = new(Compare);
        packPanel = PackPanel;
    }

    /// <summary>Panels of a group.</summary>
    public int Panels { get; }

    /// <summary>Packs these weights, unless they are packed.</summary>
    public void Update(float* weights)
    {
        this.weights = weights;
        compare.Run(strides.Count);
        if (!isPacked)
        {
            taps = weights;
            if (tapSums is not null)
            {
                taps = summed.Pointer;
                tapSums.Run(strides.Count / tapSums.SourceFloats, weights, taps);
            }

            Parallelism.For(parts.Length * groups * Panels, packPanel);
            isPacked = true;
        }
    }

    /// <summary>The panel of a part and group.</summary>
    public float* PanelOf(int part, int group, int panel) =>
        packed.Pointer + firsts[part] + (((group * Panels) + panel) * panelLengths[part]);

    private void Compare(Range some)
    {
        ReadOnlySpan<int> now = new ReadOnlySpan<int>(weights, strides.Count)[some];
        Span<int> last = MemoryMarshal.Cast<float, int>(packedFrom.Span[some]);
        if (!now.SequenceEqual(last))
        {
            now.CopyTo(last);
            isPacked = false;
        }
    }

    private void PackPanel(int item)
    {
        (item, int panel) = Math.DivRem(item, Panels);
        (int part, int group) = Math.DivRem(item, groups);
        int width = kernels.Columns, first = panel * width, count = Math.Min(width, columns - first);
        float* to = PanelOf(part, group, panel);
        foreach (int tap in parts[part].Taps)
        {
            float* from = taps + ((nint)group * strides.Group) + ((nint)first * strides.Target) + ((nint)tap * strides.Tap);
            if (strides.Target == 1)
            {
                for (int c = 0; c < channels; c++)
                {
                    new ReadOnlySpan<float>(from + ((nint)c * strides.Source), count).CopyTo(new Span<float>(to + (c * width), count));
                }
            }
            else
            {
                Transposition.Copy(from, strides.Target, to, width, count, channels);
            }

            to += channels * width;
        }
    }
}
