using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;
using MiniGan.Training;
using static TorchSharp.torch;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Engine;

/// <summary>The networks and games of src/Samples, narrower: programs of a page each, which a test cannot reference.</summary>
internal static class SampleGames
{
    private const int Classes = 10;

    /// <summary>What the samples' own modules are in TorchSharp's words.</summary>
    public static TorchTranslations Translations { get; } =
        new TorchTranslations().Add<OwnSoftplus>((_, _) => x => nn.functional.softplus(x, 1, 20));

    /// <summary>Makes a trainer; how many images in a batch.</summary>
    public static IReadOnlyDictionary<string, (Func<GanTrainer> Make, int Batch)> All { get; } =
        new Dictionary<string, (Func<GanTrainer>, int)>
        {
            ["TrainToyGan"] = (
                () => new GanTrainer(
                    new Dcgan(new(1, 28, 28)) { Width = 4, DiscriminatorNormalization = NormalizationKind.None }.Build(seed: 1),
                    new NonSaturatingLoss(), new Adam(2e-3, beta1: 0.5), new Adam(2e-3, beta1: 0.5))
                {
                    Penalty = new R1Penalty(gamma: 1),
                    Average = 0.999,
                }, 6),
            ["OwnNetworks"] = (OwnNetworks, 4),
            ["OwnLayerAndLoss"] = (OwnLayerAndLoss, 5),
            ["ResidualGan"] = (ResidualGan, 5),
        };

    private static GanTrainer OwnNetworks()
    {
        Sequential generator =
        [
            new Linear(16, 16 * 4 * 4), new Reshape(16, 4, 4), new BatchNorm2D(16), new ReLU(),
            .. Up(16, 8), .. Up(8, 8), .. Up(8, 4), new Conv2D(4, 3, 3, padding: 1), new Tanh(),
        ];
        Sequential discriminator =
        [
            .. Down(3, 4), .. Down(4, 8), .. Down(8, 16),
            new Residual(new Sequential(new Conv2D(16, 16, 3, padding: 1), new LeakyReLU(0.2f), new Conv2D(16, 16, 3, padding: 1))),
            new LeakyReLU(0.2f), new Flatten(), new Linear(16 * 4 * 4, 1),
        ];
        Initializers.Default(generator, new RandomSource(1, "generator"));
        Initializers.Default(discriminator, new RandomSource(1, "discriminator"));
        return new GanTrainer(
            new Gan(generator, discriminator, latentSize: 16), new HingeLoss(), new Adam(5e-4, beta1: 0, beta2: 0.9),
            new Adam(5e-4, beta1: 0, beta2: 0.9))
        {
            Penalty = new R1Penalty(gamma: 1, interval: 4),
            Average = 0.99,
        };

        static Module[] Up(int from, int to) => [new ConvTranspose2D(from, to, 4, stride: 2, padding: 1), new BatchNorm2D(to), new ReLU()];

        static Module[] Down(int from, int to) => [new Conv2D(from, to, 4, stride: 2, padding: 1), new LeakyReLU(0.2f)];
    }

    private static GanTrainer OwnLayerAndLoss()
    {
        RandomSource.Default = new RandomSource(1, "weights");
        Sequential generator = [new Linear(8, 32), new OwnSoftplus(), new Linear(32, 28 * 28), new Tanh(), new Reshape(1, 28, 28)];
        Sequential discriminator = [new Flatten(), new Linear(28 * 28, 32), new OwnSoftplus(), new Linear(32, 1)];
        return new GanTrainer(
            new Gan(generator, discriminator, latentSize: 8), new SquaredHingeLoss(), new Adam(5e-4), new Adam(5e-4));
    }

    private static GanTrainer ResidualGan()
    {
        const int Width = 8, Latent = 16;
        RandomSource.Default = new RandomSource(1, "weights");
        Sequential generator =
        [
            new Linear(Latent, 4 * Width * 7 * 7), new Reshape(4 * Width, 7, 7),
            Up(4 * Width, 2 * Width), new SelfAttention2D(2 * Width, spectralNorm: true), Up(2 * Width, Width),
            new BatchNorm2D(Width), new ReLU(), new Conv2D(Width, 1, 3, padding: 1), new Tanh(),
        ];
        Sequential discriminator =
        [
            Down(1, Width, isFirst: true), new SelfAttention2D(Width, spectralNorm: true), Down(Width, 2 * Width), Same(2 * Width),
            new ReLU(), new GlobalAvgPool2D(), new ProjectionLogit(2 * Width, Classes, spectralNorm: true),
        ];
        return new GanTrainer(
            new Gan(generator, discriminator, Latent, Classes), new HingeLoss(), new Adam(2e-4, beta1: 0, beta2: 0.9),
            new Adam(4e-4, beta1: 0, beta2: 0.9))
        {
            Average = 0.999,
        };

        static Residual Up(int from, int to) => new(
            new Sequential(
                new ConditionalBatchNorm2D(from, Classes), new ReLU(), new Upsample2D(2), new Conv2D(from, to, 3, padding: 1),
                new ConditionalBatchNorm2D(to, Classes), new ReLU(), new Conv2D(to, to, 3, padding: 1)),
            new Sequential(new Upsample2D(2), new Conv2D(from, to, 1)));

        static Residual Down(int from, int to, bool isFirst = false) => new(
            new Sequential(
                isFirst ? Lambda.Identity() : new ReLU(), Normalized(from, to, 3), new ReLU(), Normalized(to, to, 3), new AvgPool2D(2)),
            new Sequential(Normalized(from, to, 1), new AvgPool2D(2)));

        static Residual Same(int channels) => new(
            new Sequential(new ReLU(), Normalized(channels, channels, 3), new ReLU(), Normalized(channels, channels, 3)));

        static SpectralNorm Normalized(int from, int to, int kernel) => new(new Conv2D(from, to, kernel, padding: kernel / 2));
    }

    /// <summary>y = ln(1 + eˣ), dx = dy / (1 + e⁻ˣ).</summary>
    internal sealed class OwnSoftplus : Module
    {
        private Tensor? x, y;

        public override Tensor Forward(Tensor x)
        {
            (this.x, y) = (x, new Tensor(x.Shape));
            for (int i = 0; i < x.Shape.Count; i++)
            {
                y.Span[i] = Math.Max(x.Span[i], 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(x.Span[i])));
            }

            return y;
        }

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
        {
            CheckBackward(y, dy);
            Tensor dx = new(dy.Shape);
            for (int i = 0; i < dx.Shape.Count; i++)
            {
                dx.Span[i] = dy.Span[i] / (1 + MathF.Exp(-x!.Span[i]));
            }

            return dx;
        }
    }

    private sealed class SquaredHingeLoss : PointwiseLoss
    {
        protected override (double Loss, double Slope) OnReal(float z) => z >= 1 ? (0, 0) : ((1.0 - z) * (1.0 - z), -2 * (1.0 - z));

        protected override (double Loss, double Slope) OnFake(float z) => z <= -1 ? (0, 0) : ((1.0 + z) * (1.0 + z), 2 * (1.0 + z));

        protected override (double Loss, double Slope) OnGenerated(float z) => (-z, -1);
    }
}
