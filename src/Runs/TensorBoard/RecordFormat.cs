using System.Buffers.Binary;
using System.Numerics;

namespace MiniGan.Runs.TensorBoard;

/// <summary>
/// TensorFlow's record format (TFRecord), little-endian: the length as uint64, its masked CRC-32C, the data, the data's masked CRC-32C.
/// </summary>
internal static class RecordFormat
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>Writes a record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[sizeof(ulong) + sizeof(uint)], footer = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(ulong)..], MaskedCrc(header[..sizeof(ulong)]));
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc(data));
        stream.Write(header);
        stream.Write(data);
        stream.Write(footer);
    }

    /// <summary>The CRC turned right by 15 bits plus a constant: a CRC over data that holds CRCs says little.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Crc32C(data), 15) + MaskDelta;

    /// <summary>CRC-32C (Castagnoli, RFC 3720): the register starts as ones and is inverted at the end.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint register = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (byte value in data)
        {
            register = BitOperations.Crc32C(register, value);
        }

        return ~register;
    }
}
