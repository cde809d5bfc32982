using System.Diagnostics;
using System.Text.Json.Nodes;
using MiniGan.Runs.Reports;

namespace MiniGan.Cli.Watch;

/// <summary>
/// The folder of all runs, and the only thing that <c>watch</c> reads: a run that is a link to a place outside of it is as if it were not
/// there, and so is such a part of a run. One run that cannot be read leaves the others as they are. For any number of callers.
/// </summary>
internal sealed class RunsFolder
{
    private const int MostSamples = 240;

    private static readonly TimeSpan ListFor = TimeSpan.FromSeconds(0.4);

    private readonly Lock listing = new();
    private readonly Dictionary<string, WatchedRun> runs = [];
    private string list = "";
    private long listedAt;

    /// <summary>Watches a folder, which need not exist yet.</summary>
    public RunsFolder(string path) => Root = Path.GetFullPath(path);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Finds a run.</summary>
    /// <param name="name">The name of its folder.</param>
    /// <returns>The run, or null if there is none of that name.</returns>
    public WatchedRun? Find(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || RealPath.Of(Root) is not { } root)
        {
            return null;
        }

        string path = Path.Combine(Root, name);
        bool isThere = RealPath.LeadsInto(root, path) && new RunReader(path).IsThere;
        lock (runs)
        {
            if (!isThere)
            {
                runs.Remove(name);
                return null;
            }

            if (!runs.TryGetValue(name, out WatchedRun? run))
            {
                runs.Add(
                    name,
                    run = new WatchedRun(
                        new RunReader(path, part => IsInside(root, part)), MostSamples, file => RealPath.LeadsInto(root, file)));
            }

            return run;
        }
    }

    /// <summary>All runs in a few words each, as JSON; made anew at most every 0.4 seconds, however many ask.</summary>
    public string List()
    {
        lock (listing)
        {
            if (list.Length == 0 || Stopwatch.GetElapsedTime(listedAt) > ListFor)
            {
                var found = new JsonArray();
                foreach (string path in Directory.Exists(Root) ? Directory.EnumerateDirectories(Root) : [])
                {
                    if (SummaryOf(Path.GetFileName(path)) is { } summary)
                    {
                        found.Add(summary);
                    }
                }

                list = new JsonObject { ["folder"] = Root, ["runs"] = found }.ToJsonString();
                listedAt = Stopwatch.GetTimestamp();
            }

            return list;
        }
    }

    private JsonObject? SummaryOf(string name)
    {
        try
        {
            return Find(name)?.Summary();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What a run's reader expects it tells itself. This is what it does not: it must not take down the other runs.
            return new()
            {
                ["name"] = name,
                ["state"] = "damaged",
                ["step"] = 0,
                ["about"] = "",
                ["problem"] = $"It cannot be read ({exception.Message.TrimEnd('.')}).",
                ["changed"] = 0,
                ["version"] = "",
            };
        }
    }

    /// <summary>Whether a file that is not there, or no link, or a link that stays within.</summary>
    private static bool IsInside(string root, string path)
    {
        FileSystemInfo file = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return file.LinkTarget is null || RealPath.LeadsInto(root, path);
    }
}
