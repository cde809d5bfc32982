using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private const int Batch = 4;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Presets))]
    public void Interrupted_is_uninterrupted(Preset preset) =>
        AssertResumes(Recipe.For(preset, preset == Preset.TfTutorial ? 64 : 3, Batch));

    [Theory]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.Sgd)]
    public void With_every_optimizer(OptimizerKind optimizer) =>
        AssertResumes(
            Recipe.For(Preset.WganGp, 2, Batch) with
            {
                Optimizer = optimizer,
                DecaySteps = 9,
                Packing = 2,
                DiscriminatorSteps = 2,
                Beta1 = 0.3,
            });

    /// <summary>The draws go on where they stopped, whatever stands behind them.</summary>
    [Theory]
    [InlineData(Preset.WganGp, 2)]
    [InlineData(Preset.R1, 2)]
    [InlineData(Preset.Conditional, 1)]
    [InlineData(Preset.TfTutorial, 1)]
    public void With_augmentation(Preset preset, int packing)
    {
        var recipe = Recipe.For(preset, preset == Preset.TfTutorial ? 64 : 2, Batch);
        AssertResumes(recipe with { Augment = (Augmentations)7, Packing = packing });
    }

    [Fact]
    public void With_residual_networks_and_labels() =>
        AssertResumes(
            Recipe.For(Preset.Residual, 2, Batch) with
            {
                Classes = 10,
                Augment = Augmentations.Color,
                Penalty = PenaltyKind.R1,
                PenaltyWeight = 1,
                PenaltyInterval = 2,
            });

    [Fact]
    public void What_a_trainer_does_not_remember_is_refused()
    {
        Recipe recipe = Recipe.For(Preset.Conditional, 2, Batch), other = Recipe.For(Preset.Conditional, 3, Batch);
        TrainerState state = recipe.Build().Capture();
        Assert.Throws<ArgumentNullException>(() => recipe.Build().Restore(null!));
        Refuse(other.Build().Capture(), "'generator_optimizer.0.first_moment' should be [196, 42], but is [294, 42]");
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
        Refuse(With("generator_loss", "NaN"));
        Refuse(With("penalty", "NaN"));
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
            Assert.Contains(message, Assert.Throws<FormatException>(() => recipe.Build().Restore(wrong)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// A trainer that has seen larger batches goes on as one that has seen none of them: with smaller ones, and with the penalty that was
    /// reported last until it is due again.
    /// </summary>
    [Theory]
    [InlineData(Preset.WganGp, 1)]
    [InlineData(Preset.WganGp, 2)]
    [InlineData(Preset.R1, 4)]
    public void A_smaller_batch_after_a_larger_one_is_as_any(Preset preset, int interval)
    {
        Recipe recipe = Recipe.For(preset, 2, 6) with { PenaltyInterval = interval };
        GanTrainer seasoned = recipe.Build(), fresh = recipe.Build();
        StepReport first = seasoned.Step(Values.Normal(new Shape(6, 1, 28, 28), "real"));
        foreach ((NamedTensor from, NamedTensor to) in seasoned.Gan.State.Zip(fresh.Gan.State))
        {
            from.Value.Span.CopyTo(to.Value.Span);
        }

        fresh.Restore(seasoned.Capture());
        for (int step = 0; step < 2; step++)
        {
            Tensor real = Values.Normal(new Shape(4, 1, 28, 28), $"real {step}"),
                z = Values.Normal(new Shape(4, recipe.LatentSize), $"z {step}");
            StepReport expected = fresh.Step(real, z), actual = seasoned.Step(real, z);
            Assert.Equal(expected, actual with { ImagesPerSecond = expected.ImagesPerSecond });
            Assert.Equal(step + 1 < interval, actual.Penalty == first.Penalty);
        }

        Assert.Equal(
            fresh.Gan.State.Select(state => state.Value.ToRowMajor()), seasoned.Gan.State.Select(state => state.Value.ToRowMajor()));
    }

    [Fact]
    public void A_trainer_trains_whatever_mode_the_networks_were_in()
    {
        var recipe = Recipe.For(Preset.Dcgan, 2, Batch);
        Gan gan = recipe.CreateGan();
        gan.Generator.SetTraining(false);
        gan.Discriminator.SetTraining(false);
        recipe.TrainerFor(gan);
        Assert.Equal((true, true), (gan.Generator.IsTraining, gan.Discriminator.IsTraining));
    }

    [Theory]
    [InlineData("\"steps\":\"0\"", "\"steps\":\"5\"")]
    [InlineData("\"steps\":\"0\"", "\"steps\":null")]
    [InlineData("{", "[")]
    public void A_checkpoint_whose_training_is_of_another_step_is_refused(string part, string instead)
    {
        var recipe = Recipe.For(Preset.Conditional, 2, Batch);
        new Run(recipe, null).Save(folder["good"]);
        SafetensorsFile good = SafetensorsReader.Read(folder["good"]);
        Assert.Contains(part, good.Metadata["trainer"], StringComparison.Ordinal);
        var metadata = new Dictionary<string, string>(good.Metadata)
        {
            ["trainer"] = good.Metadata["trainer"].Replace(part, instead, StringComparison.Ordinal),
        };
        SafetensorsWriter.Write(folder["bad"], good with { Metadata = metadata });
        Assert.Throws<MiniGan.Files.MalformedFileException>(() => recipe.Build().Load(folder["bad"]));
    }

    /// <summary>
    /// Seven steps at once, or three, a checkpoint, another process's four: the same checkpoint, byte for byte. An
    /// epoch of five batches ends between.
    /// </summary>
    private void AssertResumes(Recipe recipe)
    {
        Run whole = new(recipe, null), first = new(recipe, null);
        for (int i = 0; i < 7; i++)
        {
            whole.Step();
        }

        for (int i = 0; i < 3; i++)
        {
            first.Step();
        }

        first.Save(folder["first"]);
        GanCheckpoint read = GanCheckpoint.Open(folder["first"]);
        Assert.Equal((3, recipe), (read.Step, Recipe.Of(read)));
        var second = new Run(recipe, read);
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
        private readonly Recipe recipe;
        private readonly GanTrainer trainer;
        private readonly ShuffledBatches batches;

        public Run(Recipe recipe, GanCheckpoint? checkpoint)
        {
            this.recipe = recipe;
            trainer = recipe.Build();
            batches = new ShuffledBatches(Strokes.Make(22), Batch, new RandomSource(recipe.Seed, "order"));
            if (checkpoint is not null)
            {
                trainer.Load(checkpoint);
                batches.Skip(trainer.Steps);
            }
        }

        public void Step() => trainer.Step(batches.Next());

        public void Save(string path) => trainer.Save(path, recipe.Metadata);
    }
}
