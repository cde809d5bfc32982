using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MiniGan.Kernels;

/// <summary>
/// 4 lanes on any processor: SSE on x86, AdvSimd on Arm, plain floats where .NET knows no vectors. Multiply and add are fused where that is
/// faster and separate where it would be emulated, so the last bit may differ from machine to machine (never from run to run on one).
/// </summary>
internal readonly unsafe struct PortableSimd : ISimd<Vector128<float>>
{
    public static string Name => "portable";

    public static bool IsSupported => true;

    public static int Lanes => 4;

    public static int TileRows => 6;

    public static Vector128<float> Zero => Vector128<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> vector, float* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float* source) => Vector128.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.MultiplyAddEstimate(left, right, addend);
}
