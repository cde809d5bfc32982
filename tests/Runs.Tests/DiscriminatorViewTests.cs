using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Runs;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Runs;

/// <summary>What D says of images, and that to ask it changes nothing.</summary>
public sealed class DiscriminatorViewTests
{
    public static TheoryData<Preset, int, int, Augmentations> Games() => new()
    {
        { Preset.Dcgan, 0, 1, Augmentations.None }, // batch statistics
        { Preset.Conditional, 3, 1, Augmentations.None },
        { Preset.R1, 0, 2, Augmentations.None },
        { Preset.Sngan, 0, 1, Augmentations.Color | Augmentations.Cutout }, // spectral norms and a random stream
        { Preset.Residual, 3, 1, Augmentations.None }, // projection
        { Preset.TfTutorial, 0, 1, Augmentations.None }, // dropout
        { Preset.WganGp, 0, 1, Augmentations.None },
    };

    [Theory]
    [MemberData(nameof(Games))]
    public void Training_does_not_notice_it(Preset preset, int classes, int packing, Augmentations augment)
    {
        Recipe recipe = Game(preset, classes, packing, augment);
        byte[] After(bool looks)
        {
            using var folder = new TemporaryFolder();
            GanTrainer trainer = recipe.TrainerFor(recipe.CreateGan());
            for (ulong i = 0; i < 3; i++)
            {
                Batch batch = BatchOf(recipe, i);
                if (looks && i == 0)
                {
                    Assert.NotNull(Look(trainer.Gan, batch)); // before the first step, when spectral norms have no v yet
                }

                trainer.Step(batch);
                if (looks)
                {
                    Assert.NotNull(Look(trainer.Gan, batch));
                }
            }

            Assert.All(trainer.Gan.Discriminator.Descendants(), module => Assert.True(module.IsTraining));
            trainer.Save(folder["one.safetensors"]);
            return File.ReadAllBytes(folder["one.safetensors"]);
        }

        Assert.Equal(After(looks: false), After(looks: true));
    }

    [Theory]
    [MemberData(nameof(Games))]
    public void The_gradient_is_that_of_the_score(Preset preset, int classes, int packing, Augmentations augment)
    {
        Recipe recipe = Game(preset, classes, packing, augment);
        GanTrainer trainer = recipe.TrainerFor(recipe.CreateGan());
        Batch batch = BatchOf(recipe, 0);
        trainer.Step(batch);
        DiscriminatorView view = Look(trainer.Gan, batch)!;
        Assert.Equal((batch.Images.Shape.N, batch.Images.Shape), (view.Real.Scores.Length, view.Real.Gradient.Shape));
        int size = recipe.Image.Count;
        foreach (int n in new[] { 0, 3 })
        {
            // Along the gradient of that image, the score of its pack rises by |gradient|² · h.
            ReadOnlySpan<float> gradient = view.Real.Gradient.Span.Slice(n * size, size);
            double square = gradient.ToArray().Sum(value => (double)value * value), h = 0.01 / Math.Sqrt(square);
            float ScoreAt(double step)
            {
                Tensor moved = batch.Images.Clone();
                for (int i = 0; i < size; i++)
                {
                    moved.Span[(n * size) + i] += (float)(step * view.Real.Gradient.Span[(n * size) + i]);
                }

                return Look(trainer.Gan, batch with { Images = moved })!.Real.Scores[n];
            }

            double rise = (ScoreAt(h) - ScoreAt(-h)) / (2 * h);
            Assert.InRange(rise / square, 0.93, 1.07);
        }
    }

    [Fact]
    public void Images_of_a_pack_share_a_score_and_what_is_left_of_one_is_dropped()
    {
        Recipe recipe = Game(Preset.R1, 0, 2, Augmentations.None);
        Gan gan = recipe.CreateGan();
        Batch batch = BatchOf(recipe, 0);
        DiscriminatorView view = DiscriminatorView.Of(gan, batch, Images(recipe, 9, 5))!; // 6 real ones, 5 generated ones
        Assert.Equal(4, view.Made.Scores.Length);
        Assert.Equal((view.Made.Scores[0], view.Made.Scores[2]), (view.Made.Scores[1], view.Made.Scores[3]));
        Assert.NotEqual(view.Made.Scores[0], view.Made.Scores[2]);
        Assert.Null(DiscriminatorView.Of(gan, batch, Images(recipe, 9, 1)));
        Assert.Equal(20, DiscriminatorView.Of(gan, Images(recipe, 1, 30), Images(recipe, 2, 100))!.Real.Scores.Length);
    }

