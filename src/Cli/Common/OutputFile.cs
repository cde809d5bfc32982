namespace MiniGan.Cli.Common;

/// <summary>A file that is written after long work.</summary>
internal static class OutputFile
{
    /// <summary>Tells of a place that cannot be written before the work, not after; makes the folders that are missing.</summary>
    /// <param name="option">The option that named it.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static void CheckWritable(string option, string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            if (Directory.Exists(full))
            {
                throw new IOException("it is a folder");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (new FileStream(
                $"{full}.{Path.GetRandomFileName()}.part", FileMode.CreateNew, FileAccess.Write,
                FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{option}: '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Give another place.");
        }
    }
}
