using System.Buffers.Binary;
using System.Text;

namespace MiniGan.Tests.Runs;

/// <summary>Reads event files by the description of the formats, with nothing of the writer's: own CRC-32C, own Protocol Buffers.</summary>
internal static class EventFileReader
{
    private static readonly uint[] Table =
        [.. Enumerable.Range(0, 256).Select(i =>
            Enumerable.Range(0, 8).Aggregate((uint)i, (crc, _) => (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1))];

    /// <summary>A field of a message: a number (varint or the bits of a fixed one), or bytes.</summary>
    public sealed record Field(int Number, int WireType, ulong Bits, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public float Float => BitConverter.UInt32BitsToSingle((uint)Bits);

        public double Double => BitConverter.UInt64BitsToDouble(Bits);

        public List<Field> Message => Parse(Bytes);
    }

    /// <summary>The fields of each event; fails at a checksum that is wrong and at a record that ends early.</summary>
    public static List<List<Field>> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        var events = new List<List<Field>>();
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.Equal(Masked(file.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            events.Add(Parse(file[(at + 12)..(at + 12 + length)]));
            at += 12 + length + 4;
        }

        return events;
    }

    /// <summary>CRC-32C by a table of bytes: polynomial 0x1EDC6F41, reflected.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            crc = Table[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        return crc ^ 0xFFFFFFFF;
    }

    /// <summary>The mask of TensorFlow's records.</summary>
    public static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = Crc32C(data);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    private static List<Field> Parse(byte[] message)
    {
        var fields = new List<Field>();
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message, ref at);
            (int number, int wireType) = ((int)(key >> 3), (int)(key & 7));
            switch (wireType)
            {
                case 0:
                    fields.Add(new(number, wireType, Varint(message, ref at), []));
                    break;
                case 1:
                    fields.Add(new(number, wireType, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(message, ref at);
                    fields.Add(new(number, wireType, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add(new(number, wireType, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []));
                    at += 4;
                    break;
                default:
                    Assert.Fail($"wire type {wireType}");
                    break;
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