    [Fact]
    public void It_tells_quartiles_and_pictures()
    {
        var image = new Tensor(new Shape(5, 1, 2, 3));
        float[] scores = [4, 0, 2, 1, 3];
        var gradient = new Tensor(new Shape(5, 1, 2, 3));
        gradient.Span[0] = -0.5f;
        gradient.Span[7] = float.NaN;
        var judged = new DiscriminatorView.Judged(image, scores, gradient);
        var view = new DiscriminatorView(judged, judged with { Scores = [1, 2] });
        Assert.Equal([0, 1, 2, 3, 4, 1, 1.25, 1.5, 1.75, 2], view.Quantiles());
        JsonObject json = (view with { Made = judged with { Scores = [float.NaN] } }).ToJson(7);
        Assert.Equal(7, (long)json["step"]!);
        Assert.Equal("[4,0,2,1,3]", json["real"]!["scores"]!.ToJsonString());
        string text = view.ToText(7, int.MaxValue);
        Assert.Equal(text, view.ToText(7, text.Length));
        Assert.Equal(
            """{"step":7,"problem":"The images are too large to be kept in a page."}""", view.ToText(7, text.Length - 1));
        Assert.Equal("[null]", json["made"]!["scores"]!.ToJsonString());
        Assert.StartsWith("iVBOR", (string)json["real"]!["gradient"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_leaves_it_at_each_grid_and_a_resumed_one_goes_on_with_it()
    {
        using var folder = new TemporaryFolder();
        Train(folder["run"], 2, every: 1);
        Train(folder["run"], 5, every: 1);
        string[] lines = File.ReadAllLines(folder["run/scores.csv"]);
        Assert.StartsWith("step,real_least,real_quarter,real_median", lines[0], StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3", "4", "5"], lines.Skip(1).Select(line => line.Split(',')[0]));
        JsonNode run = new RunReader(folder["run"]).Read(5, sample => "")!;
        Assert.Equal(5, (int)run["discriminator"]!["step"]!);
        Assert.Equal(4, run["discriminator"]!["made"]!["scores"]!.AsArray().Count);
        Assert.Equal([1, 2, 3, 4, 5], run["scores"]!["step"]!.AsArray().Select(step => (int)(long)step!));

        Train(folder["seldom"], 5, every: 100);
        Assert.Equal(
            File.ReadAllBytes(folder["seldom/checkpoint.safetensors"]), File.ReadAllBytes(folder["run/checkpoint.safetensors"]));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"problem\": \"\\ud800\"}")]
    [InlineData("{\"a\": 1, \"a\": 2}")]
    public void A_file_that_is_damaged_is_a_problem_of_the_run(string text)
    {
        using var folder = new TemporaryFolder();
        Train(folder["run"], 1, every: 1);
        File.WriteAllText(folder["run/discriminator.json"], text);
        JsonNode run = new RunReader(folder["run"]).Read(5, sample => "")!;
        Assert.Null(run["discriminator"]);
        Assert.Contains("discriminator.json", (string)run["problems"]![0]!, StringComparison.Ordinal);
    }

    /// <summary>As a standard deviation of groups of four needs them.</summary>
    [Fact]
    public void Images_come_in_whole_groups()
    {
        Sequential discriminator = [new Flatten(), new Reshape(1, 4, 6), new MinibatchStdDev(8), new Flatten(), new Linear(2 * 4 * 6, 1)];
        var gan = new Gan(new Sequential(new Linear(3, 24), new Reshape(1, 4, 6)), discriminator, 3);
        Tensor images = Noise(20);
        Assert.Equal(16, DiscriminatorView.Of(gan, images, images)!.Real.Scores.Length);
        Assert.Null(DiscriminatorView.Of(gan, Noise(7), images));
    }

    [Theory]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(NotFiniteNumberException))]
    [InlineData(typeof(IOException))]
    public void A_discriminator_that_cannot_be_evaluated_ends_no_run(Type failure)
    {
        using var folder = new TemporaryFolder();
        var inner = (Exception)Activator.CreateInstance(failure, "not now")!;
        Train(
            folder["run"], 2, every: 1,
            discriminator: new Sequential(new OnlyInTraining(inner), new Flatten(), new Linear(3 * 4 * 6, 1)));
        Assert.Equal(2, GanCheckpoint.Open(folder["run/checkpoint.safetensors"]).Step);
        Assert.Equal("not now", (string)JsonNode.Parse(File.ReadAllText(folder["run/discriminator.json"]))!["problem"]!);
        Assert.Single(File.ReadAllLines(folder["run/scores.csv"]));
    }

    private static void Train(string folder, long steps, long every, Module? discriminator = null)
    {
        GanTrainer trainer = SmallGan.Trainer();
        if (discriminator is not null)
        {
            var gan = new Gan(trainer.Gan.Generator, discriminator, 3);
            trainer = new GanTrainer(gan, trainer.Loss, new MiniGan.Optimizers.Sgd(0.01), new MiniGan.Optimizers.Sgd(0.01));
        }

        new TrainingRun(folder, trainer, SmallGan.Batches()) { CheckpointEvery = every, ShowProgress = false }.Train(steps);
    }

    private static DiscriminatorView? Look(Gan gan, Batch batch) => DiscriminatorView.Of(gan, batch, batch.Images);

    private static Recipe Game(Preset preset, int classes, int packing, Augmentations augment) =>
        Recipe.For(preset, width: preset == Preset.TfTutorial ? null : 2) with
        {
            Image = new(1, 10, 8),
            Classes = classes,
            Packing = packing,
            Augment = augment,
            LatentSize = 3,
        };

    private static Batch BatchOf(Recipe recipe, ulong number) =>
        new(Images(recipe, number, 6), recipe.Classes == 0 ? default : Enumerable.Range(0, 6).Select(n => n % recipe.Classes).ToArray());

    private static Tensor Images(Recipe recipe, ulong number, int count)
    {
        Tensor images = new(recipe.Image.Batch(count));
        new RandomSource(number, "view").FillUniform(images.Span, -1, 1);
        return images;
    }

    private static Tensor Noise(int count)
    {
        var noise = new Tensor(new Shape(count, 1, 4, 6));
        new RandomSource(1, "noise").FillNormal(noise.Span);
        return noise;
    }

    private sealed class OnlyInTraining(Exception failure) : Module
    {
        public override Tensor Forward(Tensor x) => x;

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) =>
            IsTraining ? dy : throw failure;
    }
}
