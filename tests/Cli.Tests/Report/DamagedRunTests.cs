using System.Text.Json.Nodes;
using MiniGan.Runs;
using MiniGan.Runs.Reports;
using MiniGan.Tests.Runs;

namespace MiniGan.Tests.Cli.Report;

/// <summary>Reports of runs of which something cannot be read.</summary>
public sealed class DamagedRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("empty", "")]
    [InlineData("not that of a run", "[]")]
    [InlineData("not that of a run", "null")]
    [InlineData("no JSON", "{")]
    [InlineData("not that of a run", """{"gan": 5}""")]
    [InlineData("not that of a run", """{"steps": 5}""")]
    [InlineData("gan", """{"gan": {}, "gan": {}}""")]
    [InlineData("'a'", """{"gan": {"a": 1, "a": 2}}""")]
    [InlineData("UTF-16", """{"gan": {}, "data": "\ud800"}""")]
    [InlineData("UTF-16", """{"gan": {"\udc00": 1}}""")]
    [InlineData("depth", """{"gan": {"a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}""")]
    public void A_damaged_configuration_is_told_and_the_rest_is_shown(string expected, string json)
    {
        File.WriteAllText(folder["config.json"], json);
        string message = Assert.Throws<RunException>(() => RunReader.Find(folder.Path)).Message; // nothing of a run here
        Assert.Contains("config.json", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);

        string run = RunFixture.Make(folder, "run");
        File.WriteAllText(Path.Combine(run, "config.json"), json);
        JsonNode summary = new RunReader(run).Summary()!;
        Assert.Equal(("damaged", 20), ((string)summary["state"]!, (long)summary["step"]!));
        Assert.Contains(expected, (string)summary["problem"]!, StringComparison.Ordinal);
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, "report", "run");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        JsonNode data = ReportData.In(File.ReadAllText(Path.Combine(run, "report.html")));
        Assert.Equal(
            ("damaged", 20, 3), ((string)data["state"]!, data["losses"]!["step"]!.AsArray().Count, data["samples"]!.AsArray().Count));
        Assert.Contains(expected, (string)data["problems"]![0]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("losses.csv")]
    [InlineData("speed.csv")]
    [InlineData("evaluation.csv")]
    [InlineData("checkpoint.safetensors")]
    [InlineData("best.safetensors")]
    [InlineData("checkpoints")]
    [InlineData("samples")]
    [InlineData("samples/step-000010.png")]
    public void Whatever_stands_in_a_files_place_is_told_and_the_rest_is_shown(string name)
    {
        bool isFolder = name is "checkpoints" or "samples";
        foreach (string what in OperatingSystem.IsWindows()
            ? ["folder"]
            : (string[])["folder", "pipe", "dangling link", "link in a circle"])
        {
            string run = RunFixture.Make(folder, what), path = Path.Combine(run, name);
            if (isFolder && Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            File.Delete(path);
            switch (what)
            {
                case "folder" when isFolder: File.WriteAllText(path, ""); break;
                case "folder": Directory.CreateDirectory(path); break;
                case "pipe": RunFixture.Pipe(path); break;
                case "dangling link": File.CreateSymbolicLink(path, "nowhere"); break;
                default: File.CreateSymbolicLink(path, Path.GetFileName(path)); break;
            }

            JsonNode data = ReportData.Write(run);
            bool isForgotten = what == "folder" && name.EndsWith(".png", StringComparison.Ordinal); // a folder of that name is no picture
            Assert.Equal(isForgotten ? 0 : 1, data["problems"]!.AsArray().Count);
            Assert.All(data["problems"]!.AsArray(), problem => Assert.Contains(name, (string)problem!, StringComparison.Ordinal));
            Assert.Equal(name == "losses.csv" ? 0 : 20, (int)data["step"]!);
            Assert.Equal(name == "samples" ? 0 : name == "samples/step-000010.png" ? 2 : 3, data["samples"]!.AsArray().Count);
            Assert.Equal(name == "config.json", (string)new RunReader(run).Summary()!["state"]! == "damaged");
        }
    }

    [Fact]
    public void What_cannot_be_read_is_told_again_until_it_can_be()
    {
        string run = RunFixture.Make(folder, "run"), losses = Path.Combine(run, "losses.csv"), aside = Path.Combine(run, "aside");
        var reader = new RunReader(run);
        JsonNode Read() => reader.Read(10, sample => sample.Path)!;
        Assert.Empty(Read()["problems"]!.AsArray());
        File.Move(losses, aside);
        Directory.CreateDirectory(losses);
        Assert.Single(Read()["problems"]!.AsArray());
        Assert.Single(Read()["problems"]!.AsArray());
        Directory.Delete(losses);
        File.Move(aside, losses);
        Assert.Equal((0, 20), (Read()["problems"]!.AsArray().Count, Read()["losses"]!["step"]!.AsArray().Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public void A_file_of_any_time_is_a_run(int year)
    {
        string run = RunFixture.Make(folder, "run");
        var time = DateTime.UnixEpoch.AddYears(Math.Min(year, 2400) - 1970); // what most file systems can keep
        foreach (string file in Directory.GetFiles(run, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, time);
        }

        Assert.InRange((long)new RunReader(run).Summary()!["changed"]!, 0, long.MaxValue);
        Assert.Empty(ReportData.Write(run)["problems"]!.AsArray());
    }

    [Theory]
    [InlineData("118 million weights", """ "width": 1024, "latentSize": 512 """)]
    [InlineData("from 2 to 256", """ "width": 2, "latentSize": 3, "classes": 100000000 """)]
    [InlineData("from 1 to 1024", """ "width": 100000000, "latentSize": 3 """)]
    [InlineData("million weights", """ "width": 64, "latentSize": 3, "discriminatorHidden": 4096, "discriminatorNormalization": "none" """)]
    [InlineData("million weights", """ "width": 500, "latentSize": 3, "generatorConvolutions": 16 """)]
    public void Networks_that_would_take_much_memory_are_not_built_to_be_shown(string expected, string sizes)
    {
        long before = GC.GetTotalAllocatedBytes();
        JsonObject networks = RunReport.NetworksOf(
            (JsonObject)JsonNode.Parse(
                $$"""{"gan": {"preset": "dcgan", "batchSize": 4, "learningRate": 0.002, "beta1": 0.5, "seed": 7, {{sizes}} } }""")!);
        Assert.Contains(expected, (string)networks["problem"]!, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10_000_000);
    }
}
