// A program that references MiniGan's packages: it looks into them, trains a GAN for a few steps, and exports it. See check.sh.
// Arguments: the folder of the packages, and a path that must not stand in them.
using System.IO.Compression;
using System.Text;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.ImageSharp;
using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Onnx;
using MiniGan.Optimizers;
using MiniGan.PyTorch;
using MiniGan.Runs;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Training;
using MiniGan.Training;

foreach (string package in Directory.GetFiles(args[0], "*.*nupkg"))
{
    using ZipArchive zip = ZipFile.OpenRead(package);
    string[] needed = package.EndsWith(".snupkg", StringComparison.Ordinal) ? [".pdb"] : [".dll", ".xml", "README.md", "icon.png"];
    foreach (string end in needed.Where(end => !zip.Entries.Any(entry => entry.Name.EndsWith(end, StringComparison.Ordinal))))
    {
        throw new InvalidDataException($"{package} has no {end}.");
    }

    foreach (ZipArchiveEntry entry in zip.Entries)
    {
        using var bytes = new MemoryStream();
        using Stream content = entry.Open();
        content.CopyTo(bytes);
        if (bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(args[1])) >= 0)
        {
            throw new InvalidDataException($"{package}: {entry.FullName} holds {args[1]}, a path of this machine.");
        }
    }
}

Gan gan = new Dcgan(new ImageShape(1, 12, 12)) { Width = 4 }.Build(seed: 1);
var trainer = new GanTrainer(gan, new NonSaturatingLoss(), new Adam(1e-3), new Adam(1e-3)) { Average = 0.9 };
var random = new RandomSource(1, "images");
var batches = new GeneratedBatches(_ =>
{
    var images = new Tensor(gan.ImageShape.Batch(8));
    random.FillUniform(images.Span, -1, 1);
    return new Batch(images);
});
new TrainingRun("run", trainer, batches) { DataName = "noise" }.Train(steps: 5);
OnnxFile.WriteGenerator("generator.onnx", gan);
PyTorchFiles.Write("torch", gan);
foreach (string file in new[] { "run/checkpoint.safetensors", "generator.onnx", "torch/model.py" })
{
    if (!File.Exists(file))
    {
        throw new FileNotFoundException("It was not written.", file);
    }
}

Console.WriteLine($"Trained from packages, beside {typeof(TorchTrainer)}, {typeof(Evaluator)} and {typeof(PictureFolder)}");
