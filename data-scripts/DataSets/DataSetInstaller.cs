using System.IO.Compression;
using System.Security.Cryptography;

namespace MiniGan.DataSets;

/// <summary>
/// Puts the files of a data set into a folder. A file appears there only whole and with the right SHA-256; what is there already is checked and kept, so a
/// second call fetches only what is missing.
/// </summary>
/// <param name="set">The data set.</param>
/// <param name="folder">Where the files go.</param>
/// <param name="report">Takes a line for the user now and then.</param>
/// <param name="progress">Takes the name of what is fetched and the share that is done, 0 to 1.</param>
public sealed class DataSetInstaller(DataSet set, string folder, Action<string> report, Action<string, double> progress)
{
    /// <summary>Fetches what is missing from the first source that has it.</summary>
    /// <param name="cancelled">Stops it; what is complete by then stays.</param>
    /// <exception cref="IOException">No source could give all files, or the folder cannot be written; the message says what each said.</exception>
    public async Task InstallAsync(CancellationToken cancelled = default)
    {
        Directory.CreateDirectory(folder);
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
            catch (IOException exception)
            {
                report($"{source.Description}: {exception.Message}");
                failures.Add(exception.Message);
            }
        }

        string[] still = [.. set.Files.Where(file => !IsInPlace(file)).Select(file => file.Name)];
        if (still.Length > 0)
        {
            throw new IOException($"{string.Join(", ", still)} could not be had ({string.Join("; ", failures)}). Try again later, or put the file(s), uncompressed, into {folder} yourself.");
        }
    }

    private bool IsInPlace(DataFile file)
    {
        string path = Path.Combine(folder, file.Name);
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256;
    }

    /// <summary>Unpacks beside the final name, checks, and only then renames.</summary>
    private void Receive(DataFile file, Stream contents)
    {
        string path = Path.Combine(folder, file.Name), beside = path + ".part";
        try
        {
            using (var target = new FileStream(beside, FileMode.Create, FileAccess.ReadWrite))
            {
                using Stream plain = Unpacked(contents);
                plain.CopyTo(target);
                target.Flush(flushToDisk: true);
                target.Position = 0;
                string sha256 = Convert.ToHexStringLower(SHA256.HashData(target));
                if (sha256 != file.Sha256)
                {
                    throw new IOException($"{file.Name} has SHA-256 {sha256} instead of {file.Sha256}: it is damaged or another file");
                }
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (InvalidDataException exception)
        {
            throw new IOException($"{file.Name} is damaged: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>The contents without gzip, told by the first two bytes: an IDX file starts with zeros.</summary>
    private static Stream Unpacked(Stream contents)
    {
        var whole = new MemoryStream();
        contents.CopyTo(whole);
        whole.Position = 0;
        return whole.Length > 2 && whole.GetBuffer() is [0x1F, 0x8B, ..] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }
}
