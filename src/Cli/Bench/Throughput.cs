using System.Text.Json.Nodes;

namespace MiniGan.Cli.Bench;

/// <summary>How fast a known amount of arithmetic was done.</summary>
/// <param name="Timing">Seconds.</param>
/// <param name="Operations">
/// Floating-point operations of the matrix products; what is done an element (normalisation, activation, Adam) is not counted.
/// </param>
/// <param name="Peak">Operations a second on registers alone, measured just before.</param>
internal readonly record struct Throughput(Timing Timing, double Operations, double Peak)
{
    /// <summary>Operations a second, in 10⁹.</summary>
    public double GigaFlops => Operations / Timing.Median / 1e9;

    /// <summary>The part of the peak that was reached: 0 to 1.</summary>
    public double Share => Operations / Timing.Median / Peak;

    /// <summary>Adds the figures to a JSON object, with the names that PyTorch's baseline uses.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="median">The name of the median.</param>
    public JsonObject AddTo(JsonObject json, string median)
    {
        json[median] = Math.Round(Timing.Median * 1e3, 4);
        json["min_ms"] = Math.Round(Timing.Minimum * 1e3, 4);
        json["max_ms"] = Math.Round(Timing.Maximum * 1e3, 4);
        json["gflops"] = Math.Round(GigaFlops, 1);
        json["peak_gflops"] = Math.Round(Peak / 1e9, 1);
        json["share_of_peak"] = Math.Round(Share, 3);
        return json;
    }
}
