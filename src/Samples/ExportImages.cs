#!/usr/bin/env dotnet
// Draws images with a generator that `minigan train` trained: a grid and a file for each image.
// Usage: dotnet run -c Release src/Samples/ExportImages.cs CHECKPOINT [COUNT]
#:property PublishAot=false
#:project ../Framework/MiniGan.Framework.csproj
using System.Globalization;
using MiniGan.Imaging;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

if (args.Length == 0)
{
    Console.Error.WriteLine("Name a checkpoint, for example runs/conditional-mnist-subset-1/checkpoint.safetensors");
    return 2;
}

int count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
Gan gan = Recipe.LoadGan(args[0]); // the recipe in the checkpoint builds the networks
Tensor images = gan.Generate(gan.Latents(count, new RandomSource(seed: 1, "export"))); // [count, C, H, W] in [−1, 1]

Directory.CreateDirectory("images");
PngWriter.Write("images/grid.png", ImageConversion.Grid(images, columns: 10));
byte[] pixels = ImageConversion.ToBytes(images); // [count][H][W][C], 0 to 255
(int channels, int height, int width) = gan.ImageShape;
foreach ((int i, byte[] image) in pixels.Chunk(height * width * channels).Index())
{
    PngWriter.Write($"images/{i:D4}.png", new Bitmap(width, height, channels, image));
}

Console.WriteLine($"Wrote {count} images and grid.png to images/");
return 0;
