#!/usr/bin/env dotnet
// Compares the hand-written layers with TorchSharp's built-in ones, values, first and second derivatives; then a whole GAN on both engines,
// step by step from the same weights, latents and images.
// Usage: dotnet run -c Release src/Samples/CompareLayers.cs [FOLDER]
#:property PublishAot=false
#:package TorchSharp-cpu
#:project ../TorchSharp/MiniGan.TorchSharp.csproj
using System.Globalization;
using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Comparing;

ImageDataset digits = ImageDataset.LoadTraining(args.Length > 0 ? args[0] : "src/Cli/mnist-subset");
var x = new Tensor(new Shape(4, 3, 16, 20));
new RandomSource(seed: 1, "x").FillNormal(x.Span);
foreach (Module layer in (Module[])[new Conv2D(3, 8, 4, stride: 2, padding: 1), new ConvTranspose2D(3, 8, 4, stride: 2, padding: 1)])
{
    Console.WriteLine(layer);
    foreach ((string quantity, double difference) in ModuleComparison.Of(layer, x))
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {quantity} {difference:0.0E-00}"));
    }
}

Recipe recipe = Recipe.For(Preset.Conditional, width: 8, batchSize: 16);
using var comparison = new EngineComparison(recipe.Build);
EngineStep[] steps = [.. digits.Shuffled(recipe.BatchSize, seed: 1).Take(8).Select(comparison.Step)];
foreach (EngineDifference verdict in EngineComparison.Summarize(steps))
{
    Console.WriteLine(verdict);
}

return EngineComparison.Summarize(steps).All(verdict => verdict.Passed) ? 0 : 1;
