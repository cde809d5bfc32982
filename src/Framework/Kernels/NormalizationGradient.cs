using System.Numerics;
using System.Runtime.CompilerServices;

namespace MiniGan.Kernels;

/// <summary>p · (a − q − (b − mean) · r): a is dy, b is x.</summary>
internal readonly struct NormalizationGradient : IChannelOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Invoke(
        Vector<float> a, Vector<float> b, Vector<float> mean, Vector<float> p, Vector<float> q, Vector<float> r) =>
        p * (a - q - ((b - mean) * r));
}
