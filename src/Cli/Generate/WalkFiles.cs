using MiniGan.Cli.Common;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Cli.Generate;

/// <summary>Walks through latent space as files: what is written follows from how the name ends.</summary>
internal static class WalkFiles
{
    private const int LargestWalk = 100_000; // pictures: 90 MB in memory as bytes

    private const double SecondsPerFrame = 0.08;

    /// <summary>So many walks to a path.</summary>
    /// <param name="path">Where.</param>
    /// <param name="count">Walks side by side.</param>
    /// <param name="stops">Random latent vectors that each passes.</param>
    /// <param name="framesPerLeg">Frames from one to the next.</param>
    /// <param name="strip">Whether it is a still picture with a row per walk.</param>
    /// <param name="scale">Rows and columns of a pixel.</param>
    /// <exception cref="UserException">Walks cannot be written to this name, or not so many.</exception>
    public static GenerateJob JobFor(string path, int count, int stops, int framesPerLeg, bool strip, int scale)
    {
        int frames = stops * framesPerLeg, largest = strip ? GenerateJob.LargestGrid : LargestWalk;
        if (count > ImageSource.ImagesPerPass)
        {
            throw new UserException($"--count: at most {ImageSource.ImagesPerPass} walks go side by side, not {count}. Give fewer.");
        }

        if ((long)count * frames > largest)
        {
            throw new UserException(
                $"--interpolate: {count} walks of {frames} frames are {(long)count * frames} pictures, but " +
                $"{(strip ? "a strip holds" : "walks have")} at most {largest}. Give less of --interpolate, --frames or --count.");
        }

        bool toFolder = false;
        Action<IEnumerable<Tensor>, int> write;
        if (strip)
        {
            write = PictureFile.IsPicture(path)
                ? (images, _) =>
                    PictureFile.Write(path, ImageConversion.Grid(RowByWalk(count, frames, images), columns: frames).Enlarged(scale))
                : throw new UserException(
                    $"--strip draws one still picture, but --out is '{path}'. Give a name that ends in {PictureFile.PictureEndings}.");
        }
        else if (PictureFile.IsAnimation(path))
        {
            write = (images, columns) => PictureFile.Write(path, [.. Grids(images, columns, scale)], SecondsPerFrame);
        }
        else if (Path.GetExtension(path).Length == 0 && !path.EndsWith("idx3-ubyte", StringComparison.Ordinal))
        {
            toFolder = true;
            write = (images, columns) => PictureFile.WriteFolder(path, frames, Grids(images, columns, scale));
        }
        else
        {
            throw new UserException(
                $"--out: '{path}' cannot hold the walks of --interpolate. Give a name that ends in {PictureFile.AnimationEndings} " +
                "(animated), a folder (a name without a dot; a PNG per frame), or with --strip a still picture " +
                $"({PictureFile.PictureEndings}).");
        }

        string what = $"{count} walk{(count == 1 ? "" : "s")} of {frames} frames";
        return new GenerateJob(what, count * frames, toFolder, count, source => source.Walks(count, stops, framesPerLeg), write);
    }

    private static IEnumerable<Bitmap> Grids(IEnumerable<Tensor> frames, int columns, int scale) =>
        frames.Select(frame => ImageConversion.Grid(frame, columns).Enlarged(scale));

    /// <summary>From frame after frame to walk after walk.</summary>
    private static Tensor RowByWalk(int count, int frames, IEnumerable<Tensor> images)
    {
        Tensor? all = null;
        int column = 0;
        foreach (Tensor frame in images)
        {
            int size = frame.Shape.Count / count;
            all ??= new Tensor(new Shape(count * frames, frame.Shape.C, frame.Shape.H, frame.Shape.W));
            for (int row = 0; row < count; row++)
            {
                frame.Span.Slice(row * size, size).CopyTo(all.Span[(((row * frames) + column) * size)..]);
            }

            column++;
        }

        return all!;
    }
}
