#!/usr/bin/env dotnet
// Draws images with a generator that PyTorch trained. There:
//
//     generator = nn.Sequential(nn.Linear(16, 32 * 7 * 7), nn.Unflatten(1, (32, 7, 7)), nn.BatchNorm2d(32), nn.ReLU(),
//         nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.BatchNorm2d(16), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh())
//     ...
//     safetensors.torch.save_file(generator.state_dict(), "generator.safetensors")    # float16, bfloat16 and float64 are read, too
//
// Usage: dotnet run -c Release src/Samples/FromPyTorch.cs generator.safetensors
#:property PublishAot=false
#:project ../Framework/MiniGan.Framework.csproj
using MiniGan.Files;
using MiniGan.Imaging;
using MiniGan.Modules;
using MiniGan.Tensors;

if (args.Length == 0)
{
    Console.Error.WriteLine("Name the file that PyTorch wrote, for example generator.safetensors");
    return 2;
}

// The same modules in the same order, and so the same names: 0.weight, 0.bias, 2.weight, …
Sequential generator =
[
    new Linear(16, 32 * 7 * 7), new Reshape(32, 7, 7), new BatchNorm2D(32), new ReLU(),
    new ConvTranspose2D(32, 16, 4, stride: 2, padding: 1), new BatchNorm2D(16), new ReLU(),
    new ConvTranspose2D(16, 1, 4, stride: 2, padding: 1), new Tanh(),
];
try
{
    generator.Load(args[0]); // a name or shape that does not fit is refused
}
catch (Exception exception) when (exception is MalformedFileException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

generator.SetTraining(false); // as generator.eval()
var z = new Tensor(new Shape(64, 16));
new RandomSource(seed: 1, "samples").FillNormal(z.Span);
PngWriter.Write("from-pytorch.png", ImageConversion.Grid(generator.Forward(z), columns: 8));
Console.WriteLine("Wrote from-pytorch.png");
return 0;
