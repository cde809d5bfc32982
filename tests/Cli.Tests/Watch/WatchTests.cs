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

/// <summary>A server with runs to ask it for, by real requests over the loopback interface.</summary>
public abstract class WatchTests : IAsyncLifetime, IDisposable
{
    internal static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    internal readonly TemporaryFolder folder = new();
    internal readonly HttpClient client = new();
    internal readonly string one;
    internal WatchServer? server;

    protected WatchTests()
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
        GC.SuppressFinalize(this);
        client.Dispose();
        folder.Dispose();
    }

    internal async Task<JsonNode> Get(string address) => JsonNode.Parse(await client.GetStringAsync(new Uri(address, UriKind.Relative)))!;

    internal async Task<HttpResponseMessage> Post(string json)
    {
        using var content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        return await client.PostAsync(new Uri("api/draw", UriKind.Relative), content);
    }

    internal async Task<byte[]> Draw(string json)
    {
        HttpResponseMessage answer = await Post(json);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsByteArrayAsync();
    }

    internal async Task<string> Raw(string request)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
        NetworkStream stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadLineAsync() ?? "";
    }

    internal static (int Width, int Height) SizeOf(byte[] png) =>
        (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
}
