using System.Buffers.Binary;
using System.Text;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>
/// Writes NumPy's .npy files, format version 1.0 (NumPy's documentation of <c>numpy.lib.format</c>): <c>\x93NUMPY</c>, the version,
/// the header's length, the header as a Python dictionary, then little-endian float32 in C order (row-major, NCHW).
/// <c>numpy.load</c> reads them, also mapped into memory.
/// </summary>
public static class NpyWriter
{
    private const int PreambleLength = 10;

    private const int HeaderLength = 128; // a multiple of 64, as the format asks for, with room for any shape

    /// <summary>Writes an array part by part, so that only one of them need be in memory.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="shape">The shape of the whole.</param>
    /// <param name="parts">
    /// Consecutive pieces along the first dimension: the same rank and other dimensions as the whole, and together as many rows.
    /// </param>
    /// <exception cref="ArgumentException">The parts do not make up the whole; no file is written.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Shape shape, IEnumerable<Tensor> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Header(shape.ToArray()));
            long rows = 0;
            foreach (Tensor part in parts)
            {
                if (!part.Shape.ToArray().AsSpan(1).SequenceEqual(shape.ToArray().AsSpan(1)))
                {
                    throw new ArgumentException(
                        $"The parts of an array {shape} differ from it only in their first dimension, but one is {part.Shape}.",
                        nameof(parts));
                }

                rows += part.Shape.N;
                stream.Write(RowMajorBytes.Of(part));
            }

            if (rows != shape.N)
            {
                throw new ArgumentException(
                    $"The parts of an array {shape} must have {shape.N} rows together, but have {rows}.", nameof(parts));
            }
        });
    }

    private static byte[] Header(int[] dimensions)
    {
        // A tuple of one item ends in a comma. The dictionary's keys are sorted, and it ends in a comma and a space, as NumPy writes it.
        string tuple = dimensions.Length == 1 ? $"({dimensions[0]},)" : $"({string.Join(", ", dimensions)})";
        string dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}";
        byte[] header = new byte[HeaderLength];
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), HeaderLength - PreambleLength);
        Encoding.ASCII.GetBytes(dictionary.PadRight(HeaderLength - PreambleLength - 1) + "\n", header.AsSpan(PreambleLength));
        return header;
    }
}
