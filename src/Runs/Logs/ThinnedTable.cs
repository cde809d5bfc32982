using System.Globalization;
using System.Text.Json.Nodes;

namespace MiniGan.Runs.Logs;

/// <summary>
/// A table of numbers by step that stays small however many lines it takes in: as many lines share a bucket as it needs, and of each bucket
/// the smallest, the largest and the mean value are kept.
/// </summary>
internal sealed class ThinnedTable
{
    private readonly int mostBuckets;
    private readonly List<Bucket> buckets = [];
    private int linesPerBucket = 1;

    /// <summary>Makes an empty table.</summary>
    /// <param name="columns">Names of the values of a line.</param>
    /// <param name="mostBuckets">Buckets that are kept at most; at least 2.</param>
    public ThinnedTable(IReadOnlyList<string> columns, int mostBuckets = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostBuckets, 2);
        Columns = columns;
        this.mostBuckets = mostBuckets;
    }

    /// <summary>Names of the values.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The last step, 0 if there is none.</summary>
    public long LastStep => buckets.Count == 0 ? 0 : buckets[^1].LastStep;

    /// <summary>
    /// Takes a line in. One of a step that is not beyond the last, as after taking up an older checkpoint, replaces
    /// what stood from there on.
    /// </summary>
    public void Add(long step, ReadOnlySpan<double> values)
    {
        while (buckets.Count > 0 && buckets[^1].LastStep >= step)
        {
            buckets.RemoveAt(buckets.Count - 1);
        }

        if (buckets.Count > 0 && buckets[^1].Lines < linesPerBucket)
        {
            buckets[^1].Add(step, values);
            return;
        }

        if (buckets.Count == mostBuckets)
        {
            Halve();
        }

        buckets.Add(new Bucket(step, values));
    }

    /// <summary>
    /// <c>{"step": […], "columns": {name: {"mean": […], "min": […], "max": […]}}}</c>: the last step of each bucket, and its values to five
    /// digits, null where one is no number. Without <c>min</c> and <c>max</c> if every bucket is a single line.
    /// </summary>
    public JsonObject ToJson()
    {
        bool single = linesPerBucket == 1;
        var columns = new JsonObject();
        for (int i = 0; i < Columns.Count; i++)
        {
            int column = i;
            var values = new JsonObject { ["mean"] = Numbers(bucket => bucket.Sums[column] / bucket.Lines) };
            if (!single)
            {
                values["min"] = Numbers(bucket => bucket.Smallest[column]);
                values["max"] = Numbers(bucket => bucket.Largest[column]);
            }

            columns[Columns[i]] = values;
        }

        return new() { ["step"] = new JsonArray([.. buckets.Select(bucket => JsonValue.Create(bucket.LastStep))]), ["columns"] = columns };
    }

    private JsonArray Numbers(Func<Bucket, double> value) => new([.. buckets.Select(bucket => Rounded(value(bucket)))]);

    private static JsonValue? Rounded(double value) =>
        double.IsFinite(value)
            ? JsonValue.Create(double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
            : null;

    private void Halve()
    {
        linesPerBucket *= 2;
        for (int i = 0; i < buckets.Count / 2; i++)
        {
            buckets[i] = buckets[2 * i].Join(buckets[(2 * i) + 1]);
        }

        // An odd one out stays, and is filled up.
        int half = buckets.Count / 2;
        if (buckets.Count % 2 == 1)
        {
            buckets[half++] = buckets[^1];
        }

        buckets.RemoveRange(half, buckets.Count - half);
    }

    private sealed class Bucket(long step, ReadOnlySpan<double> values)
    {
        public long LastStep { get; private set; } = step;

        public int Lines { get; private set; } = 1;

        public double[] Sums { get; } = values.ToArray();

        public double[] Smallest { get; } = values.ToArray();

        public double[] Largest { get; } = values.ToArray();

        public void Add(long step, ReadOnlySpan<double> values)
        {
            LastStep = step;
            Lines++;
            for (int i = 0; i < Sums.Length; i++)
            {
                Sums[i] += values[i];
                Smallest[i] = Math.Min(Smallest[i], values[i]);
                Largest[i] = Math.Max(Largest[i], values[i]);
            }
        }

        public Bucket Join(Bucket next)
        {
            LastStep = next.LastStep;
            Lines += next.Lines;
            for (int i = 0; i < Sums.Length; i++)
            {
                Sums[i] += next.Sums[i];
                Smallest[i] = Math.Min(Smallest[i], next.Smallest[i]);
                Largest[i] = Math.Max(Largest[i], next.Largest[i]);
            }

            return this;
        }
    }
}
