using System.Numerics;
using System.Runtime.CompilerServices;

namespace MiniGan.Kernels;

/// <summary>
/// p · (d − q − (b − mean) · r), with d = a where (b − mean) · p + s is positive, slope · a elsewhere: a is dy, b is x.
/// </summary>
internal readonly struct NormalizationGradient : IChannelOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Invoke(
        Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r, Vector<float> s,
        Vector<float> slope) =>
        p * (Rectifier.Differentiate(((b - mean) * p) + s, a, slope) - q - ((b - mean) * r));
}
