using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Samples.Generate;

/// <summary>Samples as files: what is written follows from how the name ends.</summary>
internal static class SampleFiles
{
    private const int PixelsPerImage = GanModel.ImageSize * GanModel.ImageSize;

    /// <summary>So many pictures to a path.</summary>
    /// <exception cref="UserException">Nothing of this name can be written, or not so many.</exception>
    public static GenerateJob JobFor(string path, int count)
    {
        bool toFolder = false;
        Action<IEnumerable<Tensor>, int> write;
        if (path.EndsWith("idx3-ubyte", StringComparison.Ordinal))
        {
            write = (images, _) => WriteIdx(path, count, images);
        }
        else if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            write = (images, _) => NpyWriter.Write(path, ImagesShape(count), images);
        }
        else if (PictureFile.IsPicture(path))
        {
            write = count <= GenerateJob.LargestGrid
                ? (images, columns) => PictureFile.Write(path, ImageConversion.Grid(Collect(count, images), columns))
                : throw new UserException(
                    $"--count: a grid holds at most {GenerateJob.LargestGrid} images, not {count}. Give a folder, a file .npy or a file .idx3-ubyte as --out.");
        }
        else if (Path.GetExtension(path).Length == 0)
        {
            toFolder = true;
            write = (images, _) => PictureFile.WriteFolder(path, count, images.SelectMany(Bitmaps));
        }
        else
        {
            string possible = $"{PictureFile.PictureEndings}, .npy, .idx3-ubyte, or a folder (a name without a dot)";
            throw new UserException(PictureFile.IsAnimation(path)
                ? $"--out: '{path}' is an animation, but samples stand still. Give --interpolate, or another name: {possible}."
                : $"--out: '{path}' ends in '{Path.GetExtension(path)}', but what can be written is {possible}.");
        }

        return new GenerateJob($"{count} images", count, toFolder, count, source => source.Samples(count), write);
    }

    /// <summary>All pictures as one tensor.</summary>
    private static Tensor Collect(int count, IEnumerable<Tensor> images)
    {
        var all = new Tensor(ImagesShape(count));
        int done = 0;
        foreach (Tensor some in images)
        {
            some.Span.CopyTo(all.Span[done..]);
            done += some.Shape.Count;
        }

        return all;
    }

    private static IEnumerable<Bitmap> Bitmaps(Tensor images)
    {
        byte[] bytes = ImageConversion.ToBytes(images);
        return Enumerable.Range(0, images.Shape.N)
            .Select(i => new Bitmap(GanModel.ImageSize, GanModel.ImageSize, 1, bytes[(i * PixelsPerImage)..((i + 1) * PixelsPerImage)]));
    }

    private static void WriteIdx(string path, int count, IEnumerable<Tensor> images)
    {
        byte[] pixels = new byte[count * PixelsPerImage];
        int done = 0;
        foreach (Tensor some in images)
        {
            ImageConversion.ToBytes(some).CopyTo(pixels, done);
            done += some.Shape.Count;
        }

        IdxFile.WriteImages(path, new IdxImages(count, GanModel.ImageSize, GanModel.ImageSize, pixels));
    }

    private static Shape ImagesShape(int count) => new(count, 1, GanModel.ImageSize, GanModel.ImageSize);
}
