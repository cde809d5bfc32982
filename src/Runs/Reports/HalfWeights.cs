using System.Buffers.Binary;
using MiniGan.Tensors;

namespace MiniGan.Runs.Reports;

/// <summary>Weights one after another as 16-bit floats (IEEE 754 binary16), in half the memory and with 11 bits that count.</summary>
internal sealed class HalfWeights
{
    private readonly List<Half> values = [];

    /// <summary>Bytes so far.</summary>
    public int Bytes => values.Count * sizeof(ushort);

    /// <summary>Appends a tensor, in the order of memory: a convolution's weights are [map, kh, kw, image].</summary>
    /// <returns>Where it begins.</returns>
    /// <exception cref="FormatException">A number is not finite, or too large for 16 bits.</exception>
    public int Add(Tensor tensor) => Add(tensor.Span);

    /// <summary>Appends numbers.</summary>
    /// <returns>Where they begin.</returns>
    /// <exception cref="FormatException">A number is not finite, or too large for 16 bits.</exception>
    public int Add(ReadOnlySpan<float> numbers)
    {
        int start = values.Count;
        foreach (float number in numbers)
        {
            var half = (Half)number;
            values.Add(Half.IsFinite(half)
                ? half
                : throw new FormatException($"A weight is {number}, which does not fit into 16 bits (at most {Half.MaxValue})."));
        }

        return start;
    }

    /// <summary>All of them, little-endian, in base64.</summary>
    public string ToBase64()
    {
        byte[] bytes = new byte[Bytes];
        for (int i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * sizeof(ushort)), values[i]);
        }

        return Convert.ToBase64String(bytes);
    }
}
