namespace MiniGan.Files;

/// <summary>Files whose length is known before they are read: no pipes or devices.</summary>
internal static class OrdinaryFile
{
    /// <summary>Opens a file to read.</summary>
    /// <exception cref="MalformedFileException">It is a pipe or a device.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStream OpenRead(string path)
    {
        FileStream file = File.OpenRead(path);
        if (file.CanSeek)
        {
            return file;
        }

        file.Dispose();
        throw new MalformedFileException(path, "it is a pipe or a device; only ordinary files can be read, since their length is checked first.");
    }
}
