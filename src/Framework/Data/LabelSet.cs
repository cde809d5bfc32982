using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiniGan.Data;

/// <summary>
/// The labels that a data set has, each of which is a class of its own: the smallest is class 0, the next class 1, whatever their values
/// (EMNIST's letters are 1 to 26). Equal if the labels are. In JSON an array of numbers.
/// </summary>
[JsonConverter(typeof(JsonArray))]
public sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly int[] labels;

    /// <summary>Takes the labels of images.</summary>
    /// <param name="labels">Labels of at least 0, in any order, any number of times.</param>
    /// <exception cref="ArgumentException">A label is negative.</exception>
    public LabelSet(IEnumerable<int> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        this.labels = [.. labels.Distinct().Order()];
        if (this.labels is [< 0, ..])
        {
            throw new ArgumentException($"A label is a number of at least 0, but there is {this.labels[0]}.", nameof(labels));
        }
    }

    /// <summary>Classes: different labels.</summary>
    public int Count => labels.Length;

    /// <summary>Whether the labels are 0 to <see cref="Count"/> − 1, so that a label is its class.</summary>
    public bool IsPlain => labels.Length == 0 || labels[^1] == labels.Length - 1;

    /// <summary>The label of a class.</summary>
    /// <param name="class">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public int this[int @class] => labels[@class];

    /// <summary>The labels 0 to <paramref name="count"/> − 1.</summary>
    /// <param name="count">At least 0.</param>
    public static LabelSet Plain(int count) => new(Enumerable.Range(0, count));

    /// <summary>The class of a label; negative if no image has that label.</summary>
    /// <param name="label">Any number.</param>
    public int ClassOf(int label) => Array.BinarySearch(labels, label);

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) => other is not null && labels.AsSpan().SequenceEqual(other.labels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int label in labels)
        {
            hash.Add(label);
        }

        return hash.ToHashCode();
    }

    /// <summary>The labels in words, runs of them by their ends: <c>0 to 9</c>, <c>3, 7</c>, <c>1 to 26, 40</c>.</summary>
    public override string ToString()
    {
        var runs = new List<string>();
        for (int i = 0, next; i < labels.Length; i = next)
        {
            next = i + 1;
            while (next < labels.Length && labels[next] == labels[next - 1] + 1)
            {
                next++;
            }

            runs.Add(next - i == 1 ? $"{labels[i]}" : $"{labels[i]} to {labels[next - 1]}");
        }

        return string.Join(", ", runs);
    }

    private sealed class JsonArray : JsonConverter<LabelSet>
    {
        public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var labels = new List<int>();
            bool isArray = reader.TokenType == JsonTokenType.StartArray;
            while (isArray && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int label) &&
                label >= 0 && (labels.Count == 0 || label > labels[^1]))
            {
                labels.Add(label);
            }

            return isArray && reader.TokenType == JsonTokenType.EndArray
                ? new LabelSet(labels)
                : throw new JsonException("Labels must be an array of numbers of at least 0 that ascend.");
        }

        public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (int label in value.labels)
            {
                writer.WriteNumberValue(label);
            }

            writer.WriteEndArray();
        }
    }
}
