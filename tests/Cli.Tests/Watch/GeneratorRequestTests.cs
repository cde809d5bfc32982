using System.Text.Json.Nodes;
using MiniGan.Recipes;
using MiniGan.Runs.Reports;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Watch;

/// <summary>What the server hands to a page that computes with a generator by itself.</summary>
public sealed class GeneratorRequestTests : WatchTests
{
    private string Checkpoint => Path.Combine(one, "checkpoint.safetensors");

    [Fact]
    public async Task The_page_gets_the_generator_of_a_checkpoint_as_a_report_has_it()
    {
        JsonNode generator = await Generator();
        Assert.Equal(EmbeddedGenerator.From(Checkpoint).ToJsonString(), generator.ToJsonString());
        Assert.Equal(20, (int)generator["step"]!);
    }

    [Fact]
    public async Task It_gets_the_weights_of_the_last_step_where_it_asks_for_them()
    {
        Recipe recipe = new Recipe(Preset.Dcgan, 2, 3, 4, 0.002, 0.5, 7) { AverageDecay = 0.9 };
        Gan gan = recipe.CreateGan();
        GanTrainer trainer = recipe.TrainerFor(gan);
        trainer.Gan.Average!.Begin();
        gan.Generator.Parameters[0].Value.Span.Fill(0.5f);
        GanCheckpoint.Save(Checkpoint, trainer.Gan, 20, metadata: recipe.Metadata);
        JsonNode average = await Generator(), raw = await Generator("true");
        Assert.False((bool)raw["isAverage"]!);
        Assert.NotEqual((string)average["weights"]!, (string)raw["weights"]!);
        Assert.Equal(EmbeddedGenerator.From(Checkpoint, average: false).ToJsonString(), raw.ToJsonString());
        Assert.Equal((string)average["weights"]!, (string)(await Generator())["weights"]!);
    }

    [Fact]
    public async Task A_checkpoint_that_is_written_again_is_read_again()
    {
        string before = (string)(await Generator())["weights"]!, written = await Written();
        Recipe other = new Recipe(Preset.Dcgan, 2, 3, 4, 0.002, 0.5, 8) { AverageDecay = 0.9 };
        GanCheckpoint.Save(Checkpoint, other.CreateGan(), 30, metadata: other.Metadata);
        Assert.NotEqual(written, await Written()); // so that the page asks again
        JsonNode after = await Generator();
        Assert.NotEqual(before, (string)after["weights"]!);
        Assert.Equal(30, (int)after["step"]!);
    }

    [Fact]
    public async Task What_a_page_cannot_compute_has_a_reason()
    {
        Recipe large = new Recipe(Preset.Dcgan, 2, 3, 4, 0.002, 0.5, 7) { Width = 256 };
        GanCheckpoint.Save(Checkpoint, large.CreateGan(), 20, metadata: large.Metadata);
        Assert.Contains("million weights", (string)(await Generator())["problem"]!, StringComparison.Ordinal);
        File.WriteAllText(Checkpoint, "damaged");
        Assert.NotEqual("", (string)(await Generator())["problem"]!);
    }

    private Task<JsonNode> Generator(string raw = "false") => Get($"api/generator?run=one&checkpoint=checkpoint&raw={raw}");

    private async Task<string> Written() => (string)(await Get("api/run?run=one"))["checkpoints"]![0]!["written"]!;
}
