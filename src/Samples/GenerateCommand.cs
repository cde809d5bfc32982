using System.CommandLine;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary><c>minigan generate</c>.</summary>
internal static class GenerateCommand
{
    private const int ImagesPerPass = 500, LargestGrid = 10_000;

    private static readonly Option<string> Checkpoint = new("--checkpoint") { Description = "The checkpoint.safetensors of a run.", Required = true, HelpName = "FILE" };

    private static readonly Option<int?> Count = CommandLine.InRange("--count", "Images to make. [default: 64]", 1, 1_000_000);

    private static readonly Option<ulong?> Seed = CommandLine.Seed("Of the latent vectors: the same seed gives the same images.");

    private static readonly Option<string?> Out = CommandLine.PathOption(
        "--out",
        "FILE.png: one grid of all; FILE.idx3-ubyte: raw images, as MNIST's; a folder: a PNG each. Files of that name are replaced. [default: generated.png]",
        "FILE|DIR");

    private static readonly Option<bool> FromRaw = new("--from-raw")
    {
        Description = "Take the generator as the last step left it, not its moving average.",
    };

    private static readonly Option<bool> FromEma = new("--from-ema")
    {
        Description = "Take the generator's moving average, and refuse a checkpoint without one. [default: the average if there is one]",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "generate",
            "Make pictures with a trained generator.",
            "minigan generate --checkpoint runs/dcgan-mnist-1/checkpoint.safetensors --out grid.png",
            "minigan generate --checkpoint runs/dcgan-mnist-1/checkpoint.safetensors --count 10000 --out samples.idx3-ubyte")
        {
            Checkpoint, Count, Seed, Out, FromEma, FromRaw,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(FromEma) && result.GetValue(FromRaw))
            {
                result.AddError("--from-ema and --from-raw exclude each other: give one of them.");
            }
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(Out) ?? "generated.png";
        int count = parsed.GetValue(Count) ?? 64;
        Action<Func<int, Tensor>> write = WriterFor(path, count);
        string checkpoint = parsed.GetValue(Checkpoint)!;
        if (!File.Exists(checkpoint))
        {
            throw new UserException($"--checkpoint: there is no file '{checkpoint}'. Give the checkpoint.safetensors of a run.");
        }

        GanModel model = GanCheckpoint.Load(checkpoint).Model;
        if (parsed.GetValue(FromEma) && model.AverageGenerator is null)
        {
            throw new UserException($"--from-ema: '{checkpoint}' holds no moving average. Leave the option out to take the generator as it is.");
        }

        var random = new RandomSource(parsed.GetValue(Seed) ?? 1, "generate");
        try
        {
            write(count => model.Generate(model.Latents(count, random), average: !parsed.GetValue(FromRaw)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--out: '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Give another place.");
        }

        Console.WriteLine($"Wrote {count} images to {path}");
        return CommandLine.Success;
    }

    private static Action<Func<int, Tensor>> WriterFor(string path, int count)
    {
        if (path.EndsWith("idx3-ubyte", StringComparison.Ordinal))
        {
            return next => WriteIdx(path, count, next);
        }

        if (path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            return count <= LargestGrid
                ? next => WriteGrid(path, count, next, PngWriter.Write)
                : throw new UserException($"--count: a grid holds at most {LargestGrid} images, not {count}. Give a folder or a file .idx3-ubyte as --out.");
        }

#if EXTRAS
        if (ImageSharp.PictureWriter.CanWrite(path) && count <= LargestGrid)
        {
            return next => WriteGrid(path, count, next, ImageSharp.PictureWriter.Write);
        }
#endif

        return Path.GetExtension(path).Length == 0
            ? next => WriteFolder(path, count, next)
            : throw new UserException($"--out: '{path}' ends in '{Path.GetExtension(path)}', but what can be written is .png, .idx3-ubyte, or a folder (a name without a dot).");
    }

    private static void WriteGrid(string path, int count, Func<int, Tensor> next, Action<string, Bitmap> write)
    {
        var all = new Tensor(new Shape(count, 1, GanModel.ImageSize, GanModel.ImageSize));
        int done = 0;
        foreach (Tensor images in Generate(count, next))
        {
            images.Span.CopyTo(all.Span[done..]);
            done += images.Shape.Count;
        }

        write(path, ImageConversion.Grid(all, columns: (int)Math.Ceiling(Math.Sqrt(count))));
    }

    private static void WriteFolder(string path, int count, Func<int, Tensor> next)
    {
        const int pixels = GanModel.ImageSize * GanModel.ImageSize;
        int number = 0, digits = $"{count}".Length;
        foreach (Tensor images in Generate(count, next))
        {
            byte[] bytes = ImageConversion.ToBytes(images);
            for (int i = 0; i < images.Shape.N; i++)
            {
                string name = $"{++number}".PadLeft(digits, '0') + ".png";
                PngWriter.Write(Path.Combine(path, name), new Bitmap(GanModel.ImageSize, GanModel.ImageSize, 1, bytes[(i * pixels)..((i + 1) * pixels)]));
            }
        }
    }

    private static void WriteIdx(string path, int count, Func<int, Tensor> next)
    {
        byte[] pixels = new byte[count * GanModel.ImageSize * GanModel.ImageSize];
        int done = 0;
        foreach (Tensor images in Generate(count, next))
        {
            ImageConversion.ToBytes(images).CopyTo(pixels, done);
            done += images.Shape.Count;
        }

        IdxFile.WriteImages(path, new IdxImages(count, GanModel.ImageSize, GanModel.ImageSize, pixels));
    }

    private static IEnumerable<Tensor> Generate(int count, Func<int, Tensor> next)
    {
        for (int done = 0; done < count; done += ImagesPerPass)
        {
            yield return next(Math.Min(ImagesPerPass, count - done));
        }
    }
}
