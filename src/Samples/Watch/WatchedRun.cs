using System.Text.Json.Nodes;
using MiniGan.Samples.Report;

namespace MiniGan.Samples.Watch;

/// <summary>A run as <c>watch</c> serves it: what was read is kept until its files change. For any number of callers.</summary>
/// <param name="reader">Reads its folder.</param>
/// <param name="mostSamples">Pictures to name at most.</param>
/// <param name="isInside">Whether a file really lies in the folder of all runs.</param>
internal sealed class WatchedRun(RunReader reader, int mostSamples, Func<string, bool> isInside)
{
    private readonly Lock listing = new(), reading = new(), building = new(); // of their own, so that a long file does not hold up the list
    private (string? Version, string? Json) data, networks;

    /// <summary>A few words; null if the run is gone.</summary>
    public JsonObject? Summary()
    {
        lock (listing)
        {
            return reader.Summary();
        }
    }

    /// <summary>All of the run but for its networks, as JSON; null if it is gone.</summary>
    public string? Data()
    {
        lock (reading)
        {
            string version = reader.Version();
            if (data.Json is null || data.Version != version)
            {
                JsonObject? run = reader.Read(mostSamples, sample => $"api/sample?run={Uri.EscapeDataString(reader.Name)}&step={sample.Step}&written={File.GetLastWriteTimeUtc(sample.Path).Ticks}");
                if (run is not null)
                {
                    run["version"] = version;
                    run["checkpoints"] = new JsonArray([.. Checkpoints().Select(name => JsonValue.Create(name))]);
                }

                data = (version, run?.ToJsonString());
            }

            return data.Json;
        }
    }

    /// <summary>The networks layer by layer, as JSON; null if the run is gone.</summary>
    public string? Networks()
    {
        lock (building)
        {
            if (reader.Configuration() is not { } configuration)
            {
                return null;
            }

            string version = configuration["gan"]!.ToJsonString();
            if (networks.Json is null || networks.Version != version)
            {
                networks = (version, RunReport.NetworksOf(reader).ToJsonString());
            }

            return networks.Json;
        }
    }

    /// <summary>The file of the samples after a step; null if there is none.</summary>
    public string? Sample(long step)
    {
        string path = Path.Combine(reader.Path, "samples", $"step-{step:D6}.png");
        return isInside(path) ? path : null;
    }

    /// <summary>The file of a checkpoint that <see cref="Data"/> named; null if there is none.</summary>
    public string? Checkpoint(string name)
    {
        bool isStep = StepName.StepOf(name) is not null;
        string path = isStep ? Path.Combine(reader.Path, "checkpoints", $"{name}.safetensors") : Path.Combine(reader.Path, $"{name}.safetensors");
        return (name is "checkpoint" or "best" || isStep) && isInside(path) && File.Exists(path) ? path : null;
    }

    private IEnumerable<string> Checkpoints()
    {
        IEnumerable<string> older = StepName.FilesIn(Path.Combine(reader.Path, "checkpoints"), ".safetensors").Reverse().Select(file => Path.GetFileNameWithoutExtension(file.Path));
        return older.Prepend("best").Prepend("checkpoint").Where(name => Checkpoint(name) is not null);
    }
}
