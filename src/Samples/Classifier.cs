#!/usr/bin/env dotnet
// The same layers without a GAN: a small convolutional network that tells digits apart.
// Usage: dotnet run -c Release src/Samples/Classifier.cs [STEPS] [FOLDER]
#:property PublishAot=false
#:project ../Framework/MiniGan.Framework.csproj
using System.Globalization;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 300;
ImageDataset digits = ImageDataset.LoadTraining(args.Length > 1 ? args[1] : "src/Cli/mnist-subset");
ImageDataset training = digits.Choose([.. Enumerable.Range(0, digits.Count - 1000)]);
ImageDataset held = digits.Choose([.. Enumerable.Range(digits.Count - 1000, 1000)]);

Sequential network =
[
    new Conv2D(1, 8, 3, stride: 2, padding: 1), new ReLU(), // 14×14
    new Conv2D(8, 16, 3, stride: 2, padding: 1), new ReLU(), // 7×7
    new Flatten(), new Linear(16 * 7 * 7, 10),
];
Initializers.Default(network, new RandomSource(seed: 1, "weights"));
var loss = new SoftmaxCrossEntropy();
var optimizer = new Adam(network.Parameters, 2e-3);

foreach ((int step, Batch batch) in training.Shuffled(batchSize: 64, seed: 1).Take(steps).Index())
{
    double value = loss.Forward(network.Forward(batch.Images), batch.Labels.Span);
    network.ZeroGradients();
    network.Backward(loss.Backward(), Gradients.Parameters);
    optimizer.Step();
    if ((step + 1) % 100 == 0)
    {
        Console.WriteLine($"step {step + 1}: loss {value:F3}");
    }
}

network.SetTraining(false);
var images = new Tensor(new Shape(held.Count, 1, 28, 28));
held.CopyTo([.. Enumerable.Range(0, held.Count)], images);
float[][] logits = [.. network.Forward(images).ToRowMajor().Chunk(10)];
double right = logits.Zip(held.Labels, (z, label) => Array.IndexOf(z, z.Max()) == label ? 1.0 : 0).Average();
Console.WriteLine($"Right on {right:P1} of {held.Count} digits that it has not seen");
network.Save("classifier.safetensors");
