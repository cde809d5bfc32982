#!/usr/bin/env dotnet
// Makes 60,000 pictures of three MNIST digits each, as red, green and blue, in data/stacked-mnist: 1,000 kinds, to count mode collapse by.
// Usage: dotnet run data-scripts/make-stacked-mnist.cs [SEED]   (after get-mnist.cs), then train --data data/stacked-mnist
#:property PublishAot=false
#:project DataSets/MiniGan.DataSets.csproj

using System.Globalization;
using System.Runtime.CompilerServices;
using MiniGan.Data;
using MiniGan.DataSets;

const int Count = 60_000;
ulong seed = 1;
if (args.Length > 1 || (args.Length == 1 && !ulong.TryParse(args[0], CultureInfo.InvariantCulture, out seed)))
{
    Console.Error.WriteLine("Give one seed, a number, or none.");
    return 2;
}

string data = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(ScriptPath()))!, "data");
string from = Path.Combine(data, "mnist", "train-images-idx3-ubyte"), to = Path.Combine(data, "stacked-mnist", "train-images-idx3-ubyte");
if (!File.Exists(from))
{
    Console.Error.WriteLine($"There is no {from}. Get it: dotnet run data-scripts/get-mnist.cs");
    return 2;
}

IdxFile.WriteImages(to, StackedMnist.Make(IdxFile.ReadImages(from), Count, seed));
Console.WriteLine($"{Count} pictures of seed {seed} in {to}");
return 0;

static string ScriptPath([CallerFilePath] string path = "") => path;
