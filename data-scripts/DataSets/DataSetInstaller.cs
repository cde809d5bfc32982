using System.IO.Compression;
using System.Security.Cryptography;
using MiniGan.Files;

namespace MiniGan.DataSets;

/// <summary>
/// Puts the files of a data set into a folder. A file appears there only whole and with the right SHA-256; what is there already is checked
/// and kept, so a second call fetches only what is missing.
/// </summary>
/// <param name="set">The data set.</param>
/// <param name="folder">Where the files go.</param>
/// <param name="report">Takes a line for the user now and then.</param>
/// <param name="progress">Takes the name of what is fetched and the share that is done, 0 to 1.</param>
public sealed class DataSetInstaller(DataSet set, string folder, Action<string> report, Action<string, double> progress)
    : IInstaller
{
    /// <inheritdoc/>
    public string Summary => $"{set.Name}: {set.Files.Count} files, SHA-256 checked, in {folder}";

    /// <summary>Fetches what is missing from the first source that has it.</summary>
    /// <param name="cancelled">Stops it; what is complete by then stays.</param>
    /// <exception cref="IOException">
    /// No source could give all files, or the folder cannot be written; the message says what each said.
    /// </exception>
    public async Task InstallAsync(CancellationToken cancelled = default)
    {
        List<string> failures = [];
        foreach (IDataSource source in set.Sources)
        {
            DataFile[] missing = [.. set.Files.Where(file => !IsInPlace(file))];
            if (missing.Length == 0)
            {
                break;
            }

            if (!source.IsAvailable)
            {
                continue;
            }

            report($"Getting {missing.Length} file(s) of {set.Name} from {source.Description}");
            try
            {
                await source.FetchAsync(missing, Receive, progress, cancelled);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                report($"{source.Description}: {exception.Message}");
                failures.Add(exception.Message);
            }
        }

        string[] still = [.. set.Files.Where(file => !IsInPlace(file)).Select(file => file.Name)];
        if (still.Length > 0)
        {
            throw new IOException(
                $"{string.Join(", ", still)} could not be had ({string.Join("; ", failures)}). Try again later, or put the file(s), " +
                $"uncompressed, into {folder} yourself.");
        }
    }

    private bool IsInPlace(DataFile file)
    {
        string path = Path.Combine(folder, file.Name);
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return false; // nothing, or a pipe, which has no length
        }

        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256;
    }

    private void Receive(DataFile file, Stream contents)
    {
        byte[] plain = Unpack(file, contents);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(plain));
        if (sha256 != file.Sha256)
        {
            throw new IOException($"{file.Name} has SHA-256 {sha256} instead of {file.Sha256}: it is damaged or another file");
        }

        AtomicFile.Write(Path.Combine(folder, file.Name), stream => stream.Write(plain));
    }

    /// <summary>The contents without gzip, which is told by the first two bytes: an IDX file starts with zeros.</summary>
    private static byte[] Unpack(DataFile file, Stream contents)
    {
        using var received = new MemoryStream();
        contents.CopyTo(received);
        if (received.GetBuffer().AsSpan(0, (int)received.Length) is not [0x1F, 0x8B, ..])
        {
            return received.ToArray();
        }

        try
        {
            received.Position = 0;
            using var gzip = new GZipStream(received, CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw new IOException($"{file.Name} is damaged: {exception.Message}", exception);
        }
    }
}
