using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Cli.Generate;

/// <summary>Samples as files: what is written follows from how the name ends.</summary>
internal static class SampleFiles
{
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
            write = (images, _) => WriteNpy(path, count, images);
        }
        else if (PictureFile.IsPicture(path))
        {
            write = count <= GenerateJob.LargestGrid
                ? (images, columns) => PictureFile.Write(path, ImageConversion.Grid(Collect(count, images), columns))
                : throw new UserException(
                    $"--count: a grid holds at most {GenerateJob.LargestGrid} images, not {count}. Give a folder, a file .npy or a " +
                    "file .idx3-ubyte as --out.");
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
        Tensor? all = null;
        int done = 0;
        foreach (Tensor some in images)
        {
            all ??= new Tensor(WithCount(some.Shape, count));
            some.Span.CopyTo(all.Span[done..]);
            done += some.Shape.Count;
        }

        return all!;
    }

    private static IEnumerable<Bitmap> Bitmaps(Tensor images)
    {
        Shape shape = images.Shape;
        byte[] bytes = ImageConversion.ToBytes(images);
        int length = shape.Count / shape.N;
        return Enumerable.Range(0, shape.N).Select(i => new Bitmap(shape.W, shape.H, shape.C, bytes[(i * length)..((i + 1) * length)]));
    }

    private static void WriteIdx(string path, int count, IEnumerable<Tensor> images)
    {
        byte[] pixels = [];
        int done = 0;
        var shape = default(ImageShape);
        foreach (Tensor some in images)
        {
            shape = new ImageShape(some.Shape.C, some.Shape.H, some.Shape.W);
            if (done == 0)
            {
                pixels = new byte[WithCount(some.Shape, count).Count];
            }

            ImageConversion.ToBytes(some).CopyTo(pixels, done);
            done += some.Shape.Count;
        }

        IdxFile.WriteImages(path, new IdxImages(count, shape, pixels));
    }

    /// <summary>The first pass tells the shape, and goes in again with the others.</summary>
    private static void WriteNpy(string path, int count, IEnumerable<Tensor> images)
    {
        using IEnumerator<Tensor> passes = images.GetEnumerator();
        passes.MoveNext();
        IEnumerable<Tensor> All()
        {
            do
            {
                yield return passes.Current;
            }
            while (passes.MoveNext());
        }

        NpyWriter.Write(path, WithCount(passes.Current.Shape, count), All());
    }

    private static Shape WithCount(Shape shape, int count) => new(count, shape.C, shape.H, shape.W);
}
