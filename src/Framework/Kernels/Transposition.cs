using System.Runtime.Intrinsics;

namespace MiniGan.Kernels;

/// <summary>Copies a matrix so that its rows become columns.</summary>
internal static unsafe class Transposition
{
    /// <summary>
    /// target[c · targetStride + r] = source[r · sourceStride + c] for r &lt; rows and c &lt; columns. Overwrites nothing else.
    /// </summary>
    /// <remarks>SIMD: 4 rows at once, gathered into one vector per column; the rest of the rows by the formula.</remarks>
    /// <param name="source">The first element of the first row.</param>
    /// <param name="sourceStride">Floats from one row of the source to the next.</param>
    /// <param name="target">The first element of the result.</param>
    /// <param name="targetStride">Floats from one row of the target to the next.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    public static void Copy(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
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
}
