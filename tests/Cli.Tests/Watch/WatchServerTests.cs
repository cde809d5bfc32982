using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MiniGan.Cli.Watch;
using MiniGan.Tests.Runs;

namespace MiniGan.Tests.Cli.Watch;

/// <summary>What the server tells of runs, whatever is in their folders.</summary>
public sealed class WatchServerTests : WatchTests
{
    [Fact]
    public async Task It_serves_the_page_the_list_and_a_run()
    {
        Assert.Equal("127.0.0.1", client.BaseAddress!.Host);
        HttpResponseMessage page = await client.GetAsync(new Uri("", UriKind.Relative));
        Assert.Equal(
            ("text/html", "nosniff"),
            (page.Content.Headers.ContentType!.MediaType, page.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Contains("\"selected\":\"one\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        JsonArray runs = (await Get("api/runs"))["runs"]!.AsArray();
        Assert.Equal(
            ["one finished 20/20", "two stopped 10/500"],
            runs.Select(run => $"{run!["name"]} {run["state"]} {run["step"]}/{run["steps"]}").Order());
        Assert.Equal("dcgan, width 2, mnist, seed 7", (string)runs[0]!["about"]!);

        JsonNode run = await Get("api/run?run=one");
        Assert.Equal((string)runs.Single(entry => (string)entry!["name"]! == "one")!["version"]!, (string)run["version"]!);
        Assert.Equal(20, run["losses"]!["step"]!.AsArray().Count);
        Assert.Equal(["checkpoint"], run["checkpoints"]!.AsArray().Select(checkpoint => (string)checkpoint!["name"]!));
        Assert.Empty((await Get("api/run?run=two"))["checkpoints"]!.AsArray());
        Assert.Equal(784 / 4, (int)(await Get("api/networks?run=one"))["generator"]!["layers"]![0]!["output"]![0]!);

        HttpResponseMessage sample = await client.GetAsync(new Uri((string)run["samples"]![1]!["src"]!, UriKind.Relative));
        Assert.Equal("image/png", sample.Content.Headers.ContentType!.MediaType);
        Assert.Equal(File.ReadAllBytes(Path.Combine(one, "samples", "step-000010.png")), await sample.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_is_written_while_it_runs_is_seen()
    {
        string before = (string)(await Get("api/run?run=two"))["version"]!;
        string losses = Path.Combine(folder["runs/two"], "losses.csv");
        File.AppendAllText(losses, RunFixture.Lines(11, 12) + "13,0.5,0.");
        RunFixture.Picture(folder["runs/two"], 12);
        JsonNode after = await Get("api/run?run=two");
        Assert.NotEqual(before, (string)after["version"]!);
        Assert.Equal((12, 12), ((int)after["step"]!, (int)after["samples"]!.AsArray()[^1]!["step"]!));
        File.AppendAllText(losses, "5,0.5,0.5,0\n");
        Assert.Equal(13, (int)(await Get("api/run?run=two"))["step"]!);

        RunFixture.Make(folder, "runs/three");
        Assert.Equal(20, (int)(await Get("api/run?run=three"))["step"]!);
        Directory.Delete(folder["runs/two"], recursive: true);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("api/run?run=two", UriKind.Relative))).StatusCode);
    }

    [UnixTheory("Links need a right of their own on Windows.")]
    [InlineData("folder")]
    [InlineData("part")]
    [InlineData("picture")]
    [InlineData("folder of pictures")]
    [InlineData("checkpoint")]
    public async Task Links_lead_nowhere_outside(string what)
    {
        string run = RunFixture.Make(folder, "runs/linked"), secret = folder["secret"];
        File.WriteAllText(Path.Combine(secret, "losses.csv"), RunFixture.Header + "77,77,77,77,77,77\n");
        switch (what)
        {
            case "folder":
                Directory.Delete(run, recursive: true);
                File.CreateSymbolicLink(run, secret);
                break;
            case "part":
                File.Delete(Path.Combine(run, "losses.csv"));
                File.CreateSymbolicLink(Path.Combine(run, "losses.csv"), Path.Combine(secret, "losses.csv"));
                break;
            case "picture":
                File.Delete(Path.Combine(run, "samples", "step-000010.png"));
                File.CreateSymbolicLink(Path.Combine(run, "samples", "step-000010.png"), "../../../secret/samples/step-000010.png");
                break;
            case "folder of pictures":
                Directory.Delete(Path.Combine(run, "samples"), recursive: true);
                File.CreateSymbolicLink(Path.Combine(run, "samples"), "../../secret/samples");
                break;
            default:
                File.CreateSymbolicLink(folder["runs/stone"], folder["secret.txt"]); // a link to a link
                File.CreateSymbolicLink(Path.Combine(run, "checkpoint.safetensors"), "../stone");
                break;
        }

        JsonNode? listed = (await Get("api/runs"))["runs"]!.AsArray().SingleOrDefault(entry => (string)entry!["name"]! == "linked");
        if (what == "folder")
        {
            Assert.Null(listed);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("api/run?run=linked", UriKind.Relative))).StatusCode);
            return;
        }

