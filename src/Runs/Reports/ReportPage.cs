using System.Text.Json.Nodes;

namespace MiniGan.Runs.Reports;

/// <summary>
/// The page of runs: one file that needs nothing else. With a run's data it is its report; without, it asks the server
/// of <c>watch</c>, which it came from.
/// </summary>
internal static class ReportPage
{
    // In the order in which they need each other.
    private static readonly string[] Common =
        [
            "format.js", "curves.js", "verdict.js", "judge.js", "dom.js", "apng.js", "keep.js", "chart.js", "samples.js", "facts.js",
            "critic.js", "run.js",
        ],
        Drawing =
        [
            "halves.js", "convolutions.js", "layers.js", "generator.js", "trace.js", "random.js", "latents.js", "exploring.js",
        ],
        Playing = [.. Drawing, "cell.js", "maps.js", "flow.js", "idle.js", "plane.js", "explore.js"],
        Report = [.. Playing, "report.js"],
        Live = [.. Playing, "server.js", "playground.js", "play.js", "compare.js", "listing.js", "live.js"];

    /// <summary>The report of a run.</summary>
    public static string Render(JsonObject run) => Page(new() { ["run"] = run }, Report, "'none'");

    /// <summary>The page of <c>watch</c>.</summary>
    /// <param name="selected">The run to begin with, or null.</param>
    public static string RenderLive(string? selected) => Page(new() { ["live"] = true, ["selected"] = selected }, Live, "'self'");

    /// <summary>What the page draws pictures with, which needs no document.</summary>
    public static string Arithmetic() => OnePage.Join(Drawing.Select(Resource));

    private static string Resource(string name) => OnePage.Resource($"report/{name}");

    private static string Page(JsonObject data, string[] scripts, string mayConnect)
    {
        string script = OnePage.Join(Common.Concat(scripts).Select(Resource));
        return OnePage.Fill(OnePage.Resource("report/report.html"), new Dictionary<string, string>
        {
            // What a run is called or holds can then run no script, and the page can speak to nobody but the server that it came from.
            ["policy"] = "default-src 'none'; img-src 'self' data: blob:; style-src 'unsafe-inline'; script-src " +
                $"{OnePage.HashOf(script)}; connect-src {mayConnect}; base-uri 'none'; form-action 'none'",
            ["theme.css"] = OnePage.Resource("pages/theme.css"),
            ["report.css"] = OnePage.Resource("report/report.css"),
            ["script"] = script,
            ["data"] = data.ToJsonString(), // with < and > as \u003C and \u003E
        });
    }
}
