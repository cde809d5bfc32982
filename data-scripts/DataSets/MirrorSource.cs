using System.Net;
using System.Net.Http.Headers;

namespace MiniGan.DataSets;

/// <summary>
/// Public mirrors that serve each file as NAME.gz over HTTP. A download that breaks off is taken up where it stopped, on the next run as
/// well: the part waits in the user's folder for application data.
/// </summary>
/// <param name="mirrors">Addresses that end in a slash, tried in this order for each file.</param>
public sealed class MirrorSource(params Uri[] mirrors) : IDataSource
{
    /// <summary>Times that an address is tried without a byte more.</summary>
    private const int Attempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Description => $"the mirrors {string.Join(", ", mirrors.Select(mirror => mirror.Host))}";

    /// <inheritdoc/>
    public bool IsAvailable => true;

    /// <inheritdoc/>
    public async Task FetchAsync(
        IReadOnlyList<DataFile> files, Action<DataFile, Stream> receive, Action<string, double> progress, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(receive);
        ArgumentNullException.ThrowIfNull(progress);
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        for (int i = 0; i < files.Count; i++)
        {
            DataFile file = files[i];
            int index = i;
            string part = Path.Combine(DownloadFolder(), $"{file.Sha256[..16]}-{file.Name}.gz.part");
            await DownloadAsync(client, file, part, share => progress(file.Name, (index + share) / files.Count), cancelled);
            try
            {
                await using FileStream stream = File.OpenRead(part);
                receive(file, stream);
            }
            finally
            {
                // Complete, so either it is in place now or it is wrong: no use in taking it up again.
                File.Delete(part);
            }
        }
    }

    /// <summary>The user's own, since in a folder that all users share somebody else's file might stand in the way.</summary>
    private static string DownloadFolder()
    {
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return Directory.CreateDirectory(Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "minigan", "downloads")).FullName;
    }

    private async Task DownloadAsync(HttpClient client, DataFile file, string part, Action<double> progress, CancellationToken cancelled)
    {
        Exception? last = null;
        foreach (Uri mirror in mirrors)
        {
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                long before = LengthOf(part);
                try
                {
                    await ResumeAsync(client, new Uri(mirror, file.Name + ".gz"), part, progress, cancelled);
                    return;
                }
                catch (Exception exception) when (
                    exception is HttpRequestException or IOException ||
                        (exception is OperationCanceledException && !cancelled.IsCancellationRequested))
                {
                    last = exception;
                    if (LengthOf(part) > before)
                    {
                        attempt = -1;
                    }
                }
            }
        }

        throw new IOException($"no mirror has {file.Name}.gz: {last?.Message}", last);
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static async Task ResumeAsync(HttpClient client, Uri address, string part, Action<double> progress, CancellationToken cancelled)
    {
        // The patience is for the next bytes, not for the whole.
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        silence.CancelAfter(Patience);
        await using var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write);
        target.Seek(0, SeekOrigin.End);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (target.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(target.Length, null);
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // Either the part is whole already, and the checksum will say so, or it is longer than the file: start anew.
            if (response.Content.Headers.ContentRange?.Length == target.Length)
            {
                return;
            }

            target.SetLength(0);
            throw new HttpRequestException($"{address} is shorter than the part that was downloaded before");
        }

        response.EnsureSuccessStatusCode();
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != target.Length)
        {
            target.SetLength(0);
        }

        long? total = target.Length + response.Content.Headers.ContentLength;
        await using Stream source = await response.Content.ReadAsStreamAsync(silence.Token);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = await source.ReadAsync(buffer, silence.Token)) > 0; silence.CancelAfter(Patience))
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancelled);
            progress(total > 0 ? (double)target.Length / total.Value : 0);
        }

        if (total is not null && target.Length < total)
        {
            throw new IOException($"{address} broke off after {target.Length} of {total} bytes");
        }
    }
}
