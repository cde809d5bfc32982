using System.Runtime.Intrinsics;

namespace MiniGan.Kernels;

/// <summary>All kernel sets, the fastest first, and the one in use.</summary>
/// <remarks>
/// The environment variable <c>MINIGAN_KERNELS</c> (<c>avx512</c>, <c>avx2</c> or <c>portable</c>) forces one; it never
/// falls back in silence.
/// </remarks>
internal static class KernelRegistry
{
    /// <summary>Name of the environment variable that forces a kernel set.</summary>
    public const string OverrideVariable = "MINIGAN_KERNELS";

    private static readonly Lazy<KernelSet> Chosen = new(() => Select(Environment.GetEnvironmentVariable(OverrideVariable)));

    /// <summary>Every kernel set, supported here or not, the fastest first.</summary>
    public static IReadOnlyList<KernelSet> All { get; } =
    [
        new TileKernels<Avx512Simd, Vector512<float>>(),
        new TileKernels<Avx2Simd, Vector256<float>>(),
        new TileKernels<PortableSimd, Vector128<float>>(),
    ];

    /// <summary>The kernel set in use: the one that the environment forces, else the first that is supported.</summary>
    /// <exception cref="PlatformNotSupportedException">The forced one is unknown, or this machine lacks it.</exception>
    public static KernelSet Current => Chosen.Value;

    /// <summary>The kernel set of that name, or the first supported one where there is no name.</summary>
    /// <exception cref="PlatformNotSupportedException">The name is unknown, or this machine lacks it.</exception>
    public static KernelSet Select(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return All.First(set => set.IsSupported);
        }

        KernelSet? forced = All.FirstOrDefault(set => set.Name == name);
        if (forced is { IsSupported: true })
        {
            return forced;
        }

        string here = string.Join(", ", All.Where(set => set.IsSupported).Select(set => set.Name));
        throw new PlatformNotSupportedException(
            $"{OverrideVariable}={name}: " +
            $"{(forced is null ? "there is no such kernel set" : "this processor (or this process) lacks it")}. Supported here: {here}; " +
            "unset the variable to take the fastest.");
    }
}
