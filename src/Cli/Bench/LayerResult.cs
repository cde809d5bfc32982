using System.Text.Json.Nodes;
using MiniGan.Kernels;

namespace MiniGan.Cli.Bench;

/// <summary>What <c>bench layers</c> found for one layer.</summary>
/// <param name="Engine">What computed.</param>
/// <param name="Layer">Its channels, the size of its input, and what was run.</param>
/// <param name="Batch">Images at once.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Speed">The time it took.</param>
internal sealed record LayerResult(string Engine, string Layer, int Batch, int Threads, Throughput Speed)
{
    /// <summary>One JSON object.</summary>
    public JsonObject ToJson() => Speed.AddTo(
        new()
        {
            ["engine"] = Engine,
            ["kernels"] = Processor.Kernels,
            ["batch"] = Batch,
            ["threads"] = Threads,
            ["layer"] = Layer,
        },
        "ms");
}
