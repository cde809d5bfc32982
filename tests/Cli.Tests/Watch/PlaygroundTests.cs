using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Watch;

/// <summary>Drawings with checkpoints.</summary>
public sealed class PlaygroundTests : WatchTests
{
    [Fact]
    public async Task The_playground_draws_what_generate_draws()
    {
        byte[] first = await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0]}""");
        Assert.Equal(PngSignature, first[..8]);
        Assert.Equal((28, 28), SizeOf(first));
        MiniGanProcess.Result generated = MiniGanProcess.Run(
            folder.Path, "generate", "--checkpoint", Path.Combine(one, "checkpoint.safetensors"), "--count", "1",
            "--seed", "5", "--out", "generated");
        Assert.Equal(0, generated.ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["generated/1.png"]), first);

        Assert.Equal(
            ((28 * 3) + 8, 32),
            SizeOf(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0, 0.5, 1]}""")));
        Assert.Equal(
            (84, 84), SizeOf(await Draw("""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "zoom": 3}""")));
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
        async Task<byte[]> Label(string labels) => await Draw(
            $$"""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "labels": [{{labels}}], "offsets": [1]}""");
        byte[][] each = [await Label("0"), await Label("1"), await Label("2")];
        Assert.Equal(3, each.Select(Convert.ToBase64String).Distinct().Count());
        Assert.Equal(((3 * 30) + 2, 32), SizeOf(await Label("0, 1, 2")));
        Assert.Equal(each[1], await Label("1"));
        foreach (string bad in (string[])["3", "-1", "0, 3", ""])
        {
            HttpResponseMessage answer = await Post(
                $$"""{"run": "one", "checkpoint": "checkpoint", "from": 5, "to": 6, "at": [0], "labels": [{{bad}}]}""");
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
        Assert.Contains(
            "256 pictures",
            await (await Post($$"""{"run": "one", "checkpoint": "checkpoint", "from": 1, "to": 2, "at": [{{many}}]}""")).Content
                .ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal(413, (int)(await Post(new string(' ', 20_000))).StatusCode);
        using var form = new StringContent(
            """{"run": "one", "checkpoint": "checkpoint", "from": 1, "to": 2, "at": [0]}""", new MediaTypeHeaderValue("text/plain"));
        Assert.Equal(400, (int)(await client.PostAsync(new Uri("api/draw", UriKind.Relative), form)).StatusCode);
    }
}
