using System.Text;

namespace MiniGan.Files;

/// <summary>
/// Reads ordinary files only: no folders, and no pipes or devices, which could block for ever or have no end. That is told before the file
/// is opened, by its length: pipes and devices have none, and no file that is read here may be empty.
/// </summary>
public static class OrdinaryFile
{
    /// <summary>Opens a file to read.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="longest">Its most bytes.</param>
    /// <exception cref="MalformedFileException">It is empty, longer, or no ordinary file.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream OpenRead(string path, long longest = long.MaxValue)
    {
        if (Directory.Exists(path))
        {
            throw new MalformedFileException(path, "it is a folder, but a file is read here. Give the file.");
        }

        if (File.Exists(path))
        {
            Check(path, LengthOf(path), longest);
        }

        // Whoever writes to the file, or replaces it, may go on.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Check(path, file.CanSeek ? file.Length : 0, longest);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a text in UTF-8, as long as the file is when it is opened.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static string ReadText(string path, int longest)
    {
        using FileStream file = OpenRead(path, longest);
        byte[] bytes = new byte[file.Length];
        int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(bytes, 0, length).TrimStart('\uFEFF');
    }

    private static void Check(string path, long length, long longest)
    {
        if (length == 0)
        {
            throw new MalformedFileException(
                path, "it is empty, a pipe, a device, or a link that leads to nothing. Give an ordinary file.");
        }

        if (length > longest)
        {
            throw new MalformedFileException(path, $"it has {length} bytes, but at most {longest} are read. Is it another file?");
        }
    }

    /// <summary>
    /// The length, of a link that of what it leads to: 0 if that is no file of a file system, like what a shell makes
    /// of <c>&lt;(command)</c>.
    /// </summary>
    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        }

        return file is { Exists: true } ? file.Length : 0;
    }
}
