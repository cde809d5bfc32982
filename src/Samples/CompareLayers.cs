#!/usr/bin/env dotnet
// Runs the hand-written layers and TorchSharp's on the same random weights and images, and prints how far apart they are,
// forward and backward.
// Usage: dotnet run -c Release src/Samples/CompareLayers.cs
#:property PublishAot=false
#:project ../TorchSharp/MiniGan.TorchSharp.csproj
using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp;

TorchRuntime.Load();
var window = new ConvolutionWindow(kernel: 4, stride: 2, padding: 1);
using var builtInConv2D = new TorchConv2D(3, 8, window);
using var builtInConvTranspose2D = new TorchConvTranspose2D(3, 8, window);
return Compare(new Conv2D(3, 8, window), builtInConv2D) && Compare(new ConvTranspose2D(3, 8, window), builtInConvTranspose2D) ? 0 : 1;

static bool Compare(Module custom, Module builtIn)
{
    foreach ((Parameter from, Parameter to) in custom.Parameters.Zip(builtIn.Parameters))
    {
        from.Value.Span.CopyTo(to.Value.Span);
    }

    var random = new RandomSource(seed: 1, "operands");
    Tensor x = Normal(new Shape(4, 3, 16, 20), random), y = custom.Forward(x), expected = builtIn.Forward(x);
    Tensor dy = Normal(y.Shape, random), dx = custom.Backward(dy), expectedDx = builtIn.Backward(dy);
    double worst = Math.Max(Difference(y, expected), Difference(dx, expectedDx));
    Console.WriteLine($"{custom}: y {Difference(y, expected):E1}, dx {Difference(dx, expectedDx):E1}");
    foreach ((Parameter own, Parameter other) in custom.Parameters.Zip(builtIn.Parameters))
    {
        double difference = Difference(own.Gradient, other.Gradient);
        Console.WriteLine($"    d{own.Name} {difference:E1}");
        worst = Math.Max(worst, difference);
    }

    return worst < 1e-5;
}

static Tensor Normal(Shape shape, RandomSource random)
{
    var tensor = new Tensor(shape);
    random.FillNormal(tensor.Span);
    return tensor;
}

// The largest difference, relative to the largest value: float32 has about seven digits.
static double Difference(Tensor actual, Tensor expected)
{
    float[] a = actual.ToRowMajor(), b = expected.ToRowMajor();
    return a.Zip(b, (p, q) => Math.Abs(p - q)).Max() / b.Max(Math.Abs);
}
