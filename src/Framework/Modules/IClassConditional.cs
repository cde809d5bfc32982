namespace MiniGan.Modules;

/// <summary>A module whose result depends on a label per image, told beside x.</summary>
public interface IClassConditional
{
    /// <summary>Sets the labels of the next Forward's rows; they hold until they are set again.</summary>
    /// <param name="labels">A label per row, in [0, classes); copied.</param>
    /// <exception cref="ArgumentException">A label is outside [0, classes).</exception>
    void SetLabels(ReadOnlySpan<int> labels);

    /// <summary>
    /// Sets what lies between two labels for the next Forward's rows: (1 − t) of one and t of the other, to be looked at, not learned
    /// from.
    /// </summary>
    /// <param name="from">A label per row, in [0, classes); copied.</param>
    /// <param name="to">As many; copied.</param>
    /// <param name="t">The place between them, 0 (the former) to 1 (the latter).</param>
    /// <exception cref="ArgumentException">A label is outside [0, classes), or there are not as many of one as of the other.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="t"/> is not within 0 to 1.</exception>
    /// <exception cref="NotSupportedException">The module knows nothing between labels.</exception>
    void SetLabels(ReadOnlySpan<int> from, ReadOnlySpan<int> to, float t) => throw new NotSupportedException(
        $"{GetType().Name} knows nothing between two labels. Override SetLabels(from, to, t) there.");
}
