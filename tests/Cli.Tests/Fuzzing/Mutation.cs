using System.Buffers.Binary;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli.Fuzzing;

/// <summary>Damages bytes at random, the same for the same random source.</summary>
internal static class Mutation
{
    private static readonly long[] Numbers =
        [0, 1, 2, 3, 4, 7, 8, 28, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 1 << 20, 100_000_000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1L << 40,
            long.MaxValue, long.MinValue, -1, -2, -28];

    private static readonly byte[] Bytes = [0, 1, 9, 10, 13, 27, 0x1F, 0x7F, 0x80, 0x8B, 0xC2, 0xED, 0xFF, .. "\"\\{}[]:,.0129+-eE/"u8];

    /// <summary>One to four damages of an input, or none for the first of all.</summary>
    /// <param name="input">What to damage; not changed.</param>
    /// <param name="others">Inputs of the same kind, to splice with.</param>
    /// <param name="random">Decides everything.</param>
    public static byte[] Of(byte[] input, IReadOnlyList<byte[]> others, RandomSource random)
    {
        List<byte> bytes = [.. input];
        for (int change = random.NextInt(4); change >= 0; change--)
        {
            Damage(bytes, others, random);
        }

        return [.. bytes];
    }

    private static void Damage(List<byte> bytes, IReadOnlyList<byte[]> others, RandomSource random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.NextInt(256));
            return;
        }

        int at = random.NextInt(bytes.Count), length = Math.Min(1 + random.NextInt(random.NextInt(2) == 0 ? 8 : 64), bytes.Count - at);
        switch (random.NextInt(9))
        {
            case 0: bytes[at] ^= (byte)(1 << random.NextInt(8)); break;
            case 1: bytes[at] = Bytes[random.NextInt(Bytes.Length)]; break;
            case 2: bytes[at] = (byte)random.NextInt(256); break;
            case 3: Overwrite(bytes, random.NextInt(4) == 0 ? 0 : at, random); break;
            case 4: bytes.RemoveRange(at, bytes.Count - at); break;
            case 5: bytes.RemoveRange(at, length); break;
            case 6: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            case 7: bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => Bytes[random.NextInt(Bytes.Length)])); break;
            default:
                byte[] other = others[random.NextInt(others.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(random.NextInt(other.Length)).ToArray());
                break;
        }
    }

    /// <summary>A number that is at the edge of something, in 2, 4 or 8 bytes of either order.</summary>
    private static void Overwrite(List<byte> bytes, int at, RandomSource random)
    {
        long number = Numbers[random.NextInt(Numbers.Length)];
        byte[] value = new byte[8];
        int size = 2 << random.NextInt(3);
        if (random.NextInt(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(value, number);
            value = value[..size];
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(value, number);
            value = value[^size..];
        }

        for (int i = 0; i < size && at + i < bytes.Count; i++)
        {
            bytes[at + i] = value[i];
        }
    }
}
