using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MiniGan.Cli.Watch;
using MiniGan.Recipes;
using MiniGan.Tests.Runs;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Watch;

/// <summary>The server by real requests over the loopback interface.</summary>
public sealed class WatchServerTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();
    private readonly string one;
    private WatchServer? server;

    public WatchServerTests()
    {
        one = RunFixture.Make(folder, "runs/one");
        RunFixture.Make(folder, "runs/two", steps: 10, planned: 500);
        RunFixture.Make(folder, "secret");
        Recipe configuration = new(Preset.Dcgan, 2, 3, 4, 0.002, 0.5, 7) { AverageDecay = 0.9 };
        GanCheckpoint.Save(Path.Combine(one, "checkpoint.safetensors"), configuration.CreateGan(), 20, metadata: configuration.Metadata);
        File.WriteAllText(folder["secret.txt"], "secret");
    }

    public async Task InitializeAsync()
    {
        server = new WatchServer(new RunsFolder(folder["runs"]), 0, "one");
        await server.StartAsync();
        client.BaseAddress = new Uri(server.Url);
    }

    public async Task DisposeAsync() => await server!.DisposeAsync();

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task It_serves_the_page_the_list_and_a_run()
    {
        Assert.Equal("127.0.0.1", client.BaseAddress!.Host);
        HttpResponseMessage page = await client.GetAsync(new Uri("", UriKind.Relative));
        Assert.Equal(("text/html", "nosniff"), (page.Content.Headers.ContentType!.MediaType, page.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Contains("\"selected\":\"one\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        JsonArray runs = (await Get("api/runs"))["runs"]!.AsArray();
        Assert.Equal(["one finished 20/20", "two stopped 10/500"], runs.Select(run => $"{run!["name"]} {run["state"]} {run["step"]}/{run["steps"]}").Order());
        Assert.Equal("dcgan, width 2, mnist, seed 7", (string)runs[0]!["about"]!);

        JsonNode run = await Get("api/run?run=one");
        Assert.Equal((string)runs.Single(entry => (string)entry!["name"]! == "one")!["version"]!, (string)run["version"]!);
        Assert.Equal(20, run["losses"]!["step"]!.AsArray().Count);
        Assert.Equal(["checkpoint"], run["checkpoints"]!.AsArray().Select(name => (string)name!));
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

    [Theory]
    [InlineData(400, "api/run")]
    [InlineData(400, "api/run?run=")]
    [InlineData(400, "api/run?run=one&run=two")]
    [InlineData(400, "api/sample?run=one")]
    [InlineData(400, "api/sample?run=one&step=-1")]
    [InlineData(400, "api/sample?run=one&step=1.5")]
    [InlineData(400, "api/sample?run=one&step=../../secret")]
    [InlineData(400, "api/sample?run=one&step=99999999999999999999")]
    [InlineData(404, "api/sample?run=one&step=5")]
    [InlineData(404, "api/sample?run=none&step=5")]
    [InlineData(404, "api/run?run=none")]
    [InlineData(404, "api/run?run=..")]
    [InlineData(404, "api/run?run=.")]
    [InlineData(404, "api/run?run=../secret")]
    [InlineData(404, "api/run?run=..%2Fsecret")]
    [InlineData(404, "api/run?run=..%252Fsecret")]
    [InlineData(404, "api/run?run=..%5Csecret")]
    [InlineData(404, "api/run?run=one%2F..%2F..%2Fsecret")]
    [InlineData(404, "api/run?run=one%00")]
    [InlineData(404, "api/run?run=%2Fetc")]
    [InlineData(404, "api/networks?run=..%2Fsecret")]
    [InlineData(404, "api/sample?run=..%2Fsecret&step=10")]
    [InlineData(404, "secret.txt")]
    [InlineData(404, "runs/one/config.json")]
    [InlineData(404, "%2e%2e/secret.txt")]
    [InlineData(404, "..%2fsecret.txt")]
    public async Task What_is_not_there_and_what_is_no_question_is_one_line(int status, string address)
    {
        HttpResponseMessage answer = await client.GetAsync(new Uri(address, UriKind.Relative));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith(".\n", text, StringComparison.Ordinal);
        Assert.Single(text.TrimEnd().Split('\n'));
        Assert.DoesNotContain(folder.Path, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/../../../../../../etc/passwd")]
    [InlineData("/api/../../secret.txt")]
    [InlineData("/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("//secret.txt")]
    public async Task Paths_as_no_browser_sends_them_lead_nowhere(string path) =>
        Assert.StartsWith("HTTP/1.1 404", await Raw($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("200", "localhost")]
    [InlineData("200", "localhost:1234")]
    [InlineData("200", "LOCALHOST")]
    [InlineData("200", "LocalHost:1234")]
    [InlineData("200", "localhost", "Origin: HTTP://LOCALHOST:6028")]
    [InlineData("400", "EVIL.EXAMPLE")]
    [InlineData("200", "127.0.0.1:80")]
    [InlineData("200", "[::1]:80")]
    [InlineData("400", "evil.example")]
    [InlineData("400", "evil.example:6028")]
    [InlineData("400", "localhost.evil.example")]
    [InlineData("400", "127.0.0.1.evil.example")]
    [InlineData("400", "127.0.0.2")]
    [InlineData("400", "")]
    [InlineData("400", "localhost", "Origin: http://evil.example")]
    [InlineData("400", "localhost", "Origin: null")]
    [InlineData("200", "localhost", "Origin: http://localhost:6028")]
    public async Task Only_this_machine_by_its_own_name_is_answered(string status, string host, string? header = null) =>
        Assert.StartsWith($"HTTP/1.1 {status}", await Raw($"GET /api/runs HTTP/1.1\r\nHost: {host}\r\n{(header is null ? "" : header + "\r\n")}Connection: close\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task What_is_no_request_is_a_bad_one(string request) => Assert.StartsWith("HTTP/1.1 400", await Raw(request), StringComparison.Ordinal);

    [Theory]
    [InlineData("folder")]
    [InlineData("part")]
    [InlineData("picture")]
    [InlineData("folder of pictures")]
    [InlineData("checkpoint")]
    public async Task Links_lead_nowhere_outside(string what)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links there need a privilege.
        }

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
        Assert.Contains("config.json", (string)runs.Single(entry => (string)entry!["state"]! == "damaged")!["problem"]!, StringComparison.Ordinal);
        JsonNode data = await Get("api/run?run=bad");
        Assert.Contains("config.json", (string)data["problems"]![0]!, StringComparison.Ordinal);
        Assert.Equal((20, 3), (data["losses"]!["step"]!.AsArray().Count, data["samples"]!.AsArray().Count));
        Assert.Contains("config.json", (string)(await Get("api/networks?run=bad"))["problem"]!, StringComparison.Ordinal);
        Assert.Equal("one", (string)(await Get("api/run?run=one"))["name"]!);
    }

    [Fact]
    public async Task Pictures_and_checkpoints_that_are_none_are_refused_in_a_line()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There are no named pipes in folders.
        }

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

    [Theory]
    [InlineData("HEAD", "", 200, null)]
    [InlineData("HEAD", "api/run?run=one", 200, null)]
    [InlineData("HEAD", "nowhere", 404, null)]
    [InlineData("OPTIONS", "", 405, "GET, HEAD")]
    [InlineData("POST", "api/runs", 405, "GET, HEAD")]
    [InlineData("DELETE", "api/run?run=one", 405, "GET, HEAD")]
    [InlineData("GET", "api/draw", 405, "POST")]
    [InlineData("TRACE", "api/draw", 405, "POST")]
    [InlineData("OPTIONS", "nowhere", 404, null)]
    public async Task Methods_are_answered_as_HTTP_has_it(string method, string address, int status, string? allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal((status, allowed), ((int)answer.StatusCode, answer.Content.Headers.Allow.Count == 0 ? null : string.Join(", ", answer.Content.Headers.Allow.Order())));
        string text = await answer.Content.ReadAsStringAsync();
        if (method == "HEAD")
        {
            Assert.Equal("", text);
            HttpResponseMessage whole = await client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal((whole.Content.Headers.ContentType, whole.Content.Headers.ContentLength), (answer.Content.Headers.ContentType, answer.Content.Headers.ContentLength));
        }
        else
        {
            Assert.Single(text.TrimEnd().Split('\n'));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nHost: local")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /api/draw HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")]
    public async Task Connections_that_wait_lock_nobody_out(string sent)
    {
        var waiting = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 600; i++)
            {
                var tcp = new TcpClient();
                waiting.Add(tcp);
                await tcp.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
                await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(sent));
            }

            using var own = new HttpClient { BaseAddress = client.BaseAddress };
            Assert.Contains("one", await own.GetStringAsync(new Uri("api/runs", UriKind.Relative)), StringComparison.Ordinal);

            // The longest idle are closed, in the background.
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (waiting.Count(IsOpen) > 256)
            {
                await Task.Delay(50, patience.Token);
            }

            Assert.True(IsOpen(waiting[^1]));
        }
        finally
        {
            waiting.ForEach(tcp => tcp.Dispose());
        }
    }

    [Fact]
    public async Task Links_within_the_folder_and_to_it_are_followed()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links there need a privilege.
        }

        File.CreateSymbolicLink(folder["runs/again"], "one");
        File.CreateSymbolicLink(folder["runs/round"], "round");
        File.CreateSymbolicLink(folder["all"], folder["runs"]);
        await using var other = new WatchServer(new RunsFolder(folder["all"]), 0, null);
        await other.StartAsync();
        JsonNode list = JsonNode.Parse(await client.GetStringAsync(new Uri(other.Url + "api/runs")))!;
        Assert.Equal(["again", "one", "two"], list["runs"]!.AsArray().Select(run => (string)run!["name"]!).Order());
    }

    [Fact]
    public async Task The_playground_draws_what_generate_draws()
    {
        byte[] first = await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0]}""");
        Assert.Equal(PngSignature, first[..8]);
        Assert.Equal((28, 28), SizeOf(first));
        MiniGanProcess.Result generated = MiniGanProcess.Run(folder.Path, "generate", "--checkpoint", Path.Combine(one, "checkpoint.safetensors"), "--count", "1", "--seed", "5", "--out", "generated");
        Assert.Equal(0, generated.ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["generated/1.png"]), first);

        Assert.Equal(((28 * 3) + 8, 32), SizeOf(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0, 0.5, 1]}""")));
        Assert.Equal((84, 84), SizeOf(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "zoom": 3}""")));
        Assert.Equal(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 9, "to": 5, "at": [1]}"""), first);
        Assert.Equal(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "offsets": [0, 0]}"""), first);
        Assert.NotEqual(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "offsets": [4]}"""), first);
        Assert.NotEqual(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0.5]}"""), first);
    }

    [Fact]
    public async Task Networks_that_know_labels_draw_the_digit_that_is_asked_for()
    {
        Recipe configuration = new(Preset.Dcgan, 2, 3, 4, 0.002, 0.5, 7) { Classes = 3 };
        var model = configuration.CreateGan();
        GanCheckpoint.Save(Path.Combine(one, "checkpoint.safetensors"), model, 20, metadata: configuration.Metadata);
        async Task<byte[]> Label(string labels) => await Draw($$"""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "labels": [{{labels}}], "offsets": [1]}""");
        byte[][] each = [await Label("0"), await Label("1"), await Label("2")];
        Assert.Equal(3, each.Select(Convert.ToBase64String).Distinct().Count());
        Assert.Equal(((3 * 30) + 2, 32), SizeOf(await Label("0, 1, 2")));
        Assert.Equal(each[1], await Label("1"));
        foreach (string bad in (string[])["3", "-1", "0, 3", ""])
        {
            HttpResponseMessage answer = await Post($$"""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "labels": [{{bad}}]}""");
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.Contains("from 0 to 2", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_checkpoint_that_was_replaced_is_read_again()
    {
        const string drawing = """{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0]}""";
        byte[] before = await Draw(drawing);
        Recipe configuration = new(Preset.Dcgan, 3, 3, 4, 0.002, 0.5, 8) { AverageDecay = 0.9 };
        GanCheckpoint.Save(Path.Combine(one, "checkpoint.safetensors"), configuration.CreateGan(), 30, metadata: configuration.Metadata);
        Assert.NotEqual(before, await Draw(drawing));
        File.WriteAllText(Path.Combine(one, "checkpoint.safetensors"), "damaged");
        Assert.Equal(422, (int)(await Post(drawing)).StatusCode);
        File.Delete(Path.Combine(one, "checkpoint.safetensors"));
        Assert.Equal(404, (int)(await Post(drawing)).StatusCode);
    }

    [Theory]
    [InlineData(400, "")]
    [InlineData(400, "null")]
    [InlineData(400, "{")]
    [InlineData(400, "[]")]
    [InlineData(400, "{}")]
    [InlineData(400, """{"at": [0], "extra": 1}""")]
    [InlineData(400, """{"at": []}""")]
    [InlineData(400, """{"at": null}""")]
    [InlineData(400, """{"at": [1.01]}""")]
    [InlineData(400, """{"at": [-0.01]}""")]
    [InlineData(400, """{"at": ["0"]}""")]
    [InlineData(400, """{"at": ["NaN"]}""")]
    [InlineData(400, """{"at": [1e99]}""")]
    [InlineData(400, """{"at": [0], "from": -1}""")]
    [InlineData(400, """{"at": [0], "from": 1.5}""")]
    [InlineData(400, """{"at": [0], "zoom": 0}""")]
    [InlineData(400, """{"at": [0], "zoom": 11}""")]
    [InlineData(400, """{"at": [0], "labels": [0]}""")]
    [InlineData(400, """{"at": [0], "offsets": [11]}""")]
    [InlineData(400, """{"at": [0], "offsets": [0, 0, 0, 1]}""")]
    [InlineData(400, """{"at": [0], "offsets": [0, 0, 0, 0, 0, 0, 0, 0, 0]}""")]
    [InlineData(404, """{"at": [0], "run": "none"}""")]
    [InlineData(404, """{"at": [0], "run": "../secret"}""")]
    [InlineData(404, """{"at": [0], "checkpoint": "best"}""")]
    [InlineData(404, """{"at": [0], "checkpoint": "../one/checkpoint"}""")]
    [InlineData(404, """{"at": [0], "checkpoint": "config.json"}""")]
    [InlineData(404, """{"at": [0], "checkpoint": "step-1"}""")]
    public async Task Drawings_that_cannot_be_are_one_line(int status, string json)
    {
        if (json.StartsWith("{\"", StringComparison.Ordinal))
        {
            JsonObject whole = JsonNode.Parse("""{"run": "one", "checkpoint": "checkpoint", "from": 1, "to": 2}""")!.AsObject();
            foreach ((string name, JsonNode? value) in JsonNode.Parse(json)!.AsObject())
            {
                whole[name] = value?.DeepClone();
            }

            json = whole.ToJsonString();
        }

        HttpResponseMessage answer = await Post(json);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Single(text.TrimEnd().Split('\n'));
        Assert.NotEqual("", text.Trim());
    }

    [Fact]
    public async Task Drawings_that_are_too_much_or_no_JSON_are_refused()
    {
        string many = string.Join(',', Enumerable.Repeat("0", 257));
        Assert.Contains("256 pictures", await (await Post($$"""{"run": "one", "checkpoint": "checkpoint", "from": 1, "to": 2, "at": [{{many}}]}""")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(413, (int)(await Post(new string(' ', 20_000))).StatusCode);
        using var form = new StringContent("""{"run": "one", "checkpoint": "checkpoint", "from": 1, "to": 2, "at": [0]}""", new MediaTypeHeaderValue("text/plain"));
        Assert.Equal(400, (int)(await client.PostAsync(new Uri("api/draw", UriKind.Relative), form)).StatusCode);
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
                using var drawing = new StringContent($$"""{"run": "one", "checkpoint": "checkpoint", "from": {{number}}, "to": 2, "at": [0, 1]}""", new MediaTypeHeaderValue("application/json"));
                HttpResponseMessage drawn = await own.PostAsync(new Uri("api/draw", UriKind.Relative), drawing);
                Assert.True(drawn.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{drawn.StatusCode}");
            }

            return step;
        }));
        await stop.CancelAsync();
        await writing;
        Assert.All(last, step => Assert.True(step > 20));
    }

    /// <summary>Whether the other side has not closed it, after what it sent is read.</summary>
    private static bool IsOpen(TcpClient tcp)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (tcp.Client.Poll(0, SelectMode.SelectRead))
            {
                if (tcp.Client.Receive(buffer) == 0)
                {
                    return false;
                }
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<JsonNode> Get(string address) => JsonNode.Parse(await client.GetStringAsync(new Uri(address, UriKind.Relative)))!;

    private async Task<HttpResponseMessage> Post(string json)
    {
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        return await client.PostAsync(new Uri("api/draw", UriKind.Relative), content);
    }

    private async Task<byte[]> Draw(string json)
    {
        HttpResponseMessage answer = await Post(json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private async Task<string> Raw(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
        NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadLineAsync() ?? "";
    }

    private static (int Width, int Height) SizeOf(byte[] png) =>
        (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
