namespace MiniGan.Runs.Views;

/// <summary>A curve in one line of text: ▁▂▃▄▅▆▇█.</summary>
internal static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";

    /// <summary>
    /// A block for each value, from the lowest (▁) to the highest (█) among them; ▄ if all are alike, a space for what is no number.
    /// </summary>
    public static string Of(IReadOnlyCollection<double> values)
    {
        double[] numbers = [.. values.Where(double.IsFinite)];
        double lowest = numbers.DefaultIfEmpty().Min(), range = numbers.DefaultIfEmpty().Max() - lowest;
        return string.Concat(values.Select(value =>
            !double.IsFinite(value) ? ' '
            : range == 0 ? '▄'
            : Levels[(int)Math.Round((value - lowest) / range * (Levels.Length - 1))]));
    }
}
