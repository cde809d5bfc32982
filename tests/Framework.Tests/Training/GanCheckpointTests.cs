using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class GanCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Preset.Dcgan, 4)]
    [InlineData(Preset.TfTutorial, 64)]
    public void A_model_comes_back_and_makes_the_same_pictures(Preset preset, int width)
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

    [Fact]
    public void The_names_are_PyTorchs()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 2);
        GanCheckpoint.Save(folder["checkpoint"], recipe.Build().Gan);
        Assert.Equal(
            [
                "generator.0.weight [196, 32]", "generator.2.weight [4]", "generator.2.bias [4]", "generator.2.running_mean [4]", "generator.2.running_var [4]",
                "generator.4.weight [4, 2, 4, 4]", "generator.5.weight [2]", "generator.5.bias [2]", "generator.5.running_mean [2]", "generator.5.running_var [2]",
                "generator.7.weight [2, 1, 4, 4]", "generator.7.bias [1]",
                "discriminator.0.weight [2, 1, 4, 4]", "discriminator.0.bias [2]", "discriminator.2.weight [4, 2, 4, 4]", "discriminator.3.weight [4]",
                "discriminator.3.bias [4]", "discriminator.3.running_mean [4]", "discriminator.3.running_var [4]",
                "discriminator.6.weight [1, 196]", "discriminator.6.bias [1]",
                "average_generator.0.weight [196, 32]", "average_generator.2.weight [4]", "average_generator.2.bias [4]", "average_generator.2.running_mean [4]", "average_generator.2.running_var [4]",
                "average_generator.4.weight [4, 2, 4, 4]", "average_generator.5.weight [2]", "average_generator.5.bias [2]", "average_generator.5.running_mean [2]", "average_generator.5.running_var [2]",
                "average_generator.7.weight [2, 1, 4, 4]", "average_generator.7.bias [1]",
            ],
            SafetensorsReader.Read(folder["checkpoint"]).Tensors.Select(tensor => $"{tensor.Name} {tensor.Value.Shape}"));
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
            case "a width beyond all bounds": metadata["recipe"] = json.Replace("\"width\": 2", "\"width\": 2000000000", StringComparison.Ordinal); break;
            case "a field that is not": metadata["recipe"] = json.Replace("\"width\"", "\"depth\": 1, \"width\"", StringComparison.Ordinal); break;
            case "a field less": metadata["recipe"] = json.Replace("\"width\": 2,", "", StringComparison.Ordinal); break;
            case "another field less": metadata["recipe"] = json.Replace("\"beta1\": 0.5,", "", StringComparison.Ordinal); break;
            case "a field twice": metadata["recipe"] = json.Replace("\"width\": 2,", "\"width\": 2, \"width\": 2,", StringComparison.Ordinal); break;
            default: metadata["recipe"] = "width 2"; break;
        }

        SafetensorsWriter.Write(folder["bad"], new SafetensorsFile(tensors, metadata));
        string message = Assert.Throws<MalformedFileException>(() => Recipe.LoadGan(folder["bad"])).Message;
        Assert.StartsWith(folder["bad"], message, StringComparison.Ordinal);
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
    public void Nor_on_what_the_networks_do_not_need()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 1);
        GanCheckpoint.Save(folder["good"], recipe.Build().Gan, metadata: recipe.Metadata);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        foreach (string name in new[] { "discriminator.7.weight", "trainer.generator_optimizer.0.first_moment" })
        {
            SafetensorsWriter.Write(folder["large"], good with { Tensors = [.. good.Tensors, new NamedTensor(name, new Tensor(new Shape(10_000_000)))] });
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<MalformedFileException>(() => Recipe.LoadGan(folder["large"]));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        }
    }

    [Theory]
    [InlineData("generator.0.weight", float.NaN)]
    [InlineData("generator.5.running_var", float.PositiveInfinity)]
    [InlineData("discriminator.6.bias", float.NegativeInfinity)]
    [InlineData("average_generator.7.bias", float.NaN)]
    [InlineData("trainer.generator_optimizer.0.second_moment", float.PositiveInfinity)]
    public void What_is_not_finite_is_neither_written_nor_read(string name, float value)
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 1, batchSize: 2);
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        trainer.Step(Values.Normal(new Shape(2, 1, 28, 28), "real"));
        TrainerState remembered = trainer.Capture();
        GanCheckpoint.Save(folder["checkpoint"], gan, 1, remembered, recipe.Metadata);
        byte[] good = File.ReadAllBytes(folder["checkpoint"]);

        // A file that another program wrote.
        SafetensorsFile file = SafetensorsReader.Read(folder["checkpoint"]);
        Tensor tensor = file.Tensors.Single(item => item.Name == name).Value;
        tensor.Span[^1] = value;
        SafetensorsWriter.Write(folder["bad"], file);
        string message = Assert.Throws<MalformedFileException>(() => recipe.Build().Load(folder["bad"])).Message;
        Assert.Contains($"'{name}' holds NaN or an infinity", message, StringComparison.Ordinal);

        // And the same that is to be written: the one before stays.
        IEnumerable<NamedTensor> own = gan.State.Concat(remembered.Tensors.Select(item => item with { Name = "trainer." + item.Name }));
        own.Single(item => item.Name == name).Value.Span[^1] = value;
        Assert.Contains(name, Assert.Throws<DivergedException>(() => GanCheckpoint.Save(folder["checkpoint"], gan, 1, remembered, recipe.Metadata)).Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(folder["checkpoint"]));
    }

    [Fact]
    public void Singular_vectors_are_state_too()
    {
        var recipe = Recipe.For(Preset.Sngan, width: 1, batchSize: 2);
        var gan = recipe.CreateGan();
        gan.Discriminator.State.Single(item => item.Name == "0.weight_u").Value.Span[0] = float.NaN;
        Assert.Equal("discriminator.0.weight_u", Divergence.FirstStateOf(gan));
        Assert.Equal("discriminator.0.weight_u", Assert.Throws<DivergedException>(() => gan.Save(folder["checkpoint"])).Place);
    }

    [Theory]
    [InlineData("generator.7.bias", 1e30f, false)]
    [InlineData("generator.4.weight", 3e38f, true)] // finite, but its products are not
    [InlineData("generator.2.running_var", -1f, true)]
    public void Pictures_that_are_not_finite_are_refused(string name, float value, bool refused)
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 4) with { AverageDecay = 0 };
        var gan = recipe.CreateGan();
        gan.Generator.State.Single(item => "generator." + item.Name == name).Value.Span.Fill(value);
        GanCheckpoint.Save(folder["checkpoint"], gan, metadata: recipe.Metadata);
        Gan read = Recipe.LoadGan(folder["checkpoint"]);
        Exception? exception = Record.Exception(() => read.Generate(read.Latents(3, new RandomSource(1, "z"))));
        Assert.Equal(refused, exception is NotFiniteNumberException);
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
}
