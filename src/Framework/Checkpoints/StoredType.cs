using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MiniGan.Checkpoints;

/// <summary>A type of elements in a safetensors file, little-endian.</summary>
/// <param name="Name">What the format calls it.</param>
/// <param name="Size">Bytes of an element.</param>
internal sealed record StoredType(string Name, int Size)
{
    /// <summary>Integers of 64 bits: PyTorch counts batches so.</summary>
    public static StoredType Int64 { get; } = new("I64", sizeof(long));

    private static readonly StoredType Half = new("F16", 2), BFloat16 = new("BF16", 2), Single = new("F32", sizeof(float)),
        Double = new("F64", sizeof(double));

    /// <summary>The types whose elements are read, by their names.</summary>
    public static IReadOnlyDictionary<string, StoredType> Floats { get; } =
        new[] { Half, BFloat16, Single, Double }.ToDictionary(type => type.Name);

    /// <summary>Turns elements into float32: F16 and BF16 exactly, F64 and I64 rounded to the nearest.</summary>
    /// <param name="bytes">The elements, as in the file.</param>
    /// <param name="values">As many values; overwritten.</param>
    public void Convert(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (this == Single && BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * Size, Size);
            values[i] = Name switch
            {
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
                // the upper half of a float32
                "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(element) << 16),
                "I64" => BinaryPrimitives.ReadInt64LittleEndian(element),
                "F64" => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
                _ => BinaryPrimitives.ReadSingleLittleEndian(element),
            };
        }
    }
}
