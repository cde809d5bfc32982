using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MiniGan.Tensors;

/// <summary>The elements of tensors as files hold them: little-endian float32 in row-major order (NCHW), whatever the machine.</summary>
internal static class RowMajorBytes
{
    /// <summary>Writes all elements.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        float[] values = tensor.ToRowMajor();
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
