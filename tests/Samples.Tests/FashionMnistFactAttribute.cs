namespace MiniGan.Tests.Samples;

/// <summary>
/// A test that needs Fashion-MNIST: where that is missing it is skipped, but where MINIGAN_REQUIRE_FASHION_MNIST is set, as in continuous
/// integration, it runs and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FashionMnistFactAttribute : FactAttribute
{
    public FashionMnistFactAttribute() =>
        Skip = Directory.Exists(Folder) || Environment.GetEnvironmentVariable("MINIGAN_REQUIRE_FASHION_MNIST") is { Length: > 0 }
            ? null
            : "Fashion-MNIST is missing: run dotnet run data-scripts/get-fashion-mnist.cs";

    /// <summary>Where the data script puts it.</summary>
    public static string Folder { get; } = Path.Combine(SampleProcess.Repository, "data", "fashion-mnist");
}
