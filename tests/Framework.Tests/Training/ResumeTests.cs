using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private const int Batch = 4;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<GanPreset> Presets => [.. Enum.GetValues<GanPreset>()];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Presets))]
    public void Interrupted_is_uninterrupted(GanPreset preset) => AssertResumes(GanConfiguration.For(preset, preset == GanPreset.TfTutorial ? 64 : 3, Batch));

    [Theory]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    public void With_every_optimizer(OptimizerKind optimizer) =>
        AssertResumes(GanConfiguration.For(GanPreset.WganGp, 2, Batch) with { Optimizer = optimizer, DecaySteps = 9, Packing = 2, DiscriminatorSteps = 2, Beta1 = 0.3 });

    [Fact]
    public void What_a_trainer_does_not_remember_is_refused()
    {
        GanConfiguration configuration = GanConfiguration.For(GanPreset.Conditional, 2, Batch), other = GanConfiguration.For(GanPreset.Conditional, 3, Batch);
        TrainerState state = new GanTrainer(GanModel.Create(configuration), configuration).Capture();
        Assert.Throws<ArgumentNullException>(() => new GanTrainer(GanModel.Create(configuration), configuration).Restore(null!));
        Refuse(new GanTrainer(GanModel.Create(other), other).Capture(), "'generator_optimizer.0.first_moment' should be [196, 42], but is [294, 42]");
        Refuse(state with { Tensors = [] }, "but is missing");
        Refuse(state with { Tensors = [.. state.Tensors.Skip(1)] });
        Refuse(state with { Tensors = [.. state.Tensors, new NamedTensor("more", new Tensor(new Shape(1)))] });
        foreach (string name in state.Values.Keys)
        {
            Refuse(With(name, null));
            Refuse(With(name, "?"));
        }

        Refuse(With("steps", "-1"));
        Refuse(With("generator_steps", "1"));
        Refuse(With("latents", new string('0', 64)));
        Refuse(With("more", "1"));

        TrainerState With(string name, string? value)
        {
            var values = new Dictionary<string, string>(state.Values);
            values.Remove(name);
            if (value is not null)
            {
                values[name] = value;
            }

            return state with { Values = values };
        }

        void Refuse(TrainerState wrong, string message = "") =>
            Assert.Contains(message, Assert.Throws<FormatException>(() => new GanTrainer(GanModel.Create(configuration), configuration).Restore(wrong)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// A trainer that has seen larger batches goes on as one that has seen none of them: with smaller ones, and with the penalty that was reported last until it is due again.
    /// </summary>
    [Theory]
    [InlineData(GanPreset.WganGp, 1)]
    [InlineData(GanPreset.WganGp, 2)]
    [InlineData(GanPreset.R1, 4)]
    public void A_smaller_batch_after_a_larger_one_is_as_any(GanPreset preset, int interval)
    {
        GanConfiguration configuration = GanConfiguration.For(preset, 2, 6) with { PenaltyInterval = interval };
        GanModel model = GanModel.Create(configuration), other = GanModel.Create(configuration);
        GanTrainer seasoned = new(model, configuration), fresh = new(other, configuration);
        StepReport first = seasoned.Step(Values.Normal(new Shape(6, 1, 28, 28), "real"));
        foreach ((NamedTensor from, NamedTensor to) in States(model).Zip(States(other)))
        {
            from.Value.Span.CopyTo(to.Value.Span);
        }

        fresh.Restore(seasoned.Capture());
        for (int step = 0; step < 2; step++)
        {
            Tensor real = Values.Normal(new Shape(4, 1, 28, 28), $"real {step}"), z = Values.Normal(new Shape(4, configuration.LatentSize), $"z {step}");
            StepReport expected = fresh.Step(real, z), actual = seasoned.Step(real, z);
            Assert.Equal(expected, actual with { ImagesPerSecond = expected.ImagesPerSecond });
            Assert.Equal(step + 1 < interval, actual.Penalty == first.Penalty);
        }

        Assert.Equal(States(other).Select(state => state.Value.ToRowMajor()), States(model).Select(state => state.Value.ToRowMajor()));

        static IEnumerable<NamedTensor> States(GanModel model) => model.Generator.State.Concat(model.Discriminator.State).Concat(model.AverageGenerator!.State);
    }

    [Fact]
    public void A_trainer_trains_whatever_mode_the_networks_were_in()
    {
        GanConfiguration configuration = GanConfiguration.For(GanPreset.Dcgan, 2, Batch);
        var model = GanModel.Create(configuration);
        model.Generator.SetTraining(false);
        model.Discriminator.SetTraining(false);
        _ = new GanTrainer(model, configuration);
        Assert.Equal((true, true), (model.Generator.IsTraining, model.Discriminator.IsTraining));
    }

    [Theory]
    [InlineData("\"steps\":\"0\"", "\"steps\":\"5\"")]
    [InlineData("\"steps\":\"0\"", "\"steps\":null")]
    [InlineData("{", "[")]
    public void A_checkpoint_whose_training_is_of_another_step_is_refused(string part, string instead)
    {
        var configuration = GanConfiguration.For(GanPreset.Conditional, 2, Batch);
        new Run(configuration, null).Save(folder["good"]);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        Assert.Contains(part, good.Metadata["trainer"], StringComparison.Ordinal);
        var metadata = new Dictionary<string, string>(good.Metadata) { ["trainer"] = good.Metadata["trainer"].Replace(part, instead, StringComparison.Ordinal) };
        SafetensorsWriter.Write(folder["bad"], good with { Metadata = metadata });
        Assert.Throws<MiniGan.Files.MalformedFileException>(() => GanCheckpoint.Load(folder["bad"]));
    }

    /// <summary>Seven steps at once, or three, a checkpoint, another process's four: the same checkpoint, byte for byte. An epoch of five batches ends between.</summary>
    private void AssertResumes(GanConfiguration configuration)
    {
        Run whole = new(configuration, null), first = new(configuration, null);
        for (int i = 0; i < 7; i++)
        {
            whole.Step();
        }

        for (int i = 0; i < 3; i++)
        {
            first.Step();
        }

        first.Save(folder["first"]);
        GanCheckpoint read = GanCheckpoint.Load(folder["first"]);
        Assert.Equal((3, configuration), (read.Step, read.Configuration));
        var second = new Run(configuration, read);
        for (int i = 3; i < 7; i++)
        {
            second.Step();
        }

        whole.Save(folder["whole"]);
        second.Save(folder["second"]);
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["second"]));
        Assert.NotEqual(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["first"]));
    }

    private sealed class Run
    {
        private readonly GanConfiguration configuration;
        private readonly GanModel model;
        private readonly GanTrainer trainer;
        private readonly ShuffledBatches batches;

        public Run(GanConfiguration configuration, GanCheckpoint? checkpoint)
        {
            this.configuration = configuration;
            model = checkpoint?.Model ?? GanModel.Create(configuration);
            trainer = new GanTrainer(model, configuration);
            batches = new ShuffledBatches(Strokes.Make(22), Batch, new RandomSource(configuration.Seed, "order"));
            if (checkpoint is not null)
            {
                trainer.Restore(checkpoint.Trainer!);
                batches.Skip(trainer.Steps);
            }
        }

        public void Step()
        {
            Tensor real = batches.Next();
            trainer.Step(real, configuration.Classes > 0 ? batches.Labels : default);
        }

        public void Save(string path) => new GanCheckpoint(model, configuration, trainer.Steps, trainer.Capture()).Save(path);
    }
}
