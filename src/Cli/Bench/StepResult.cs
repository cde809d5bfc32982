using System.Text.Json.Nodes;
using MiniGan.Kernels;

namespace MiniGan.Cli.Bench;

/// <summary>What <c>bench step</c> found for one setting.</summary>
/// <param name="Width">w of the networks.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Speed">The time of a step.</param>
/// <param name="AllocatedBytes">Garbage a step, in bytes, once warm.</param>
internal sealed record StepResult(int Width, int Batch, int Threads, Throughput Speed, long AllocatedBytes)
{
    /// <summary>Images per second.</summary>
    public double ImagesPerSecond => Batch / Speed.Timing.Median;

    /// <summary>One JSON object.</summary>
    public JsonObject ToJson() => Speed.AddTo(
        new()
        {
            ["engine"] = "minigan",
            ["kernels"] = Processor.Kernels,
            ["width"] = Width,
            ["batch"] = Batch,
            ["threads"] = Threads,
            ["images_per_s"] = Math.Round(ImagesPerSecond),
            ["allocated_bytes"] = AllocatedBytes,
        },
        "step_ms");
}