        // The run is shown without what the link leads to.
        JsonNode data = await Get("api/run?run=linked");
        Assert.DoesNotContain("77", $"{listed!["step"]}{data["losses"]?.ToJsonString()}", StringComparison.Ordinal);
        Assert.Contains("leads out", (string)Assert.Single(data["problems"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Empty(data["checkpoints"]!.AsArray());
        Assert.Equal(what == "picture" ? 2 : what == "folder of pictures" ? 0 : 3, data["samples"]!.AsArray().Count);
        HttpResponseMessage picture = await client.GetAsync(new Uri("api/sample?run=linked&step=10", UriKind.Relative));
        Assert.Equal(what is "part" or "checkpoint" ? HttpStatusCode.OK : HttpStatusCode.NotFound, picture.StatusCode);
    }

    [Theory]
    [InlineData("""{"gan": {"a": 1, "a": 2}}""")]
    [InlineData("""{"gan": {}, "data": "\ud800"}""")]
    [InlineData("pipe")]
    [InlineData("folder")]
    public async Task A_run_that_cannot_be_read_leaves_the_others_as_they_are(string configuration)
    {
        string run = RunFixture.Make(folder, "runs/bad"), path = Path.Combine(run, "config.json");
        File.Delete(path);
        switch (configuration)
        {
            case "pipe" when OperatingSystem.IsWindows(): return;
            case "pipe": RunFixture.Pipe(path); break;
            case "folder": Directory.CreateDirectory(path); break;
            default: File.WriteAllText(path, configuration); break;
        }

        JsonArray runs = (await Get("api/runs"))["runs"]!.AsArray();
        Assert.Equal(["bad damaged", "one finished", "two stopped"], runs.Select(entry => $"{entry!["name"]} {entry["state"]}").Order());
        Assert.Contains(
            "config.json", (string)runs.Single(entry => (string)entry!["state"]! == "damaged")!["problem"]!, StringComparison.Ordinal);
        JsonNode data = await Get("api/run?run=bad");
        Assert.Contains("config.json", (string)data["problems"]![0]!, StringComparison.Ordinal);
        Assert.Equal((20, 3), (data["losses"]!["step"]!.AsArray().Count, data["samples"]!.AsArray().Count));
        Assert.Contains("config.json", (string)(await Get("api/networks?run=bad"))["problem"]!, StringComparison.Ordinal);
        Assert.Equal("one", (string)(await Get("api/run?run=one"))["name"]!);
    }

    [UnixFact("Windows has no named pipes among its files.")]
    public async Task Pictures_and_checkpoints_that_are_none_are_refused_in_a_line()
    {
        string picture = Path.Combine(one, "samples", "step-000010.png");
        File.Delete(picture);
        RunFixture.Pipe(picture);
        Assert.Equal(422, (int)(await client.GetAsync(new Uri("api/sample?run=one&step=10", UriKind.Relative))).StatusCode);
        string checkpoint = Path.Combine(one, "checkpoint.safetensors");
        File.Delete(checkpoint);
        RunFixture.Pipe(checkpoint);
        Assert.Equal(422, (int)(await Post("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0]}""")).StatusCode);
        Assert.Contains("checkpoint.safetensors", (string)(await Get("api/run?run=one"))["problems"]![0]!, StringComparison.Ordinal);
    }

    [UnixFact("Links need a right of their own on Windows.")]
    public async Task Links_within_the_folder_and_to_it_are_followed()
    {
        File.CreateSymbolicLink(folder["runs/again"], "one");
        File.CreateSymbolicLink(folder["runs/round"], "round");
        File.CreateSymbolicLink(folder["all"], folder["runs"]);
        await using var other = new WatchServer(new RunsFolder(folder["all"]), 0, null);
        await other.StartAsync();
        JsonNode list = JsonNode.Parse(await client.GetStringAsync(new Uri(other.Url + "api/runs")))!;
        Assert.Equal(["again", "one", "two"], list["runs"]!.AsArray().Select(run => (string)run!["name"]!).Order());
    }

    [Fact]
    public async Task Many_clients_at_once_are_served_while_files_grow()
    {
        using var stop = new CancellationTokenSource();
        string losses = Path.Combine(one, "losses.csv");
        Task writing = Task.Run(() =>
        {
            using var writer = new StreamWriter(losses, append: true) { AutoFlush = true };
            for (int step = 21; !stop.IsCancellationRequested; step++)
            {
                foreach (char letter in $"{step},1,1,0.5,0.5,0\n")
                {
                    writer.Write(letter);
                }
            }
        });
        int[] last = await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            using var own = new HttpClient { BaseAddress = client.BaseAddress };
            int step = 0;
            for (int i = 0; i < 6; i++)
            {
                JsonNode run = JsonNode.Parse(await own.GetStringAsync(new Uri("api/run?run=one", UriKind.Relative)))!;
                Assert.InRange((int)run["step"]!, Math.Max(step, 20), int.MaxValue);
                step = (int)run["step"]!;
                Assert.Equal(2, JsonNode.Parse(await own.GetStringAsync(new Uri("api/runs", UriKind.Relative)))!["runs"]!.AsArray().Count);
                using var drawing = new StringContent(
                    $$"""{"run": "one", "checkpoint": "checkpoint", "from": {{number}}, "to": 2, "at": [0, 1]}""",
                    new MediaTypeHeaderValue("application/json"));
                HttpResponseMessage drawn = await own.PostAsync(new Uri("api/draw", UriKind.Relative), drawing);
                Assert.True(drawn.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{drawn.StatusCode}");
            }

            return step;
        }));
        await stop.CancelAsync();
        await writing;
        Assert.All(last, step => Assert.True(step > 20));
    }
}
