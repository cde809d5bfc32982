using System.Numerics;
using System.Runtime.CompilerServices;

namespace MiniGan.Kernels;

/// <summary>(a − mean) · p + q, rectified; a slope of 1 leaves it as it is.</summary>
internal readonly struct Normalization : IChannelOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Invoke(
        Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r, Vector<float> s,
        Vector<float> slope) =>
        Rectifier.Apply(((a - mean) * p) + q, slope);
}
