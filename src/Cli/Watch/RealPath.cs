namespace MiniGan.Cli.Watch;

/// <summary>Where a path leads once all symbolic links on it are followed, as <c>realpath</c> of POSIX tells.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Follows all links.</summary>
    /// <returns>The path without any, or null if it leads nowhere or in circles.</returns>
    public static string? Of(string path) => Follow(Path.GetFullPath(path), MostLinks);

    /// <summary>Whether a path leads to a place in a folder.</summary>
    /// <param name="folder">The folder, itself without links.</param>
    /// <param name="path">The path.</param>
    public static bool LeadsInto(string folder, string path) =>
        Of(path) is { } real &&
        real.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? Follow(string path, int links)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path; // the root
        }

        if (links == 0 || Follow(parent, links) is not { } real)
        {
            return null;
        }

        string place = Path.Combine(real, Path.GetFileName(path));
        FileSystemInfo file = Directory.Exists(place) ? new DirectoryInfo(place) : new FileInfo(place);
        return file.LinkTarget is { } target ? Follow(Path.GetFullPath(target, real), links - 1) : file.Exists ? place : null;
    }
}
