using System.Text.Json.Nodes;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Cli.Bench;

/// <summary>What <c>bench step</c> found for one setting.</summary>
/// <param name="Engine">What computed.</param>
/// <param name="Recipe">The recipe.</param>
/// <param name="Image">The shape of an image.</param>
/// <param name="Width">w of the networks.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Speed">The time of a step.</param>
/// <param name="AllocatedBytes">Garbage a step, in bytes, once warm.</param>
/// <param name="PeakBytes">The most memory that the process has had.</param>
internal sealed record StepResult(
    string Engine, string Recipe, ImageShape Image, int Width, int Batch, int Threads, Throughput Speed, long AllocatedBytes,
    long PeakBytes)
{
    /// <summary>Images per second.</summary>
    public double ImagesPerSecond => Batch / Speed.Timing.Median;

    /// <summary>One JSON object.</summary>
    public JsonObject ToJson() => Speed.AddTo(
        new()
        {
            ["engine"] = Engine,
            ["kernels"] = Processor.Kernels,
            ["recipe"] = Recipe,
            ["image"] = $"{Image.Channels}x{Image.Height}x{Image.Width}",
            ["width"] = Width,
            ["batch"] = Batch,
            ["threads"] = Threads,
            ["images_per_s"] = Math.Round(ImagesPerSecond),
            ["allocated_bytes"] = AllocatedBytes,
            ["peak_mb"] = PeakBytes >> 20,
        },
        "step_ms");
}
