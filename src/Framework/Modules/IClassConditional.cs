namespace MiniGan.Modules;

/// <summary>A module whose result depends on a label per image, told beside x.</summary>
public interface IClassConditional
{
    /// <summary>Sets the labels of the next Forward's rows; they hold until they are set again.</summary>
    /// <param name="labels">A label per row, in [0, classes); copied.</param>
    /// <exception cref="ArgumentException">A label is outside [0, classes).</exception>
    void SetLabels(ReadOnlySpan<int> labels);
}
