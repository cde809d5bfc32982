namespace MiniGan.Modules;

/// <summary>A label per row, checked and copied, without garbage once as many have been there.</summary>
/// <param name="classes">Labels are in [0, classes).</param>
internal sealed class ClassLabels(int classes)
{
    private int[] labels = [], others = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The label of a row.</summary>
    public int this[int row] => labels[row];

    /// <summary>How far the rows are on the way to their other labels: 0 but after the labels were set in pairs.</summary>
    public float Way { get; private set; }

    /// <summary>The other label of a row, if <see cref="Way"/> is not 0.</summary>
    public int Other(int row) => others[row];

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
        (Count, Way) = (labels.Length, 0);
    }

    /// <summary>Sets them in pairs.</summary>
    /// <exception cref="ArgumentException">One is outside [0, classes), or they are no pairs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The place between them is not within 0 to 1.</exception>
    public void Set(ReadOnlySpan<int> from, ReadOnlySpan<int> to, float t)
    {
        if (!(t is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(t), t, "A place between two labels is from 0 to 1.");
        }

        if (from.Length != to.Length)
        {
            throw new ArgumentException($"Labels in pairs must be equally many, but are {from.Length} and {to.Length}.", nameof(to));
        }

        Set(to); // checks them
        others = to.ToArray();
        Set(from);
        Way = t;
    }
}
