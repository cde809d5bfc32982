using System.Runtime.Intrinsics;

namespace MiniGan.Convolution;

/// <summary>
/// Copies rows of the patch matrix of an image of few channels: the taps of a kernel's row lie next to each other, so that a patch is a
/// few runs of floats.
/// </summary>
/// <remarks>
/// SIMD: four floats at once. A run's end is written over by up to three floats more, and read beyond by as many: into the next run, or
/// <see cref="Slack"/> behind the patch; of an image's end, into its readable tail. Scalar equivalent: the channels of a tap after those
/// of the one before, zeros for padding.
/// </remarks>
internal sealed unsafe class PatchRows
{
    private readonly (int First, int Length)[] runs;
    private readonly int[] firsts;

    /// <summary>Finds the runs.</summary>
    /// <param name="rows">Which positions each row reads.</param>
    /// <param name="stride">Floats from one position to the next.</param>
    /// <param name="channels">Floats of a position to copy.</param>
    public PatchRows(MatrixRows rows, int stride, int channels)
    {
        int taps = rows.Taps.Length;
        List<(int First, int Length)> all = [];
        firsts = new int[rows.Targets.Length + 1];
        for (int row = 0; row < rows.Targets.Length; row++)
        {
            foreach (int position in rows.Sources.AsSpan(row * taps, taps))
            {
                (int first, int length) = all.Count > firsts[row] ? all[^1] : default;
                bool continues = position < 0 ? first < 0 : stride == channels && first >= 0 && position * stride == first + length;
                if (length > 0 && continues)
                {
                    all[^1] = (first, length + channels);
                }
                else
                {
                    all.Add((position < 0 ? -1 : position * stride, channels));
                }
            }

            firsts[row + 1] = all.Count;
        }

        runs = [.. all];
    }

    /// <summary>Whether so few channels are not worth a pointer each.</summary>
    public static bool Suits(int channels) => channels < 8;

    /// <summary>Floats behind a patch that may be written.</summary>
    public static int Slack => Vector128<float>.Count - 1;

    /// <summary>Copies a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="from">The first position's channels.</param>
    /// <param name="to">The patch: [taps][channels].</param>
    public void Copy(int row, float* from, float* to)
    {
        foreach ((int first, int length) in runs.AsSpan(firsts[row], firsts[row + 1] - firsts[row]))
        {
            for (int i = 0; i < length; i += Vector128<float>.Count)
            {
                (first < 0 ? Vector128<float>.Zero : Vector128.Load(from + first + i)).Store(to + i);
            }

            to += length;
        }
    }
}
