namespace MiniGan.Modules;

/// <summary>A label per row, checked and copied, without garbage once as many have been there.</summary>
/// <param name="classes">Labels are in [0, classes).</param>
internal sealed class ClassLabels(int classes)
{
    private int[] labels = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The label of a row.</summary>
    public int this[int row] => labels[row];

    /// <summary>Sets them all.</summary>
    /// <exception cref="ArgumentException">One is outside [0, classes).</exception>
    public void Set(ReadOnlySpan<int> labels)
    {
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentException($"Label {label} is no class: there are {classes}, from 0 to {classes - 1}.", nameof(labels));
            }
        }

        if (this.labels.Length < labels.Length)
        {
            this.labels = new int[labels.Length];
        }

        labels.CopyTo(this.labels);
        Count = labels.Length;
    }
}
