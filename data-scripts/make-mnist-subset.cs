#!/usr/bin/env dotnet
// Makes the training digits that ship with the program from the full set: the first 600 of each class, in their order, as gzipped IDX.
// Usage: dotnet run data-scripts/make-mnist-subset.cs   (after get-mnist.cs)
#:property PublishAot=false
#:project ../src/Framework/MiniGan.Framework.csproj

using System.IO.Compression;
using System.Runtime.CompilerServices;
using MiniGan.Data;

const int PerClass = 600;

string repository = Path.GetDirectoryName(Path.GetDirectoryName(ScriptPath()))!;
string from = Path.Combine(repository, "data", "mnist"), to = Path.Combine(repository, "src", "Cli", "mnist-subset");
IdxImages images = IdxFile.ReadImages(Path.Combine(from, "train-images-idx3-ubyte"));
byte[] labels = IdxFile.ReadLabels(Path.Combine(from, "train-labels-idx1-ubyte"));

int size = images.Height * images.Width;
int[] taken = new int[10];
List<byte> pixels = [], chosen = [];
for (int i = 0; i < images.Count; i++)
{
    if (taken[labels[i]]++ < PerClass)
    {
        pixels.AddRange(images.Pixels.AsSpan(i * size, size));
        chosen.Add(labels[i]);
    }
}

Directory.CreateDirectory(to);
string imagePath = Path.Combine(to, "train-images-idx3-ubyte"), labelPath = Path.Combine(to, "train-labels-idx1-ubyte");
IdxFile.WriteImages(imagePath, new IdxImages(chosen.Count, images.Height, images.Width, [.. pixels]));
IdxFile.WriteLabels(labelPath, [.. chosen]);
Compress(imagePath);
Compress(labelPath);
Console.WriteLine($"{chosen.Count} digits in {to}");

static void Compress(string path)
{
    using (FileStream source = File.OpenRead(path), target = File.Create(path + ".gz"))
    using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize))
    {
        source.CopyTo(gzip);
    }

    File.Delete(path);
}

static string ScriptPath([CallerFilePath] string path = "") => path;
