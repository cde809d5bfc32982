#!/usr/bin/env dotnet
// Trains a GAN on the digits that ship with MiniGan and draws what it has learned.
// Usage: dotnet run -c Release src/Samples/TrainToyGan.cs [STEPS] [FOLDER]     (FOLDER: MNIST's four files)
#:property PublishAot=false
#:project ../Framework/MiniGan.Framework.csproj
using System.Globalization;
using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
ImageDataset digits = ImageDataset.LoadTraining(args.Length > 1 ? args[1] : "src/Cli/mnist-subset");

Gan gan = new Dcgan(digits.ImageShape) { Width = 16, DiscriminatorNormalization = NormalizationKind.None }.Build(seed: 1);
var trainer = new GanTrainer(gan, new NonSaturatingLoss(), new Adam(2e-3, beta1: 0.5), new Adam(2e-3, beta1: 0.5))
{
    Penalty = new R1Penalty(gamma: 1),
    Average = 0.999,
};

foreach (Batch batch in digits.Shuffled(batchSize: 32, seed: 1).Take(steps))
{
    StepReport report = trainer.Step(batch);
    if (report.Step % 100 == 0 || report.Step == steps)
    {
        Console.WriteLine($"step {report.Step}: D {report.DiscriminatorLoss:F3}, G {report.GeneratorLoss:F3}");
    }
}

gan.Save("toy-gan.safetensors");
PngWriter.Write("toy-gan.png", ImageConversion.Grid(gan.Generate(gan.Latents(64, new RandomSource(1, "samples"))), columns: 8));
Console.WriteLine("Wrote toy-gan.safetensors and toy-gan.png");
