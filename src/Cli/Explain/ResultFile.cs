using MiniGan.Cli.Common;
using MiniGan.Files;
using MiniGan.Imaging;

namespace MiniGan.Cli.Explain;

/// <summary>The file of <c>--out</c>: what it holds follows from how its name ends.</summary>
internal static class ResultFile
{
    /// <summary>How a lesson is written to a path.</summary>
    /// <exception cref="UserException">The name has no known ending, or asks for a page that is not wanted.</exception>
    public static Action<Lesson> WriterFor(string path, bool noHtml, bool backward, TrainedLayer? layer)
    {
        string ending = Path.GetExtension(path);
        return ending.ToUpperInvariant() switch
        {
            ".HTML" or ".HTM" => noHtml
                ? throw new UserException($"--no-html and --out '{path}' contradict each other: leave one of them away.")
                : lesson => WritePage(path, lesson, backward, layer),
            ".PNG" => lesson => Place(path, () => PngWriter.Write(path, LessonPicture.Still(lesson))),
            ".APNG" => lesson =>
                Place(path, () => AnimatedPngWriter.Write(path, LessonPicture.Frames(lesson), LessonPicture.SecondsPerFrame)),
            _ => throw new UserException($"--out: '{path}' ends in '{ending}', but what can be written is .html, .png or .apng."),
        };
    }

    /// <summary>Writes the page and says so.</summary>
    /// <exception cref="UserException">It is too large for a page, or cannot be written.</exception>
    public static string WritePage(string path, Lesson lesson, bool backward, TrainedLayer? layer)
    {
        string page = HtmlPage.Render(lesson, backward, layer);
        Place(path, () => AtomicFile.WriteText(path, page));
        return $"Wrote {path}: open it in a browser to play with it.";
    }

    private static void Place(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--out: '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Give another place.");
        }
    }
}
