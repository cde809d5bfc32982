using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>
/// Reads the safetensors format, as hostile input: the header's length, strict JSON without duplicates, types, shapes, and offsets that follow each
/// other without gap or overlap to the very end of the file are all checked before anything is allocated for a tensor.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>The largest header that is read, in bytes: that of the reference implementation.</summary>
    public const long LargestHeader = 100_000_000;

    /// <summary>Reads a file of float32 tensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is no valid safetensors file of float32 tensors of rank 1 to 4.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        using FileStream file = OrdinaryFile.OpenRead(path);
        try
        {
            byte[] header = ReadHeader(file);
            (List<Entry> entries, Dictionary<string, string> metadata) = ParseHeader(header);
            CheckOffsets(entries, file.Length - sizeof(ulong) - header.Length);
            return new SafetensorsFile([.. entries.Select(entry => new NamedTensor(entry.Name, ReadTensor(file, entry.Shape)))], metadata);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how JsonElement reports text that is no valid UTF-8 or UTF-16.
            throw new MalformedFileException(path, $"its header is not valid JSON ({exception.Message.Split('.')[0]}). It is damaged or no safetensors file.", exception);
        }
        catch (EndOfStreamException exception)
        {
            throw new MalformedFileException(path, "it ended while it was read: something is writing to it.", exception);
        }
        catch (FormatException exception)
        {
            throw new MalformedFileException(path, exception.Message, exception);
        }
    }

    private static byte[] ReadHeader(FileStream file)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        int got = file.ReadAtLeast(number, number.Length, throwOnEndOfStream: false);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(number);
        long rest = file.Length - sizeof(ulong);
        if (got < number.Length || length < 2 || length > LargestHeader || (long)length > rest)
        {
            throw new FormatException(got < number.Length
                ? $"it has only {got} bytes. It is truncated or no safetensors file."
                : $"it is no safetensors file, or truncated: its first eight bytes promise a header of {length} bytes, but it has {rest} more (and {LargestHeader} are the most that is read).");
        }

        byte[] header = new byte[length];
        file.ReadExactly(header);
        return header[0] == (byte)'{' ? header : throw new FormatException("its header does not start with '{'. It is damaged or no safetensors file.");
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ParseHeader(byte[] header)
    {
        using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>();
        foreach (JsonProperty property in json.RootElement.EnumerateObject())
        {
            if (property.Name != "__metadata__")
            {
                entries.Add(ParseEntry(property));
                continue;
            }

            Require(property.Value.ValueKind == JsonValueKind.Object, "its __metadata__ is no object");
            foreach (JsonProperty pair in property.Value.EnumerateObject())
            {
                Require(pair.Value.ValueKind == JsonValueKind.String, $"its metadata '{pair.Name}' is no string");
                metadata.Add(pair.Name, pair.Value.GetString()!);
            }
        }

        entries.Sort((left, right) => left.Begin != right.Begin ? left.Begin.CompareTo(right.Begin) : left.End.CompareTo(right.End));
        return (entries, metadata);
    }

    private static Entry ParseEntry(JsonProperty property)
    {
        string name = property.Name;
        JsonElement value = property.Value;
        Require(value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 3, $"tensor '{name}' must have dtype, shape and data_offsets, and nothing else");
        Require(value.TryGetProperty("dtype", out JsonElement type) && type.ValueKind == JsonValueKind.String, $"tensor '{name}' has no dtype");
        Require(type.GetString() == "F32", $"tensor '{name}' has dtype {type.GetString()}, but only F32 is read; convert it");
        long[] dimensions = Integers(value, name, "shape");
        long[] offsets = Integers(value, name, "data_offsets");
        Require(dimensions.Length is >= 1 and <= 4, $"tensor '{name}' has {dimensions.Length} dimensions, but 1 to 4 are read");
        Require(offsets.Length == 2 && offsets[0] <= offsets[1], $"tensor '{name}' needs two data_offsets, the first at most the second");

        long count = 1;
        foreach (long dimension in dimensions)
        {
            Require(dimension <= Shape.LargestCount && (count *= dimension) <= Shape.LargestCount / sizeof(float), $"tensor '{name}' of shape [{string.Join(", ", dimensions)}] is too large");
        }

        Require(
            offsets[1] - offsets[0] == count * sizeof(float),
            $"tensor '{name}' of shape [{string.Join(", ", dimensions)}] needs {count * sizeof(float)} bytes, but its data_offsets span {offsets[1] - offsets[0]}");
        return new Entry(name, new Shape([.. dimensions.Select(dimension => (int)dimension)]), offsets[0], offsets[1]);
    }

    private static long[] Integers(JsonElement entry, string name, string property)
    {
        Require(
            entry.TryGetProperty(property, out JsonElement list) && list.ValueKind == JsonValueKind.Array &&
            list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long value) && value >= 0),
            $"the {property} of tensor '{name}' must be a list of integers of at least 0");
        return [.. list.EnumerateArray().Select(item => item.GetInt64())];
    }

    private static void CheckOffsets(List<Entry> entries, long available)
    {
        long end = 0;
        foreach (Entry entry in entries)
        {
            Require(entry.Begin == end, $"the data of tensor '{entry.Name}' begins at {entry.Begin}, but that before it ends at {end}");
            end = entry.End;
        }

        Require(end == available, $"its header describes {end} bytes of data, but {available} follow");
    }

    private static Tensor ReadTensor(FileStream file, Shape shape)
    {
        float[] values = new float[shape.Count];
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return Tensor.FromRowMajor(shape, values);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException($"{otherwise}. It is damaged or not a file of this program.");
        }
    }

    private readonly record struct Entry(string Name, Shape Shape, long Begin, long End);
}
