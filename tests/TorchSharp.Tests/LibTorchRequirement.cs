using MiniGan.TorchSharp;

namespace MiniGan.Tests;

/// <summary>
/// What becomes of the tests that need libtorch where it cannot be had: they are skipped with the reason, but where
/// MINIGAN_REQUIRE_TORCHSHARP is set, as in continuous integration, they run and fail.
/// </summary>
internal static class LibTorchRequirement
{
    public static string? SkipReason { get; } =
        Environment.GetEnvironmentVariable("MINIGAN_REQUIRE_TORCHSHARP") is { Length: > 0 } ? null : TorchRuntime.WhyUnavailable();
}
