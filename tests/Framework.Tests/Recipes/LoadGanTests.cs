using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Models;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Recipes;

/// <summary>A checkpoint whose metadata say how to build its networks.</summary>
public sealed class LoadGanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Preset.Dcgan, 4)]
    [InlineData(Preset.TfTutorial, 64)]
    public void A_GAN_comes_back_and_makes_the_same_pictures(Preset preset, int width)
    {
        var recipe = Recipe.For(preset, width, batchSize: 3, learningRate: 0.001, seed: ulong.MaxValue);
        var gan = recipe.CreateGan();
        recipe.TrainerFor(gan).Step(Values.Normal(new Shape(3, 1, 28, 28), "real"));
        Tensor latents = gan.Latents(2, new RandomSource(1, "z"));
        float[] images = gan.Generate(latents).ToRowMajor();
        GanCheckpoint.Save(folder["checkpoint"], gan, 1, metadata: recipe.Metadata);

        GanCheckpoint checkpoint = GanCheckpoint.Open(folder["checkpoint"]);
        Assert.Equal((recipe, 1), (Recipe.Of(checkpoint), checkpoint.Step));
        Gan read = Recipe.LoadGan(checkpoint);
        Assert.Equal(images, read.Generate(latents).ToRowMajor());
        Assert.Equal(
            gan.Discriminator.State.Select(item => (item.Name, string.Join(' ', item.Value.ToRowMajor()))),
            read.Discriminator.State.Select(item => (item.Name, string.Join(' ', item.Value.ToRowMajor()))));
    }

    [Theory]
    [InlineData("another width")]
    [InlineData("a tensor less")]
    [InlineData("a tensor more")]
    [InlineData("no metadata")]
    [InlineData("a format of the future")]
    [InlineData("a negative step")]
    [InlineData("a preset that is not")]
    [InlineData("a width beyond all bounds")]
    [InlineData("a field that is not")]
    [InlineData("a field less")]
    [InlineData("another field less")]
    [InlineData("a field twice")]
    [InlineData("no JSON")]
    [InlineData("no recipe")]
    [InlineData("images of a size that the networks cannot make")]
    [InlineData("images of a size that the weights are not for")]
    [InlineData("layers that no tensor holds")]
    public void A_checkpoint_of_something_else_is_refused(string what)
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 2);
        GanCheckpoint.Save(folder["good"], recipe.Build().Gan, metadata: recipe.Metadata);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        List<NamedTensor> tensors = [.. good.Tensors];
        Dictionary<string, string> metadata = new(good.Metadata);
        string json = metadata["recipe"];
        switch (what)
        {
            case "another width": metadata["recipe"] = Recipe.For(Preset.Dcgan, width: 3).ToJson(); break;
            case "a tensor less": tensors.RemoveAt(5); break;
            case "a tensor more": tensors.Add(new("generator.8.weight", new Tensor(new Shape(1)))); break;
            case "no metadata": metadata.Clear(); break;
            case "a format of the future": metadata["format"] = "minigan-gan/2"; break;
            case "a negative step": metadata["step"] = "-1"; break;
            case "a preset that is not": metadata["recipe"] = json.Replace("dcgan", "biggan", StringComparison.Ordinal); break;
            case "a width beyond all bounds":
                metadata["recipe"] = json.Replace("\"width\": 2", "\"width\": 2000000000", StringComparison.Ordinal);
                break;
            case "a field that is not":
                metadata["recipe"] = json.Replace("\"width\"", "\"depth\": 1, \"width\"", StringComparison.Ordinal);
                break;
            case "a field less": metadata["recipe"] = json.Replace("\"width\": 2,", "", StringComparison.Ordinal); break;
            case "another field less": metadata["recipe"] = json.Replace("\"beta1\": 0.5,", "", StringComparison.Ordinal); break;
            case "a field twice":
                metadata["recipe"] = json.Replace("\"width\": 2,", "\"width\": 2, \"width\": 2,", StringComparison.Ordinal);
                break;
            case "no JSON": metadata["recipe"] = "width 2"; break;
            case "no recipe": metadata.Remove("recipe"); break;
            case "images of a size that the networks cannot make":
                metadata["recipe"] = json.Replace("\"height\": 28", "\"height\": 7", StringComparison.Ordinal);
                break;
            case "images of a size that the weights are not for":
                metadata["recipe"] = json.Replace("\"height\": 28", "\"height\": 60", StringComparison.Ordinal);
                break;
            default:
                var image = new ImageShape(1, 8, 1024);
                metadata["recipe"] = (recipe with { Image = image, Width = 1024, BatchSize = 1, LatentSize = 4096 }).ToJson();
                break;
        }

        SafetensorsWriter.Write(folder["bad"], new SafetensorsFile(tensors, metadata));
        string message = Assert.Throws<MalformedFileException>(() => Recipe.LoadGan(folder["bad"])).Message;
        Assert.StartsWith(folder["bad"], message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Memory_is_not_spent_on_what_the_file_does_not_hold()
    {
        AssertRefusedCheaply([], new Recipe(Preset.Dcgan, 1024, 4096, 2, 1e-3, 0.5, 1));
        var projection = new NamedTensor("generator.0.weight", new Tensor(new Shape(2 * 256 * 49, 1)));
        var narrow = new Recipe(Preset.Dcgan, 256, 1, 2, 1e-3, 0.5, 1);
        AssertRefusedCheaply([projection], narrow);
        AssertRefusedCheaply([projection], narrow with { DiscriminatorHidden = 4096 });
        AssertRefusedCheaply([projection], narrow with { GeneratorConvolutions = 16 });
    }

    [Fact]
    public void Nor_on_what_each_label_has()
    {
        Recipe labelled = new Recipe(Preset.Dcgan, 256, 1, 2, 1e-3, 0.5, 1) with { Classes = 256, GeneratorConvolutions = 16 };
        AssertRefusedCheaply([], labelled with { ConditionalNormalization = true });
        AssertRefusedCheaply([], Recipe.For(Preset.Residual, width: 256) with { Classes = 256 });
    }

    [Fact]
    public void Nor_on_the_largest_images()
    {
        var image = new ImageShape(4, 1024, 1024);
        Recipe large = new(Preset.Dcgan, width: 1024, latentSize: 1, batchSize: 1, 1e-3, 0.5, 1) { Image = image };
        AssertRefusedCheaply([], large);
        AssertRefusedCheaply([], large with { DiscriminatorNormalization = NormalizationKind.Spectral, DiscriminatorHidden = 15 });
        AssertRefusedCheaply([], new(Preset.TfTutorial, width: 64, latentSize: 100, batchSize: 2, 1e-3, 0.5, 1) { Image = image });
    }

    [Fact]
    public void Nor_on_what_the_networks_do_not_need()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 1);
        GanCheckpoint.Save(folder["good"], recipe.Build().Gan, metadata: recipe.Metadata);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        foreach (string name in new[] { "discriminator.7.weight", "trainer.generator_optimizer.0.first_moment" })
        {
            var more = new NamedTensor(name, new Tensor(new Shape(10_000_000)));
            SafetensorsWriter.Write(folder["large"], good with { Tensors = [.. good.Tensors, more] });
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<MalformedFileException>(() => Recipe.LoadGan(folder["large"]));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        }
    }

    /// <summary>What a trainer remembers is not for pictures, however large it is.</summary>
    [Fact]
    public void Nor_on_what_only_the_trainer_needs()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 1);
        recipe.Build().Save(folder["good"], recipe.Metadata);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        var more = new NamedTensor("trainer.more", new Tensor(new Shape(10_000_000)));
        SafetensorsWriter.Write(folder["large"], good with { Tensors = [.. good.Tensors, more] });
        long before = GC.GetAllocatedBytesForCurrentThread();
        Gan gan = Recipe.LoadGan(folder["large"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.Equal(good.Tensors[0].Value.ToRowMajor(), gan.State.First().Value.ToRowMajor());

        // Skipped, but checked.
        byte[] damaged = File.ReadAllBytes(folder["large"]);
        damaged[^1] ^= 1;
        File.WriteAllBytes(folder["damaged"], damaged);
        string message = Assert.Throws<MalformedFileException>(() => Recipe.LoadGan(folder["damaged"])).Message;
        Assert.Contains("checksum", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_of_a_program_of_its_own_are_left_to_it()
    {
        Recipe.For(Preset.Dcgan, width: 1).CreateGan().Save(folder["own"]);
        string message = Assert.Throws<MalformedFileException>(() => Recipe.LoadGan(folder["own"])).Message;
        Assert.Equal(
            $"{folder["own"]}: it holds no recipe, since a program of its own made the networks. Only that program can build them: " +
            "there, gan.Load reads this file and gan.Generate draws.",
            message);
    }

    /// <summary>Of before there were own networks: the recipe was the configuration, the penalty of WGAN-GP Lipschitz's.</summary>
    [Fact]
    public void An_older_checkpoint_is_read()
    {
        var recipe = Recipe.For(Preset.WganGp, width: 2);
        GanTrainer trainer = recipe.Build();
        trainer.Step(Values.Normal(new Shape(2, 1, 28, 28), "real"));
        string json = recipe.ToJson();
        Assert.Contains("\"penalty\": \"wgan-gp\"", json, StringComparison.Ordinal);
        json = json.Replace("\"penalty\": \"wgan-gp\"", "\"penalty\": \"lipschitz\"", StringComparison.Ordinal);
        trainer.Save(folder["older"], new Dictionary<string, string> { ["configuration"] = json });
        GanCheckpoint checkpoint = GanCheckpoint.Open(folder["older"]);
        Assert.Equal((recipe, 1), (Recipe.Of(checkpoint), checkpoint.Step));
        Tensor z = trainer.Gan.Latents(2, new RandomSource(1, "z"));
        Assert.Equal(trainer.Gan.Generate(z).ToRowMajor(), Recipe.LoadGan(folder["older"]).Generate(z).ToRowMajor());
    }

    [Fact]
    public void Labels_come_back_with_their_meaning()
    {
        Recipe recipe = Recipe.For(Preset.Conditional, width: 1) with { Classes = 3, Labels = new([4, 7, 300]) };
        GanCheckpoint.Save(folder["letters"], recipe.CreateGan(), metadata: recipe.Metadata);
        Assert.Equal("4, 7, 300", Recipe.LoadGan(folder["letters"]).Labels.ToString());
    }

    private void AssertRefusedCheaply(NamedTensor[] tensors, Recipe large)
    {
        SafetensorsWriter.Write(folder["tiny"], new SafetensorsFile(tensors, new Dictionary<string, string>
        {
            ["format"] = "minigan-gan/1",
            ["recipe"] = large.ToJson(),
            ["step"] = "1",
        }));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedFileException>(() => Recipe.LoadGan(folder["tiny"]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_that_a_training_replaces_is_read_again_but_not_for_ever()
    {
        int tries = 0;
        MalformedFileException Replaced(bool isReplaced) => new("x", "it was replaced") { IsReplaced = isReplaced };
        Assert.Equal(4, Recipe.Patiently(() => ++tries < 4 ? throw Replaced(true) : tries));
        Assert.Throws<MalformedFileException>(() => Recipe.Patiently<int>(() => throw Replaced(++tries < 1000)));
        Assert.InRange(tries, 5, 50);
        tries = 0;
        Assert.Throws<MalformedFileException>(() => Recipe.Patiently<int>(() => throw Replaced(++tries < 1)));
        Assert.Equal(1, tries);
    }
}
