using MiniGan.Cli.Common;
using MiniGan.ImageSharp;
using MiniGan.Imaging;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;

namespace MiniGan.Cli.Generate;

/// <summary>What a run's samples looked like from step to step, as an animation.</summary>
internal static class TimelapseFile
{
    private const int MostFrames = 200, LastFrames = 8;

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

        var pictures = new List<Bitmap>();
        foreach (SampleFile sample in SampleFile.Spread(SampleFile.In(new RunFiles(run).Samples), MostFrames))
        {
            cancelled.ThrowIfCancellationRequested();
            Bitmap picture = PictureReader.Read(sample.Path).Enlarged(scale);
            if (pictures.Count > 0 && (picture.Width, picture.Height) != (pictures[0].Width, pictures[0].Height))
            {
                throw new UserException($"--timelapse: '{sample.Path}' has another size than the samples before it. Take it away.");
            }

            pictures.Add(picture);
        }

        if (pictures.Count == 0)
        {
            throw new UserException($"--timelapse: the run '{run}' has no samples yet. Wait for its first.");
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
