using System.Text.Json.Nodes;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Logs;
using MiniGan.Runs.Reports;

namespace MiniGan.Cli.Watch;

/// <summary>A run as <c>watch</c> serves it: what was read is kept until its files change. For any number of callers.</summary>
/// <param name="reader">Reads its folder.</param>
/// <param name="mostSamples">Pictures to name at most.</param>
/// <param name="isInside">Whether a file really lies in the folder of all runs.</param>
internal sealed class WatchedRun(RunReader reader, int mostSamples, Func<string, bool> isInside)
{
    private static readonly Lock Building = new(); // one of all runs at a time: it takes memory

    private readonly RunFiles files = new(reader.Path);
    private readonly Lock listing = new(), reading = new(); // of their own, so that a long file does not hold up the list
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
                JsonObject? run = reader.Read(mostSamples, sample =>
                    $"api/sample?run={Uri.EscapeDataString(reader.Name)}&step={sample.Step}&written={FileStamp.Of(sample.Path).Ticks}");
                if (run is not null)
                {
                    run["version"] = version;
                    bool canDraw = run["configuration"]!["program"] is null; // networks that somebody's program makes cannot be built here
                    run["checkpoints"] = new JsonArray([.. canDraw ? Checkpoints() : []]);
                }

                data = (version, run?.ToJsonString());
            }

            return data.Json;
        }
    }

    /// <summary>The networks layer by layer, as JSON; null if the run is gone.</summary>
    public string? Networks()
    {
        lock (Building)
        {
            if (!reader.IsThere)
            {
                return null;
            }

            JsonObject? configuration = reader.Configuration([]);
            string version = $"{configuration?["gan"]?.ToJsonString()} {configuration?["networks"]?.ToJsonString()}";
            if (networks.Json is null || networks.Version != version)
            {
                networks = (version, RunReport.NetworksOf(configuration).ToJsonString());
            }

            return networks.Json;
        }
    }

    /// <summary>The file of the samples after a step; null if there is none.</summary>
    public string? Sample(long step)
    {
        string path = files.SamplesAfter(step);
        return isInside(path) ? path : null;
    }

    /// <summary>The file of a checkpoint that <see cref="Data"/> named; null if there is none.</summary>
    public string? Checkpoint(string name)
    {
        string? path = name is "checkpoint" ? files.Checkpoint
            : name is "best" ? files.Best
            : StepName.StepOf(name) is not null ? Path.Combine(files.Checkpoints, $"{name}.safetensors")
            : null;
        return path is not null && isInside(path) && File.Exists(path) ? path : null;
    }

    /// <summary>Those that are there, with what changes when one is written again.</summary>
    private IEnumerable<JsonNode> Checkpoints() =>
        from name in files.Kept().Reverse().Select(kept => Path.GetFileNameWithoutExtension(kept.Path))
            .Prepend("best").Prepend("checkpoint")
        let path = Checkpoint(name)
        where path is not null
        select new JsonObject { ["name"] = name, ["written"] = $"{FileStamp.Of(path).Ticks}" };
}
