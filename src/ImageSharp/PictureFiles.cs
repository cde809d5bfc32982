using System.IO.Compression;
using System.IO.Enumeration;
using MiniGan.Files;

namespace MiniGan.ImageSharp;

/// <summary>All files of a folder and the folders in it, or of a zip, in the ordinal order of their paths.</summary>
/// <param name="all">The files.</param>
/// <param name="archive">What has to be closed; null for a folder.</param>
internal sealed class PictureFiles(IReadOnlyList<PictureFiles.Entry> all, IDisposable? archive) : IDisposable
{
    private static readonly EnumerationOptions EveryFile = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    /// <summary>The files.</summary>
    public IReadOnlyList<Entry> All => all;

    /// <summary>Lists a folder or opens a zip.</summary>
    /// <param name="path">The folder, or the file.</param>
    /// <exception cref="MalformedFileException">It is a file, but no zip, or a damaged one.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static PictureFiles Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path) ? OfZip(path) : new PictureFiles(
            [
                .. FilesIn(path).Order(StringComparer.Ordinal).Select(file =>
                    new Entry(
                        file, Path.GetRelativePath(path, file).Replace('\\', '/'), () => PictureReader.ReadFile(file),
                        () => StampOf(file))),
            ],
            archive: null);
    }

    /// <inheritdoc/>
    public void Dispose() => archive?.Dispose();

    private static PictureFiles OfZip(string path)
    {
        FileStream file = OrdinaryFile.OpenRead(path);
        try
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            return new(
                [
                    .. archive.Entries.Where(IsFile).OrderBy(entry => entry.FullName, StringComparer.Ordinal).Select(entry =>
                        new Entry(
                            $"{path}/{entry.FullName}", entry.FullName.Replace('\\', '/'), () => ZipEntryReader.Read(path, entry),
                            () => $"{entry.Length} {entry.Crc32:x8}")),
                ],
                archive);
        }
        catch (Exception exception)
        {
            file.Dispose();
            if (exception is InvalidDataException or ArgumentException or EndOfStreamException or OverflowException)
            {
                throw new MalformedFileException(path, "it is no zip, or a damaged one. Give a zip of pictures, or unpack it.", exception);
            }

            throw;
        }
    }

    private static string StampOf(string path)
    {
        var file = new FileInfo(path);
        try
        {
            file = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            return file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "none";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidCastException)
        {
            return "none"; // it will be skipped
        }
    }

    /// <summary>Neither a folder nor what macOS adds to each file.</summary>
    private static bool IsFile(ZipArchiveEntry entry) =>
        entry.Name.Length > 0 && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);

    /// <summary>All files; links to folders are listed, but not followed, since they may lead back to where they are.</summary>
    private static FileSystemEnumerable<string> FilesIn(string path) =>
        new(path, (ref entry) => entry.ToSpecifiedFullPath(), EveryFile)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory || IsLink(entry),
            ShouldRecursePredicate = (ref entry) => !IsLink(entry),
        };

    private static bool IsLink(in FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    /// <summary>A file.</summary>
    /// <param name="Path">What to call it in messages.</param>
    /// <param name="Name">Its path within the folder or zip, with slashes.</param>
    /// <param name="Read">Reads it; throws <see cref="MalformedFileException"/> if it is none to be read.</param>
    /// <param name="Stamp">What changes when the file does.</param>
    internal sealed record Entry(string Path, string Name, Func<byte[]> Read, Func<string> Stamp);
}
