namespace MiniGan.Convolution;

/// <summary>One product of a <see cref="ShortCorrelation"/> in its place on an axis.</summary>
/// <param name="Kind">Products of the same kind meet the same sums of taps.</param>
/// <param name="Taps">The sum of taps of each correlation of a sum.</param>
/// <param name="Sources">The sum of source pixels of each; without terms where all lie in the padding.</param>
/// <param name="Targets">To which pixels it goes, how often.</param>
internal sealed record AxisPoint(string Kind, Term[][] Taps, Term[][] Sources, Term[] Targets)
{
    /// <summary>All products of a sum of correlations that have the same targets; none if there is no algorithm for them.</summary>
    public static AxisPoint[] Of(AxisCorrelation[] sum)
    {
        int[] targets = sum[0].Targets, taps = sum[0].Taps;
        if (sum.Any(correlation => correlation.Taps.Length != taps.Length))
        {
            return [];
        }

        List<AxisPoint> points = [];
        int first = 0;
        foreach (ShortCorrelation part in ShortCorrelation.Cover(targets.Length, taps.Length))
        {
            for (int p = 0; p < part.Inputs.Length; p++)
            {
                Term[] uses = Terms([.. part.Results.Select(row => row[p])], targets.AsSpan(first));
                if (uses.Length > 0)
                {
                    points.Add(new(
                        string.Join(' ', part.Taps[p]),
                        [.. sum.Select(correlation => Terms(part.Taps[p], correlation.Taps))],
                        [.. sum.Select(correlation => Terms(part.Inputs[p], correlation.Sources.AsSpan(first)))],
                        uses));
                }
            }

            first += part.Results.Length;
        }

        return [.. points];
    }

    /// <summary>The terms that are there: the last correlation may reach over the end, and padding is zero.</summary>
    private static Term[] Terms(float[] factors, ReadOnlySpan<int> indices)
    {
        List<Term> terms = [];
        for (int i = 0; i < Math.Min(factors.Length, indices.Length); i++)
        {
            if (factors[i] != 0 && indices[i] >= 0)
            {
                terms.Add(new(indices[i], factors[i]));
            }
        }

        return [.. terms];
    }
}
