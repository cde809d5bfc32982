using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MiniGan.Kernels;

/// <summary>Copies a matrix so that its rows become columns.</summary>
internal static unsafe class Transposition
{
    /// <summary>
    /// target[c · targetStride + r] = source[r · sourceStride + c] for r &lt; rows and c &lt; columns. Overwrites nothing else.
    /// </summary>
    /// <remarks>
    /// SIMD: with AVX squares of 8 × 8 in eight registers; elsewhere, and in what is left of rows and columns, 4 rows at once, gathered
    /// into one vector per column; the last rows by the formula.
    /// </remarks>
    /// <param name="source">The first element of the first row.</param>
    /// <param name="sourceStride">Floats from one row of the source to the next.</param>
    /// <param name="target">The first element of the result.</param>
    /// <param name="targetStride">Floats from one row of the target to the next.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    public static void Copy(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        int r = 0, square = Vector256<float>.Count;
        if (Avx.IsSupported)
        {
            int squares = columns / square * square;
            for (; r <= rows - square; r += square)
            {
                float* from = source + (r * sourceStride), to = target + r;
                for (nint c = 0; c < squares; c += square)
                {
                    CopySquare(from + c, sourceStride, to + (c * targetStride), targetStride);
                }

                CopyRest(from + squares, sourceStride, to + (squares * targetStride), targetStride, square, columns - squares);
            }
        }

        CopyRest(source + (r * sourceStride), sourceStride, target + r, targetStride, rows - r, columns);
    }

    private static void CopyRest(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        int r = 0;
        for (; r <= rows - Vector128<float>.Count; r += Vector128<float>.Count)
        {
            float* s0 = source + (r * sourceStride), s1 = s0 + sourceStride, s2 = s1 + sourceStride, s3 = s2 + sourceStride;
            float* to = target + r;
            for (nint c = 0; c < columns; c++, to += targetStride)
            {
                Vector128.Create(s0[c], s1[c], s2[c], s3[c]).Store(to);
            }
        }

        for (; r < rows; r++)
        {
            float* from = source + (r * sourceStride), to = target + r;
            for (nint c = 0; c < columns; c++, to += targetStride)
            {
                *to = from[c];
            }
        }
    }

    /// <summary>Pairs of rows, then pairs of pairs, then the halves of the registers: three steps of eight shuffles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopySquare(float* source, nint sourceStride, float* target, nint targetStride)
    {
        Vector256<float> a0 = Vector256.Load(source), a1 = Vector256.Load(source + sourceStride);
        source += 2 * sourceStride;
        Vector256<float> a2 = Vector256.Load(source), a3 = Vector256.Load(source + sourceStride);
        source += 2 * sourceStride;
        Vector256<float> a4 = Vector256.Load(source), a5 = Vector256.Load(source + sourceStride);
        source += 2 * sourceStride;
        Vector256<float> a6 = Vector256.Load(source), a7 = Vector256.Load(source + sourceStride);

        // b0 has columns 0, 1 (and 4, 5) of rows 0 and 1: [00 10 01 11 | 04 14 05 15].
        Vector256<float> b0 = Avx.UnpackLow(a0, a1), b1 = Avx.UnpackHigh(a0, a1), b2 = Avx.UnpackLow(a2, a3), b3 = Avx.UnpackHigh(a2, a3);
        Vector256<float> b4 = Avx.UnpackLow(a4, a5), b5 = Avx.UnpackHigh(a4, a5), b6 = Avx.UnpackLow(a6, a7), b7 = Avx.UnpackHigh(a6, a7);

        // c0 has column 0 (and 4) of rows 0 to 3, c1 column 1 (and 5).
        const byte lower = 0b01_00_01_00, upper = 0b11_10_11_10;
        Vector256<float> c0 = Avx.Shuffle(b0, b2, lower), c1 = Avx.Shuffle(b0, b2, upper);
        Vector256<float> c2 = Avx.Shuffle(b1, b3, lower), c3 = Avx.Shuffle(b1, b3, upper);
        Vector256<float> c4 = Avx.Shuffle(b4, b6, lower), c5 = Avx.Shuffle(b4, b6, upper);
        Vector256<float> c6 = Avx.Shuffle(b5, b7, lower), c7 = Avx.Shuffle(b5, b7, upper);

        const byte first = 0x20, second = 0x31;
        Avx.Permute2x128(c0, c4, first).Store(target);
        Avx.Permute2x128(c1, c5, first).Store(target + targetStride);
        target += 2 * targetStride;
        Avx.Permute2x128(c2, c6, first).Store(target);
        Avx.Permute2x128(c3, c7, first).Store(target + targetStride);
        target += 2 * targetStride;
        Avx.Permute2x128(c0, c4, second).Store(target);
        Avx.Permute2x128(c1, c5, second).Store(target + targetStride);
        target += 2 * targetStride;
        Avx.Permute2x128(c2, c6, second).Store(target);
        Avx.Permute2x128(c3, c7, second).Store(target + targetStride);
    }
}
