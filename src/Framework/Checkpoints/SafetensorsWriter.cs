using System.Buffers.Binary;
using System.Text.Json;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>
/// Writes the safetensors format: eight bytes of header length, the header as JSON, then the elements in row-major order (NCHW),
/// little-endian float32. Any program that reads safetensors can read it. The metadata get a checksum of the file, which
/// <see cref="SafetensorsReader"/> verifies and takes out again.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="contents">What.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, SafetensorsFile contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        if (contents.Tensors.DistinctBy(tensor => tensor.Name).Count() < contents.Tensors.Count ||
            contents.Tensors.Any(tensor => tensor.Name == "__metadata__") ||
            contents.Metadata.ContainsKey(SafetensorsChecksum.Key))
        {
            throw new ArgumentException(
                $"Each tensor needs a name of its own, and none may be called __metadata__, and no metadata {SafetensorsChecksum.Key}.",
                nameof(contents));
        }

        byte[] header = Header(contents), length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        AtomicFile.Write(path, stream =>
        {
            var checksum = SafetensorsChecksum.Begin(header, out int digitsAt);
            void Write(ReadOnlySpan<byte> bytes)
            {
                checksum.Append(bytes);
                stream.Write(bytes);
            }

            Write(length);
            Write(header);
            foreach (NamedTensor tensor in contents.Tensors)
            {
                Write(RowMajorBytes.Of(tensor.Value));
            }

            stream.Position = length.Length + digitsAt;
            stream.Write(checksum.GetDigits());
        });
    }

    private static byte[] Header(SafetensorsFile contents)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(SafetensorsChecksum.Key, SafetensorsChecksum.Blank);
            foreach ((string key, string value) in contents.Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach ((string name, Tensor tensor) in contents.Tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int dimension in tensor.Shape.ToArray())
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Shape.Count * (long)sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of eight, so that the elements are aligned when the file is mapped into memory.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }
}
