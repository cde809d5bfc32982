using System.Runtime.InteropServices;
using MiniGan.TorchSharp;

namespace MiniGan.Tests.Live;

public sealed partial class TorchRuntimeTests
{
    public TorchRuntimeTests() => TorchRuntime.Load();

    [LiveFact]
    public void Idle_threads_sleep_unless_the_user_says_otherwise()
    {
        // On Unix libtorch sees the C library's environment, in which .NET's own is only what the process began with.
        string expected = Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "PASSIVE";
        string? actual = OperatingSystem.IsWindows()
            ? Environment.GetEnvironmentVariable("OMP_WAIT_POLICY")
            : Marshal.PtrToStringUTF8(GetEnvironment("OMP_WAIT_POLICY"));
        Assert.Equal(expected, actual);
    }

    [LiveFact]
    public void The_versions_are_told_and_a_second_load_does_nothing()
    {
        Assert.Matches(@"\ATorchSharp \d+\.\d+\.\d+ \(libtorch \d+\.\d+\.\d+\)\z", TorchRuntime.Version);
        TorchRuntime.Load();
        Assert.Null(TorchRuntime.WhyUnavailable());
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);
}
