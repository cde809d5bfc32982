using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiniGan.Runs.Reports;

namespace MiniGan.Tests.Cli.Report;

/// <summary>The data that a page holds.</summary>
internal static partial class ReportData
{
    public static JsonNode Write(string run) => In(File.ReadAllText(new RunReport(new RunReader(run)).Write()));

    public static JsonNode In(string page) => JsonNode.Parse(DataBlock().Match(page).Groups[1].Value)!["run"]!;

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex DataBlock();
}
