using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Checkpoints;

public sealed class GanCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(GanPreset.Dcgan, 4)]
    [InlineData(GanPreset.TfTutorial, 64)]
    public void A_model_comes_back_and_makes_the_same_pictures(GanPreset preset, int width)
    {
        var configuration = GanConfiguration.For(preset, width, batchSize: 3, learningRate: 0.001, seed: ulong.MaxValue);
        var model = GanModel.Create(configuration);
        new GanTrainer(model, configuration).Step(Values.Normal(new Shape(3, 1, 28, 28), "real"));
        Tensor latents = model.Latents(2, new RandomSource(1, "z"));
        float[] images = model.Generate(latents).ToRowMajor();
        new GanCheckpoint(model, configuration, 1).Save(folder["checkpoint"]);

        GanCheckpoint read = GanCheckpoint.Load(folder["checkpoint"]);
        Assert.Equal((configuration, 1), (read.Configuration, read.Step));
        Assert.Equal(images, read.Model.Generate(latents).ToRowMajor());
        Assert.Equal(
            model.Discriminator.State.Select(item => (item.Name, string.Join(' ', item.Value.ToRowMajor()))),
            read.Model.Discriminator.State.Select(item => (item.Name, string.Join(' ', item.Value.ToRowMajor()))));
    }

    [Fact]
    public void The_names_are_PyTorchs()
    {
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 2);
        new GanCheckpoint(GanModel.Create(configuration), configuration, 0).Save(folder["checkpoint"]);
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
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 2);
        new GanCheckpoint(GanModel.Create(configuration), configuration, 0).Save(folder["good"]);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        List<NamedTensor> tensors = [.. good.Tensors];
        Dictionary<string, string> metadata = new(good.Metadata);
        string json = metadata["configuration"];
        switch (what)
        {
            case "another width": metadata["configuration"] = GanConfiguration.For(GanPreset.Dcgan, width: 3).ToJson(); break;
            case "a tensor less": tensors.RemoveAt(5); break;
            case "a tensor more": tensors.Add(new("generator.8.weight", new Tensor(new Shape(1)))); break;
            case "no metadata": metadata.Clear(); break;
            case "a format of the future": metadata["format"] = "minigan-gan/2"; break;
            case "a negative step": metadata["step"] = "-1"; break;
            case "a preset that is not": metadata["configuration"] = json.Replace("dcgan", "biggan", StringComparison.Ordinal); break;
            case "a width beyond all bounds": metadata["configuration"] = json.Replace("\"width\": 2", "\"width\": 2000000000", StringComparison.Ordinal); break;
            case "a field that is not": metadata["configuration"] = json.Replace("\"width\"", "\"depth\": 1, \"width\"", StringComparison.Ordinal); break;
            case "a field less": metadata["configuration"] = json.Replace("\"width\": 2,", "", StringComparison.Ordinal); break;
            case "another field less": metadata["configuration"] = json.Replace("\"beta1\": 0.5,", "", StringComparison.Ordinal); break;
            case "a field twice": metadata["configuration"] = json.Replace("\"width\": 2,", "\"width\": 2, \"width\": 2,", StringComparison.Ordinal); break;
            default: metadata["configuration"] = "width 2"; break;
        }

        SafetensorsWriter.Write(folder["bad"], new SafetensorsFile(tensors, metadata));
        string message = Assert.Throws<MalformedFileException>(() => GanCheckpoint.Load(folder["bad"])).Message;
        Assert.StartsWith(folder["bad"], message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void The_least_weights_are_most_of_them(GanConfiguration configuration)
    {
        var model = GanModel.Create(configuration);
        long all = model.Generator.ParameterCount + model.Discriminator.ParameterCount + (model.AverageGenerator?.ParameterCount ?? 0);
        Assert.InRange(GanModel.LeastWeights(configuration), 0.9 * all, all);
    }

    public static TheoryData<GanConfiguration> Configurations =>
    [
        .. Enum.GetValues<GanPreset>().Select(preset => GanConfiguration.For(preset)),
        GanConfiguration.For(GanPreset.Dcgan, 8) with { GeneratorConvolutions = 16, Packing = 64, LatentSize = 1 },
        GanConfiguration.For(GanPreset.TfTutorial) with { Packing = 64, LatentSize = 1, AverageDecay = 0.9 },
        GanConfiguration.For(GanPreset.Conditional, 8) with { Classes = 256, DiscriminatorHidden = 4096 },
        GanConfiguration.For(GanPreset.Conditional, 8) with { Classes = 256, DiscriminatorHidden = 0, AverageDecay = 0 },
    ];

    [Fact]
    public void Memory_is_not_spent_on_what_the_file_does_not_hold()
    {
        AssertRefusedCheaply([], new GanConfiguration(GanPreset.Dcgan, 1024, 4096, 2, 1e-3, 0.5, 1));
        var projection = new NamedTensor("generator.0.weight", new Tensor(new Shape(2 * 256 * 49, 1)));
        var narrow = new GanConfiguration(GanPreset.Dcgan, 256, 1, 2, 1e-3, 0.5, 1);
        AssertRefusedCheaply([projection], narrow);
        AssertRefusedCheaply([projection], narrow with { DiscriminatorHidden = 4096 });
        AssertRefusedCheaply([projection], narrow with { GeneratorConvolutions = 16 });
    }

    [Fact]
    public void Nor_on_what_the_networks_do_not_need()
    {
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 1);
        new GanCheckpoint(GanModel.Create(configuration), configuration, 0).Save(folder["good"]);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        foreach (string name in new[] { "discriminator.7.weight", "trainer.generator_optimizer.0.first_moment" })
        {
            SafetensorsWriter.Write(folder["large"], good with { Tensors = [.. good.Tensors, new NamedTensor(name, new Tensor(new Shape(10_000_000)))] });
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<MalformedFileException>(() => GanCheckpoint.Load(folder["large"]));
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
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 1, batchSize: 2);
        var model = GanModel.Create(configuration);
        var trainer = new GanTrainer(model, configuration);
        trainer.Step(Values.Normal(new Shape(2, 1, 28, 28), "real"));
        GanCheckpoint checkpoint = new(model, configuration, 1, trainer.Capture());
        checkpoint.Save(folder["checkpoint"]);
        byte[] good = File.ReadAllBytes(folder["checkpoint"]);

        // A file that another program wrote.
        SafetensorsFile file = SafetensorsReader.Read(folder["checkpoint"]);
        Tensor tensor = file.Tensors.Single(item => item.Name == name).Value;
        tensor.Span[^1] = value;
        SafetensorsWriter.Write(folder["bad"], file);
        string message = Assert.Throws<MalformedFileException>(() => GanCheckpoint.Load(folder["bad"])).Message;
        Assert.Contains($"'{name}' holds NaN or an infinity", message, StringComparison.Ordinal);

        // And the same that is to be written: the one before stays.
        IEnumerable<NamedTensor> own = model.Generator.State.Select(item => item with { Name = "generator." + item.Name })
            .Concat(model.Discriminator.State.Select(item => item with { Name = "discriminator." + item.Name }))
            .Concat(model.AverageGenerator!.State.Select(item => item with { Name = "average_generator." + item.Name }))
            .Concat(checkpoint.Trainer!.Tensors.Select(item => item with { Name = "trainer." + item.Name }));
        own.Single(item => item.Name == name).Value.Span[^1] = value;
        Assert.Contains(name, Assert.Throws<DivergedException>(() => checkpoint.Save(folder["checkpoint"])).Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(folder["checkpoint"]));
    }

    [Fact]
    public void Singular_vectors_are_state_too()
    {
        var configuration = GanConfiguration.For(GanPreset.Sngan, width: 1, batchSize: 2);
        var model = GanModel.Create(configuration);
        model.Discriminator.State.Single(item => item.Name == "0.weight_u").Value.Span[0] = float.NaN;
        Assert.Equal("discriminator.0.weight_u", Assert.Throws<DivergedException>(new GanCheckpoint(model, configuration, 0).RequireFinite).Place);
    }

    [Theory]
    [InlineData("generator.7.bias", 1e30f, false)]
    [InlineData("generator.4.weight", 3e38f, true)] // finite, but its products are not
    [InlineData("generator.2.running_var", -1f, true)]
    public void Pictures_that_are_not_finite_are_refused(string name, float value, bool refused)
    {
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 4) with { AverageDecay = 0 };
        var model = GanModel.Create(configuration);
        model.Generator.State.Single(item => "generator." + item.Name == name).Value.Span.Fill(value);
        new GanCheckpoint(model, configuration, 0).Save(folder["checkpoint"]);
        GanModel read = GanCheckpoint.Load(folder["checkpoint"]).Model;
        Exception? exception = Record.Exception(() => read.Generate(read.Latents(3, new RandomSource(1, "z"))));
        Assert.Equal(refused, exception is NotFiniteNumberException);
    }

    private void AssertRefusedCheaply(NamedTensor[] tensors, GanConfiguration large)
    {
        SafetensorsWriter.Write(folder["tiny"], new SafetensorsFile(tensors, new Dictionary<string, string>
        {
            ["format"] = "minigan-gan/1",
            ["configuration"] = large.ToJson(),
            ["step"] = "1",
        }));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedFileException>(() => GanCheckpoint.Load(folder["tiny"]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Tensors_of_the_same_name_are_not_written() => Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
        folder["twice"], new SafetensorsFile([new("a", new Tensor(new Shape(1))), new("a", new Tensor(new Shape(1)))], new Dictionary<string, string>())));

    [Fact]
    public void A_file_of_the_users_with_an_unlucky_name_is_not_touched()
    {
        File.WriteAllText(folder["file.part"], "mine");
        AtomicFile.WriteText(folder["file"], "text");
        Assert.Equal(("mine", "text"), (File.ReadAllText(folder["file.part"]), File.ReadAllText(folder["file"])));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_checkpoint_and_nothing_else()
    {
        SafetensorsWriter.Write(folder["file"], new SafetensorsFile([], new Dictionary<string, string>()));
        byte[] before = File.ReadAllBytes(folder["file"]);
        Assert.Throws<IOException>(() => AtomicFile.Write(folder["file"], stream =>
        {
            stream.WriteByte(1);
            throw new IOException("no space left on device");
        }));
        Assert.Equal(before, File.ReadAllBytes(folder["file"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
