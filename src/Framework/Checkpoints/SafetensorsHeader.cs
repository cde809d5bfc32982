using System.Text.Json;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>The header of a safetensors file: what is in it, told without reading it.</summary>
/// <param name="Stored">What is in it, in the order of its data, which follow each other without gap or overlap.</param>
/// <param name="Metadata">Pairs of strings.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<StoredTensor> Stored, Dictionary<string, string> Metadata)
{
    /// <summary>
    /// What PyTorch's batch normalisation counts besides its statistics, as an integer: only the mean of all batches depends on it.
    /// </summary>
    private const string BatchCounter = "num_batches_tracked";

    /// <summary>Whether a tensor of that name counts batches.</summary>
    public static bool IsBatchCounter(string name) => name.Split('.')[^1] == BatchCounter;

    /// <summary>The tensors that are read: all but PyTorch's counters of batches.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; } = [.. Stored.Where(tensor => tensor.Type != StoredType.Int64)];

    /// <summary>Bytes of all tensors in memory, where they are float32.</summary>
    public long MemoryLength => Tensors.Sum(tensor => (long)tensor.Shape.Count * sizeof(float));

    /// <summary>Parses strict JSON without duplicates.</summary>
    /// <param name="json">The header.</param>
    /// <param name="available">Bytes that follow it.</param>
    /// <exception cref="FormatException">It is not valid, or describes another number of bytes.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long available)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var entries = new List<Entry>();
            var metadata = new Dictionary<string, string>();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    ParseMetadata(property.Value, metadata);
                }
                else
                {
                    entries.Add(ParseEntry(property));
                }
            }

            entries.Sort((left, right) => left.Begin != right.Begin ? left.Begin.CompareTo(right.Begin) : left.End.CompareTo(right.End));
            CheckOffsets(entries, available);
            return new SafetensorsHeader([.. entries.Select(entry => entry.Tensor)], metadata);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how JsonElement reports text that is no valid UTF-8 or UTF-16.
            throw new FormatException(
                $"its header is not valid JSON ({exception.Message.Split('.')[0]}). It is damaged or no safetensors file.", exception);
        }
    }

    private static void ParseMetadata(JsonElement json, Dictionary<string, string> metadata)
    {
        Require(json.ValueKind == JsonValueKind.Object, "its __metadata__ is no object");
        foreach (JsonProperty pair in json.EnumerateObject())
        {
            Require(pair.Value.ValueKind == JsonValueKind.String, $"its metadata '{Printable.Name(pair.Name)}' is no string");
            metadata.Add(pair.Name, pair.Value.GetString()!);
        }
    }

    private static Entry ParseEntry(JsonProperty property)
    {
        string name = property.Name, shown = Printable.Name(name);
        JsonElement value = property.Value;
        Require(
            value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 3,
            $"tensor '{shown}' must have dtype, shape and data_offsets, and nothing else");
        Require(
            value.TryGetProperty("dtype", out JsonElement type) && type.ValueKind == JsonValueKind.String,
            $"tensor '{shown}' has no dtype");
        StoredType? stored = StoredType.Floats.GetValueOrDefault(type.GetString()!)
            ?? (type.ValueEquals(StoredType.Int64.Name) && IsBatchCounter(name) ? StoredType.Int64 : null);
        Require(
            stored is not null,
            $"tensor '{shown}' has dtype {Printable.Name(type.GetString())}, but only " +
            $"{string.Join(", ", StoredType.Floats.Keys)} are read; convert it");
        long[] dimensions = Integers(value, shown, "shape", 0, 4),
            offsets = Integers(value, shown, "data_offsets", 2, 2);
        string shape = $"[{string.Join(", ", dimensions)}]";

        long count = 1;
        foreach (long dimension in dimensions)
        {
            Require(
                dimension <= Shape.LargestCount && (count *= dimension) <= Shape.LargestCount / stored!.Size,
                $"tensor '{shown}' of shape {shape} is too large");
        }

        long bytes = count * stored!.Size;
        Require(
            offsets[1] - offsets[0] == bytes,
            $"tensor '{shown}' of shape {shape} needs {bytes} bytes, but its data_offsets span {offsets[1] - offsets[0]}");
        Shape read = dimensions.Length == 0 ? new Shape(1) : new Shape([.. dimensions.Select(dimension => (int)dimension)]);
        return new Entry(new StoredTensor(name, read, stored, bytes), offsets[0], offsets[1]);
    }

    private static long[] Integers(JsonElement entry, string name, string property, int least, int most)
    {
        Require(
            entry.TryGetProperty(property, out JsonElement list) && list.ValueKind == JsonValueKind.Array,
            $"the {property} of tensor '{name}' must be a list");
        int length = list.GetArrayLength();
        Require(
            length >= least && length <= most,
            $"the {property} of tensor '{name}' has {length} numbers, but " +
            $"{(least == most ? $"{most} are" : $"{least} to {most} are")} read");
        Require(
            list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long value) && value >= 0),
            $"the {property} of tensor '{name}' must be integers of at least 0");
        return [.. list.EnumerateArray().Select(item => item.GetInt64())];
    }

    private static void CheckOffsets(List<Entry> entries, long available)
    {
        long end = 0;
        foreach (Entry entry in entries)
        {
            Require(
                entry.Begin == end,
                $"the data of tensor '{Printable.Name(entry.Tensor.Name)}' begins at {entry.Begin}, but that before it ends at {end}");
            end = entry.End;
        }

        Require(end == available, $"its header describes {end} bytes of data, but {available} follow");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException($"{otherwise}. It is damaged or not a file of this program.");
        }
    }

    private readonly record struct Entry(StoredTensor Tensor, long Begin, long End);
}
