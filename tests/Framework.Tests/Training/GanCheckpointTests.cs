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

    [Fact]
    public void The_names_are_PyTorchs()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 2);
        GanCheckpoint.Save(folder["checkpoint"], recipe.Build().Gan);
        Assert.Equal(
            [
                "generator.0.weight [196, 32]", "generator.2.weight [4]", "generator.2.bias [4]",
                "generator.2.running_mean [4]", "generator.2.running_var [4]",
                "generator.4.weight [4, 2, 4, 4]", "generator.5.weight [2]", "generator.5.bias [2]",
                "generator.5.running_mean [2]", "generator.5.running_var [2]",
                "generator.7.weight [2, 1, 4, 4]", "generator.7.bias [1]",
                "discriminator.0.weight [2, 1, 4, 4]", "discriminator.0.bias [2]",
                "discriminator.2.weight [4, 2, 4, 4]", "discriminator.3.weight [4]",
                "discriminator.3.bias [4]", "discriminator.3.running_mean [4]", "discriminator.3.running_var [4]",
                "discriminator.6.weight [1, 196]", "discriminator.6.bias [1]",
                "average_generator.0.weight [196, 32]", "average_generator.2.weight [4]", "average_generator.2.bias [4]",
                "average_generator.2.running_mean [4]", "average_generator.2.running_var [4]",
                "average_generator.4.weight [4, 2, 4, 4]", "average_generator.5.weight [2]", "average_generator.5.bias [2]",
                "average_generator.5.running_mean [2]", "average_generator.5.running_var [2]",
                "average_generator.7.weight [2, 1, 4, 4]", "average_generator.7.bias [1]",
            ],
            SafetensorsReader.Read(folder["checkpoint"]).Tensors.Select(tensor => $"{tensor.Name} {tensor.Value.Shape}"));
    }

    [Fact]
    public void Metadata_are_what_was_given()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 1);
        GanTrainer trainer = recipe.Build();
        trainer.Save(folder["first"], new Dictionary<string, string>(recipe.Metadata) { ["author"] = "me" });
        GanCheckpoint first = GanCheckpoint.Open(folder["first"]);
        Assert.Equal(["author", "recipe"], first.Metadata.Keys.Order());
        Assert.Equal((folder["first"], 0, true), (first.Path, first.Step, first.HasTrainer));

        // Those of one file may be given to the next, which has no trainer.
        GanCheckpoint.Save(folder["second"], trainer.Gan, 7, metadata: first.Metadata);
        GanCheckpoint second = GanCheckpoint.Open(folder["second"]);
        Assert.Equal((7, false), (second.Step, second.HasTrainer));
        Assert.Equal(first.Metadata, second.Metadata);
        Assert.Contains("networks only", Assert.Throws<MalformedFileException>(second.ReadTrainer).Message, StringComparison.Ordinal);
        Assert.Throws<MalformedFileException>(() => recipe.Build().Load(second));
        foreach (string own in (string[])["format", "step", "trainer"])
        {
            var metadata = new Dictionary<string, string> { [own] = "1" };
            string message = Assert.Throws<ArgumentException>(() => trainer.Save(folder["third"], metadata)).Message;
            Assert.Contains($"'{own}'", message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(folder["third"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => GanCheckpoint.Save(folder["third"], trainer.Gan, -1));
        Assert.Throws<ArgumentNullException>(() => GanCheckpoint.Save(folder["third"], null!));
    }

    /// <summary>Its step is read first, its weights later: of another file by then, as a training writes them.</summary>
    [Fact]
    public void A_file_that_is_replaced_while_it_is_read_is_not_mixed()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 1, batchSize: 2);
        GanTrainer trainer = recipe.Build(), other = recipe.Build();
        trainer.Save(folder["file"]);
        GanCheckpoint checkpoint = GanCheckpoint.Open(folder["file"]);
        trainer.Step(Values.Normal(new Shape(2, 1, 28, 28), "real"));
        trainer.Save(folder["file"]);
        float[] before = Flat(other.Gan);
        Assert.Contains("replaced", Assert.Throws<MalformedFileException>(() => other.Load(checkpoint)).Message, StringComparison.Ordinal);
        Assert.Contains("replaced", Assert.Throws<MalformedFileException>(checkpoint.ReadTrainer).Message, StringComparison.Ordinal);
        Assert.Equal(before, Flat(other.Gan));
    }

    [Fact]
    public void A_file_that_is_gone_leaves_the_networks_as_they_were()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 1);
        recipe.Build().Save(folder["file"]);
        GanCheckpoint checkpoint = GanCheckpoint.Open(folder["file"]);
        File.Delete(folder["file"]);
        Gan gan = recipe.CreateGan();
        Assert.Throws<FileNotFoundException>(() => checkpoint.LoadInto(gan));
        Assert.Null(gan.Average);
        Assert.Throws<FileNotFoundException>(() => GanCheckpoint.Open(folder["file"]));
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
        Assert.Contains(
            name,
            Assert.Throws<DivergedException>(() => GanCheckpoint.Save(folder["checkpoint"], gan, 1, remembered, recipe.Metadata)).Message,
            StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(folder["checkpoint"]));
    }

    [Fact]
    public void Singular_vectors_are_state_too()
    {
        var recipe = Recipe.For(Preset.Sngan, width: 1, batchSize: 2);
        var gan = recipe.CreateGan();
        gan.Discriminator.State.Single(item => item.Name == "0.weight_u").Value.Span[0] = float.NaN;
        Assert.Equal("discriminator.0.weight_u", FiniteCheck.FirstStateOf(gan));
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

    private static float[] Flat(Gan gan) => [.. gan.State.SelectMany(item => item.Value.ToRowMajor())];
}
