using MiniGan.Cli.Common;
using MiniGan.ImageSharp;
using MiniGan.Imaging;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;

namespace MiniGan.Cli.Generate;

/// <summary>What a run's samples looked like from step to step, as an animation.</summary>
internal static class TimelapseFile
{
    private const int MostFrames = 200, FewestFrames = 4, LastFrames = 8;

    private const long MostBytes = 1 << 30; // of all frames in memory

    private const double SecondsPerFrame = 0.25;

    /// <summary>Writes the animation; its last picture stays for a while.</summary>
    /// <param name="path">Where.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="scale">Rows and columns of a pixel.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <returns>How many pictures there are.</returns>
    /// <exception cref="UserException">The run has no samples, or an animation cannot be written to this name.</exception>
    /// <exception cref="IOException">A picture cannot be read, or the file not written.</exception>
    public static int Write(string path, string run, int scale, CancellationToken cancelled)
    {
        if (!PictureFile.IsAnimation(path))
        {
            throw new UserException(
                $"--out: '{path}' cannot hold the animation of --timelapse. Give a name that ends in {PictureFile.AnimationEndings}.");
        }

        SampleFile[] samples = SampleFile.In(new RunFiles(run).Samples);
        if (samples.Length == 0)
        {
            throw new UserException($"--timelapse: the run '{run}' has no samples yet. Wait for its first.");
        }

        Bitmap first = PictureReader.Read(samples[^1].Path);
        long bytes = (long)first.Width * scale * first.Height * scale * first.Channels;
        if (bytes * FewestFrames > MostBytes)
        {
            throw new UserException(
                $"--scale: {scale} makes frames of {first.Width * (long)scale}×{first.Height * (long)scale}, more than memory should " +
                "hold. Give less.");
        }

        var pictures = new List<Bitmap>();
        foreach (SampleFile sample in SampleFile.Spread(samples, (int)Math.Min(MostFrames, MostBytes / bytes)))
        {
            cancelled.ThrowIfCancellationRequested();
            Bitmap picture = PictureReader.Read(sample.Path);
            if ((picture.Width, picture.Height) != (first.Width, first.Height))
            {
                throw new UserException(
                    $"--timelapse: '{sample.Path}' has another size than the newest samples. Delete it, or move it elsewhere.");
            }

            pictures.Add(picture.Enlarged(scale));
        }

        // Samples that happen to have no colour, as black ones, are read as grey.
        int channels = pictures.Max(picture => picture.Channels);
        Bitmap[] alike = [.. pictures.Select(picture => InColour(picture, channels))];
        PictureFile.Write(path, [.. alike, .. Enumerable.Repeat(alike[^1], LastFrames)], SecondsPerFrame);
        return alike.Length;
    }

    private static Bitmap InColour(Bitmap picture, int channels) => picture.Channels == channels
        ? picture
        : new Bitmap(picture.Width, picture.Height, channels, [.. picture.Pixels.SelectMany(grey => Enumerable.Repeat(grey, channels))]);
}
