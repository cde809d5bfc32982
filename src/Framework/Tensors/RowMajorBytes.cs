using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MiniGan.Tensors;

/// <summary>The elements of tensors as files hold them: little-endian float32 in row-major order (NCHW), whatever the machine.</summary>
internal static class RowMajorBytes
{
    /// <summary>All elements.</summary>
    public static ReadOnlySpan<byte> Of(Tensor tensor)
    {
        float[] values = tensor.ToRowMajor();
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return MemoryMarshal.AsBytes(values.AsSpan());
    }
}
