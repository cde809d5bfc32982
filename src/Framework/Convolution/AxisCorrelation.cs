namespace MiniGan.Convolution;

/// <summary>
/// What one axis of C, or of Cᵀ, is without its stride: y[Targets[i]] += Σⱼ w[Taps[j]] · x[Sources[i + j]], where a source of −1 lies in
/// the padding.
/// </summary>
/// <param name="Targets">The pixels it makes.</param>
/// <param name="Taps">The taps it uses.</param>
/// <param name="Sources">The pixels it reads, Targets + Taps − 1 of them.</param>
internal sealed record AxisCorrelation(int[] Targets, int[] Taps, int[] Sources)
{
    /// <summary>
    /// The correlations of C: each steps over every stride-th pixel with every stride-th tap, and their sum is the map. Null
    /// where dilation leaves gaps.
    /// </summary>
    public static AxisCorrelation[][]? OfC(ConvolutionAxis axis)
    {
        int[] steps = [.. Enumerable.Range(0, axis.Map)];
        AxisCorrelation?[] summed = [..
            from tap in Enumerable.Range(0, axis.Kernel)
            group tap by axis.PhaseOf(tap) into taps
            select Of(steps, [.. taps], axis.PixelAt)];
        return summed.Contains(null) ? null : [summed!];
    }

    /// <summary>
    /// The correlations of Cᵀ, one for each phase of the image, every stride-th pixel, from the whole map: with its taps in reverse.
    /// Null where dilation leaves gaps.
    /// </summary>
    public static AxisCorrelation[][]? OfTransposedC(ConvolutionAxis axis)
    {
        AxisCorrelation?[] phases = [..
            from pixels in axis.Phases() select Of([.. pixels], [.. axis.TapsOf(pixels.Key).Reverse()], axis.StepAt)];
        return phases.Contains(null) ? null : [.. phases.Select(phase => (AxisCorrelation[])[phase!])];
    }

    private static AxisCorrelation? Of(int[] targets, int[] taps, Func<int, int, int> source)
    {
        if (taps.Length == 0)
        {
            return null;
        }

        int[] sources = [
            .. targets.Select(target => source(target, taps[0])),
            .. taps.Skip(1).Select(tap => source(targets[^1], tap))];
        bool hasGaps = Enumerable.Range(0, targets.Length * taps.Length).Any(i =>
            source(targets[i / taps.Length], taps[i % taps.Length]) != sources[(i / taps.Length) + (i % taps.Length)]);
        return hasGaps ? null : new(targets, taps, sources);
    }
}
