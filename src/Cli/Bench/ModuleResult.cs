using System.Text.Json.Nodes;
using MiniGan.Kernels;

namespace MiniGan.Cli.Bench;

/// <summary>What <c>bench modules</c> found for one module.</summary>
/// <param name="Module">Its name.</param>
/// <param name="Width">Channels.</param>
/// <param name="Batch">Images at once.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Forward">The time of Forward.</param>
/// <param name="Both">The time of Forward and Backward.</param>
/// <param name="Ratio">That, in times of the convolution's.</param>
internal sealed record ModuleResult(string Module, int Width, int Batch, int Threads, Timing Forward, Timing Both, double Ratio)
{
    /// <summary>One JSON object.</summary>
    public JsonObject ToJson() => new()
    {
        ["engine"] = "minigan",
        ["kernels"] = Processor.Kernels,
        ["width"] = Width,
        ["batch"] = Batch,
        ["threads"] = Threads,
        ["module"] = Module,
        ["forward_ms"] = Math.Round(Forward.Median * 1e3, 4),
        ["ms"] = Math.Round(Both.Median * 1e3, 4),
        ["min_ms"] = Math.Round(Both.Minimum * 1e3, 4),
        ["max_ms"] = Math.Round(Both.Maximum * 1e3, 4),
        ["convolutions"] = Math.Round(Ratio, 4),
    };
}
