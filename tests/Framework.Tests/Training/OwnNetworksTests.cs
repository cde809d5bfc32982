using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>What the library is for: networks of one's own, put together in a few lines.</summary>
public sealed class OwnNetworksTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_GAN_of_colour_images_is_composed_and_learns()
    {
        (Gan gan, GanTrainer trainer) = Compose();
        Assert.Equal(new ImageShape(3, 32, 32), gan.ImageShape);
        StepReport[] reports = [.. Enumerable.Range(0, 24).Select(step => trainer.Step(Discs(8, step)))];
        Assert.Equal(Enumerable.Range(1, 24).Select(step => (long)step), reports.Select(report => report.Step));
        Assert.All(reports, report => Assert.True(report.Penalty > 0 && double.IsFinite(report.DiscriminatorLoss + report.GeneratorLoss)));
        IEnumerable<int> computed = Enumerable.Range(0, 24).Where(i => i == 0 || reports[i].Penalty != reports[i - 1].Penalty);
        Assert.Equal([0, 4, 8, 12, 16, 20], computed);

        // By the hinge's logits the critic tells discs from what is made: hardly at first, better at each of so few and small steps.
        double Gap(StepReport report) => report.RealScore - report.FakeScore;
        Assert.InRange(reports[0].DiscriminatorLoss, 1.9, 2.1);
        Assert.True(reports[^5..].Average(report => report.DiscriminatorLoss) < reports[0].DiscriminatorLoss - 0.1);
        Assert.All(reports[^5..], report => Assert.True(Gap(report) > 5 * Math.Abs(Gap(reports[0])) && Gap(report) > 0.1));

        gan.Save(folder["gan.safetensors"]);
        Gan other = Compose(seed: 2).Gan;
        Tensor z = gan.Latents(4, new RandomSource(1, "samples"));
        Assert.NotEqual(gan.Generate(z).ToRowMajor(), other.Generate(z).ToRowMajor());
        other.Load(folder["gan.safetensors"]);
        Tensor images = other.Generate(z);
        Assert.Equal(new Shape(4, 3, 32, 32), images.Shape);
        Assert.All(images.ToRowMajor(), value => Assert.InRange(value, -1, 1));
        Assert.Equal(gan.Generate(z).ToRowMajor(), images.ToRowMajor());
    }

    [Fact]
    public void Batches_may_be_of_any_size()
    {
        GanTrainer trainer = Compose().Trainer;
        foreach (int size in (int[])[3, 1, 4])
        {
            Assert.True(double.IsFinite(trainer.Step(Discs(size, step: 0)).GeneratorLoss));
        }

        Assert.Throws<ArgumentNullException>(() => trainer.Step(default));
        Assert.Throws<ArgumentNullException>(() => trainer.Step(default, new Tensor(new Shape(1, 64))));
        Tensor grey = new(new Shape(2, 1, 32, 32)), none = new(new Shape(0, 3, 32, 32)), z = Values.Normal(new Shape(2, 64), "z");
        Assert.Contains(
            "The images are [2, 1, 32, 32], but the generator makes",
            Assert.Throws<ArgumentException>(() => trainer.Step(grey)).Message, StringComparison.Ordinal);
        Assert.Contains("batch is empty", Assert.Throws<ArgumentException>(() => trainer.Step(none, z)).Message, StringComparison.Ordinal);
    }

    /// <summary>Labelled data and networks that know no labels: those of a batch are ignored.</summary>
    [Fact]
    public void Labels_that_the_networks_do_not_know_are_ignored()
    {
        (Gan labelled, GanTrainer with) = Compose();
        (Gan plain, GanTrainer without) = Compose();
        Tensor real = Discs(3, step: 0);
        with.Step(new Batch(real, new[] { 5, 6, 7 }));
        without.Step(real);
        Assert.Equal(plain.State.Select(item => item.Value.ToRowMajor()), labelled.State.Select(item => item.Value.ToRowMajor()));
    }

    private static (Gan Gan, GanTrainer Trainer) Compose(ulong seed = 1)
    {
        RandomSource.Default = new RandomSource(seed, "weights");
        Sequential discriminator = [.. Down(3, 16), .. Down(16, 32), .. Down(32, 64), new Flatten(), new Linear(64 * 16, 1)];

        Sequential generator =
        [
            new Linear(64, 256 * 16), new Reshape(256, 4, 4), .. Up(256, 128), .. Up(128, 64), .. Up(64, 32),
            new Conv2D(32, 3, 3, padding: 1), new Tanh(),
        ];
        var gan = new Gan(generator, discriminator, latentSize: 64);
        var trainer = new GanTrainer(gan, new HingeLoss(), new Adam(2e-4), new Adam(2e-4))
        {
            Penalty = new R1Penalty(gamma: 1, interval: 4),
            Average = 0.999,
        };
        return (gan, trainer);
    }

    private static Module[] Up(int from, int to) =>
        [new ConvTranspose2D(from, to, 4, stride: 2, padding: 1, bias: false), new BatchNorm2D(to), new ReLU()];

    private static Module[] Down(int from, int to) => [new Conv2D(from, to, 4, stride: 2, padding: 1), new LeakyReLU(0.2f)];

    /// <summary>Yellow discs on blue: [count, 3, 32, 32] in [−1, 1].</summary>
    private static Tensor Discs(int count, int step)
    {
        var random = new RandomSource(4, $"discs {step}");
        var images = new Tensor(new Shape(count, 3, 32, 32));
        for (int n = 0; n < count; n++)
        {
            int x = 8 + random.NextInt(16), y = 8 + random.NextInt(16), radius = 4 + random.NextInt(5);
            for (int i = 0; i < 32 * 32; i++)
            {
                float inside = Math.Pow((i / 32) - y, 2) + Math.Pow((i % 32) - x, 2) < radius * radius ? 0.8f : -0.8f;
                (images[n, 0, i / 32, i % 32], images[n, 1, i / 32, i % 32], images[n, 2, i / 32, i % 32]) = (inside, inside, -inside);
            }
        }

        return images;
    }
}
