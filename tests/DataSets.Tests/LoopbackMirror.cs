using System.Net;
using System.Net.Sockets;

namespace MiniGan.Tests.DataSets;

/// <summary>A web server on the loopback address that serves files, ranges of them, and breaks off if told to.</summary>
internal sealed class LoopbackMirror : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, byte[]> files;
    private int answers;

    public LoopbackMirror(Dictionary<string, byte[]> files)
    {
        this.files = files;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Bytes after which an answer breaks off; 0 for never.</summary>
    public int BreakAfter { get; set; }

    /// <summary>Answers after which there are only errors; 0 for never.</summary>
    public int FailAfter { get; set; }

    /// <summary>Whether a request for a range gets just that, or the whole file.</summary>
    public bool ServesRanges { get; init; } = true;

    /// <summary>Where the ranges that were asked for started.</summary>
    public List<long> Ranges { get; } = [];

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        HttpListenerResponse response = context.Response;
        if (!files.TryGetValue(context.Request.Url!.AbsolutePath, out byte[]? file) || (FailAfter > 0 && answers++ >= FailAfter))
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }

        int from = 0;
        if (context.Request.Headers["Range"] is string range)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            Ranges.Add(from);
            from = ServesRanges ? from : 0;
            if (ServesRanges)
            {
                response.StatusCode = 206;
                response.Headers["Content-Range"] = $"bytes {from}-{file.Length - 1}/{file.Length}";
            }
        }

        response.ContentLength64 = file.Length - from;
        int count = BreakAfter > 0 ? Math.Min(BreakAfter, file.Length - from) : file.Length - from;
        await response.OutputStream.WriteAsync(file.AsMemory(from, count));
        if (count < file.Length - from)
        {
            response.Abort();
        }
        else
        {
            response.Close();
        }
    }
}
