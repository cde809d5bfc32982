using System.Text;
using MiniGan.Data;
using MiniGan.ImageSharp;
using MiniGan.Imaging;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary>A folder with what is measured: some of the digits that ship with the program, pictures, arrays, a checkpoint.</summary>
internal sealed class EvaluationFolder : IDisposable
{
    private static readonly ImageDataset Digits =
        ImageDataset.LoadTraining(System.IO.Path.Combine(AppContext.BaseDirectory, "mnist-subset"));

    private readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    public string this[string name] => folder[name];

    public void Dispose() => folder.Dispose();

    /// <summary>Colour pictures whose brightness, the higher label the brighter, tells their label.</summary>
    public void WritePictures(string name, int count, int height, int width, int label = 0)
    {
        var random = new RandomSource(1, name);
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = [.. Enumerable.Range(0, height * width * 3).Select(_ => (byte)((100 * label) + random.NextInt(60)))];
            PictureWriter.Write(folder[$"{name}/{i}.png"], new Bitmap(width, height, 3, pixels));
        }
    }

    /// <summary>A .npy of bytes.</summary>
    public void WriteArray(string name, string shape)
    {
        int count = shape.Trim('(', ')').Split(',').Aggregate(1, (all, size) => all * int.Parse(size));
        byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
        byte[] elements = [.. Enumerable.Range(0, count).Select(i => (byte)(i * i / 97))];
        File.WriteAllBytes(folder[name], [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. elements]);
    }

    public void WriteCheckpoint()
    {
        var configuration = Recipe.For(Preset.Dcgan, width: 2);
        GanCheckpoint.Save(this["gan"], configuration.CreateGan(), metadata: configuration.Metadata);
    }

    /// <summary>A data folder of the digits that ship with the program; without a test set if it is to have no images.</summary>
    public void WriteData(string name, int training, int test, Func<byte, byte>? relabel = null)
    {
        void Write(string kind, int first, int count)
        {
            (IdxImages images, int[] labels) = Pick(first, count);
            IdxFile.WriteImages(this[$"{name}/{kind}-images-idx3-ubyte"], images);
            IdxFile.WriteLabels(
                this[$"{name}/{kind}-labels-idx1-ubyte"], [.. labels.Select(label => (byte)label).Select(relabel ?? (label => label))]);
        }

        Write("train", 0, training);
        if (test > 0)
        {
            Write("t10k", training, test);
        }
    }

    public static (IdxImages Images, int[] Labels) Pick(int first, int count)
    {
        var all = new Tensor(new Shape(count, 1, 28, 28));
        Digits.CopyTo([.. Enumerable.Range(first, count)], all);
        return (new IdxImages(count, 28, 28, ImageConversion.ToBytes(all)), [.. Digits.Labels.Skip(first).Take(count)]);
    }
}
