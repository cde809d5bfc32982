using MiniGan.Recipes;
using MiniGan.Training;
using Onnx;

namespace MiniGan.Tests.Cli;

public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_network_of_a_checkpoint_becomes_an_ONNX_file()
    {
        Recipe recipe = Save(average: true);
        File.WriteAllText(folder["g.onnx"], "what was there");
        MiniGanProcess.Result result = Export("--checkpoint", "gan", "--onnx", "g.onnx");
        Assert.Equal("", result.Error);
        Assert.Equal(
            "Wrote the generator's moving average of gan, step 1,234, to g.onnx: " +
            $"{new FileInfo(folder["g.onnx"]).Length / 1e3:N0} kB, ONNX opset 18, z [N, 32], labels [N] → images [N, 3, 12, 9]",
            result.Output.Trim());
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["g.onnx"]));
        var metadata = model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.Equal(("1234", "average"), (metadata["step"], metadata["weights"]));
        Assert.Equal(recipe, Recipe.FromMetadata(metadata));

        Assert.StartsWith(
            "Wrote the generator of gan", Export("--checkpoint", "gan", "--onnx", "new/raw.onnx", "--from-raw").Output,
            StringComparison.Ordinal);
        Assert.Contains("1.weight", WeightsOf("new/raw.onnx"));
        MiniGanProcess.Result judge = Export("--checkpoint", "gan", "--onnx", "d.onnx", "--network", "discriminator");
        Assert.Contains("images [N, 3, 12, 9], labels [N] → logits", judge.Output, StringComparison.Ordinal);
        Assert.Contains("0.weight", WeightsOf("d.onnx"));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_checkpoint_itself_is_not_replaced()
    {
        Save(average: true);
        Directory.CreateDirectory(folder["keep"]);
        File.Move(folder["gan"], folder["keep/checkpoint.safetensors"]);
        byte[] before = File.ReadAllBytes(folder["keep/checkpoint.safetensors"]);
        MiniGanProcess.Result result = Export("--checkpoint", "keep/checkpoint.safetensors", "--pytorch", "keep");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("would be replaced. Give another folder", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder["keep/checkpoint.safetensors"]));
    }

    [Fact]
    public void A_run_becomes_a_folder_for_PyTorch()
    {
        Save(average: true);
        MiniGanProcess.Result result = Export("--checkpoint", "gan", "--pytorch", "torch", "--onnx", "g.onnx");
        Assert.Equal("", result.Error);
        Assert.Contains(
            "Wrote the networks of gan, step 1,234, to torch: python3 torch/model.py draws with them", result.Output,
            StringComparison.Ordinal);
        Assert.True(File.Exists(folder["g.onnx"]));
        Assert.Equal(
            ["checkpoint.safetensors", "model.py", "train.py"], Directory.GetFiles(folder["torch"]).Select(Path.GetFileName).Order());
        Assert.Contains("(recipe conditional) for 1,234 steps", File.ReadAllText(folder["torch/model.py"]), StringComparison.Ordinal);
        string[] draw = ["generate", "--count", "4", "--out"];
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, [.. draw, "a.npy", "--checkpoint", "gan"]).ExitCode);
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, [.. draw, "b.npy", "--checkpoint", "torch/checkpoint.safetensors"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["a.npy"]), File.ReadAllBytes(folder["b.npy"]));
    }

    [Fact]
    public void Bad_input_is_a_line()
    {
        Save(average: false);
        void Refused(string expected, params string[] arguments)
        {
            MiniGanProcess.Result result = Export(arguments);
            Assert.Equal(2, result.ExitCode);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.Trim().Split('\n'));
        }

        Refused("nothing is to be written: give --onnx FILE, --pytorch DIR, or both", "--checkpoint", "gan");
        Refused("--from-raw is of ONNX", "--checkpoint", "gan", "--pytorch", "torch", "--from-raw");
        Refused("--network is of ONNX", "--checkpoint", "gan", "--pytorch", "torch", "--network", "generator");
        Refused("--pytorch: 'gan' cannot be written", "--checkpoint", "gan", "--pytorch", "gan");
        Refused("--onnx must not be empty", "--checkpoint", "gan", "--onnx", "");
        Refused("there is no file 'nope'", "--checkpoint", "nope", "--onnx", "g.onnx");
        Refused("holds no moving average", "--checkpoint", "gan", "--onnx", "g.onnx", "--from-ema");
        Refused("exclude each other", "--checkpoint", "gan", "--onnx", "g.onnx", "--from-ema", "--from-raw");
        Refused("exclude each other", "run", "--checkpoint", "gan", "--onnx", "g.onnx");
        Refused("apply to the generator only", "--checkpoint", "gan", "--onnx", "g.onnx", "--network", "discriminator", "--from-raw");
        Refused("--network", "--checkpoint", "gan", "--onnx", "g.onnx", "--network", "critic");
        Refused("--onnx: '.' cannot be written", "--checkpoint", "gan", "--onnx", ".");
        Refused("There is no run with a checkpoint in runs/", "--onnx", "g.onnx");
        Assert.Equal(["gan"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private IEnumerable<string> WeightsOf(string file) =>
        ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder[file])).Graph.Initializer.Select(tensor => tensor.Name);

    private MiniGanProcess.Result Export(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["export", .. arguments]);

    private Recipe Save(bool average)
    {
        Recipe recipe = Recipe.For(Preset.Conditional, width: 4) with { Image = new(3, 12, 9), AverageDecay = average ? 0.9 : 0 };
        GanTrainer trainer = recipe.Build();
        GanCheckpoint.Save(folder["gan"], trainer.Gan, step: 1234, metadata: recipe.Metadata);
        return recipe;
    }
}
