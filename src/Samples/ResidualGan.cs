#!/usr/bin/env dotnet
// What later papers added to DCGAN: residual blocks, conditional batch normalisation, self-attention, spectral normalisation and a
// projection discriminator, on Fashion-MNIST. The generator is told which of the ten classes to draw: a column of the picture each.
// Usage: dotnet run data-scripts/get-fashion-mnist.cs, then dotnet run -c Release src/Samples/ResidualGan.cs [STEPS] [FOLDER] [WIDTH]
#:property PublishAot=false
#:project ../Framework/MiniGan.Framework.csproj
using System.Globalization;
using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

const int Classes = 10, Latent = 64;
int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3000;
ImageDataset clothes = ImageDataset.LoadTraining(args.Length > 1 ? args[1] : "data/fashion-mnist");
int width = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 32;

Sequential generator =
[
    new Linear(Latent, 4 * width * 7 * 7), new Reshape(4 * width, 7, 7),
    Up(4 * width, 2 * width), new SelfAttention2D(2 * width, spectralNorm: true), Up(2 * width, width), // 14×14, 28×28
    new BatchNorm2D(width), new ReLU(), new Conv2D(width, 1, 3, padding: 1), new Tanh(),
];
Sequential discriminator =
[
    Down(1, width, isFirst: true), new SelfAttention2D(width, spectralNorm: true), Down(width, 2 * width), // 14×14, 7×7
    Same(2 * width), new ReLU(), new GlobalAvgPool2D(), new ProjectionLogit(2 * width, Classes, spectralNorm: true),
];

var gan = new Gan(generator, discriminator, Latent, Classes);
var trainer = new GanTrainer(gan, new HingeLoss(), new Adam(2e-4, beta1: 0, beta2: 0.9), new Adam(4e-4, beta1: 0, beta2: 0.9))
{
    Average = 0.999,
};
foreach (Batch batch in clothes.Shuffled(batchSize: 32, seed: 1).Take(steps))
{
    StepReport report = trainer.Step(batch);
    if (report.Step % 100 == 0 || report.Step == steps)
    {
        Console.WriteLine(
            $"step {report.Step}: D {report.DiscriminatorLoss:F3}, G {report.GeneratorLoss:F3}, {report.ImagesPerSecond:F0} images/s");
    }
}

gan.Save("residual-gan.safetensors");
PngWriter.Write("residual-gan.png", ImageConversion.Grid(gan.Generate(gan.Latents(80, new RandomSource(1, "samples"))), columns: 10));
Console.WriteLine("Wrote residual-gan.safetensors and residual-gan.png");

// y = conv(up(relu(norm(x)))) and so on, beside a shortcut that is made larger, too (Miyato et al. 2018, figure 8).
static Residual Up(int from, int to) => new(
    new Sequential(
        new ConditionalBatchNorm2D(from, Classes), new ReLU(), new Upsample2D(2), new Conv2D(from, to, 3, padding: 1),
        new ConditionalBatchNorm2D(to, Classes), new ReLU(), new Conv2D(to, to, 3, padding: 1)),
    new Sequential(new Upsample2D(2), new Conv2D(from, to, 1)));

// The first block sees pixels, of which a ReLU would lose the dark ones.
static Residual Down(int from, int to, bool isFirst = false) => new(
    new Sequential(
        isFirst ? Lambda.Identity() : new ReLU(), Normalized(from, to, 3), new ReLU(), Normalized(to, to, 3), new AvgPool2D(2)),
    new Sequential(Normalized(from, to, 1), new AvgPool2D(2)));

static Residual Same(int channels) => new(
    new Sequential(new ReLU(), Normalized(channels, channels, 3), new ReLU(), Normalized(channels, channels, 3)));

static SpectralNorm Normalized(int from, int to, int kernel) => new(new Conv2D(from, to, kernel, padding: kernel / 2));
