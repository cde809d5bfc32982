using System.Reflection;
using MiniGan.Kernels;
using MiniGan.TorchSharp.Native;

namespace MiniGan.TorchSharp;

/// <summary>TorchSharp's native library, libtorch.</summary>
/// <remarks>
/// Whoever uses TorchSharp first, a program of one's own too, calls <see cref="Load"/> before: it makes TorchSharp work on systems
/// with an older C++ library (Debian 12, Ubuntu 22.04), lets idle threads sleep (OMP_WAIT_POLICY=PASSIVE, unless that is set), and
/// gives one line where there is no libtorch.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lazy<string?> Failure = new(TryLoad);

    /// <summary>Which TorchSharp and which libtorch compute: "TorchSharp 0.107.0 (libtorch 2.10.0)". Loads them.</summary>
    /// <exception cref="PlatformNotSupportedException">They cannot be loaded.</exception>
    public static string Version
    {
        get
        {
            Load();
            return $"{Name} (libtorch {torch.NormalizeNuGetVersion(torch.__version__)})";
        }
    }

    /// <summary>From the assembly, as every member of <see cref="torch"/> makes TorchSharp load libtorch in its own way.</summary>
    private static string Name =>
        "TorchSharp " +
        $"{typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    /// <summary>Loads libtorch, unless that has been tried before.</summary>
    /// <returns>Null if it is loaded; else why it cannot be, in one line.</returns>
    public static string? WhyUnavailable() => Failure.Value;

    /// <summary>Loads libtorch, unless it is loaded.</summary>
    /// <exception cref="PlatformNotSupportedException">It cannot be loaded; the message says why, in one line.</exception>
    public static void Load()
    {
        if (WhyUnavailable() is string reason)
        {
            throw new PlatformNotSupportedException(reason);
        }
    }

    private static string? TryLoad()
    {
        if (LibTorch.TryLoad() is string reason)
        {
            return $"{Name} cannot be loaded: {reason}";
        }

        torch.set_num_threads(Parallelism.Threads);
        return null;
    }
}
