using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MiniGan.Tests.Cli.Watch;

/// <summary>Requests that are none, or not for this server.</summary>
public sealed class WatchRequestTests : WatchTests
{
    [Theory]
    [InlineData(400, "api/run")]
    [InlineData(400, "api/run?run=")]
    [InlineData(400, "api/run?run=one&run=two")]
    [InlineData(400, "api/sample?run=one")]
    [InlineData(400, "api/sample?run=one&step=-1")]
    [InlineData(400, "api/sample?run=one&step=1.5")]
    [InlineData(400, "api/sample?run=one&step=../../secret")]
    [InlineData(400, "api/sample?run=one&step=99999999999999999999")]
    [InlineData(404, "api/sample?run=one&step=5")]
    [InlineData(404, "api/sample?run=none&step=5")]
    [InlineData(400, "api/generator?run=one&checkpoint=checkpoint")]
    [InlineData(400, "api/generator?run=one&raw=false")]
    [InlineData(400, "api/generator?run=one&checkpoint=checkpoint&raw=1")]
    [InlineData(404, "api/generator?run=none&checkpoint=checkpoint&raw=false")]
    [InlineData(404, "api/generator?run=one&checkpoint=best&raw=false")]
    [InlineData(404, "api/generator?run=one&checkpoint=..%2Fcheckpoint&raw=false")]
    [InlineData(404, "api/run?run=none")]
    [InlineData(404, "api/run?run=..")]
    [InlineData(404, "api/run?run=.")]
    [InlineData(404, "api/run?run=../secret")]
    [InlineData(404, "api/run?run=..%2Fsecret")]
    [InlineData(404, "api/run?run=..%252Fsecret")]
    [InlineData(404, "api/run?run=..%5Csecret")]
    [InlineData(404, "api/run?run=one%2F..%2F..%2Fsecret")]
    [InlineData(404, "api/run?run=one%00")]
    [InlineData(404, "api/run?run=%2Fetc")]
    [InlineData(404, "api/networks?run=..%2Fsecret")]
    [InlineData(404, "api/sample?run=..%2Fsecret&step=10")]
    [InlineData(404, "secret.txt")]
    [InlineData(404, "runs/one/config.json")]
    [InlineData(404, "%2e%2e/secret.txt")]
    [InlineData(404, "..%2fsecret.txt")]
    public async Task What_is_not_there_and_what_is_no_question_is_one_line(int status, string address)
    {
        HttpResponseMessage answer = await client.GetAsync(new Uri(address, UriKind.Relative));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith(".\n", text, StringComparison.Ordinal);
        Assert.Single(text.TrimEnd().Split('\n'));
        Assert.DoesNotContain(folder.Path, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/../../../../../../etc/passwd")]
    [InlineData("/api/../../secret.txt")]
    [InlineData("/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("//secret.txt")]
    public async Task Paths_as_no_browser_sends_them_lead_nowhere(string path) =>
        Assert.StartsWith(
            "HTTP/1.1 404", await Raw($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("200", "localhost")]
    [InlineData("200", "localhost:1234")]
    [InlineData("200", "LOCALHOST")]
    [InlineData("200", "LocalHost:1234")]
    [InlineData("200", "localhost", "Origin: HTTP://LOCALHOST:6028")]
    [InlineData("400", "EVIL.EXAMPLE")]
    [InlineData("200", "127.0.0.1:80")]
    [InlineData("200", "[::1]:80")]
    [InlineData("400", "evil.example")]
    [InlineData("400", "evil.example:6028")]
    [InlineData("400", "localhost.evil.example")]
    [InlineData("400", "127.0.0.1.evil.example")]
    [InlineData("400", "127.0.0.2")]
    [InlineData("400", "")]
    [InlineData("400", "localhost", "Origin: http://evil.example")]
    [InlineData("400", "localhost", "Origin: null")]
    [InlineData("200", "localhost", "Origin: http://localhost:6028")]
    public async Task Only_this_machine_by_its_own_name_is_answered(string status, string host, string? header = null) =>
        Assert.StartsWith(
            $"HTTP/1.1 {status}",
            await Raw($"GET /api/runs HTTP/1.1\r\nHost: {host}\r\n{(header is null ? "" : header + "\r\n")}Connection: close\r\n\r\n"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task What_is_no_request_is_a_bad_one(string request) =>
        Assert.StartsWith("HTTP/1.1 400", await Raw(request), StringComparison.Ordinal);

    [Theory]
    [InlineData("HEAD", "", 200, null)]
    [InlineData("HEAD", "api/run?run=one", 200, null)]
    [InlineData("HEAD", "nowhere", 404, null)]
    [InlineData("OPTIONS", "", 405, "GET, HEAD")]
    [InlineData("POST", "api/runs", 405, "GET, HEAD")]
    [InlineData("DELETE", "api/run?run=one", 405, "GET, HEAD")]
    [InlineData("GET", "api/draw", 405, "POST")]
    [InlineData("TRACE", "api/draw", 405, "POST")]
    [InlineData("OPTIONS", "nowhere", 404, null)]
    public async Task Methods_are_answered_as_HTTP_has_it(string method, string address, int status, string? allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal(
            (status, allowed),
            ((int)answer.StatusCode,
                answer.Content.Headers.Allow.Count == 0 ? null : string.Join(", ", answer.Content.Headers.Allow.Order())));
        string text = await answer.Content.ReadAsStringAsync();
        if (method == "HEAD")
        {
            Assert.Equal("", text);
            HttpResponseMessage whole = await client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(
                (whole.Content.Headers.ContentType, whole.Content.Headers.ContentLength),
                (answer.Content.Headers.ContentType, answer.Content.Headers.ContentLength));
        }
        else
        {
            Assert.Single(text.TrimEnd().Split('\n'));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nHost: local")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /api/draw HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")]
    public async Task Connections_that_wait_lock_nobody_out(string sent)
    {
        var waiting = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 600; i++)
            {
                var tcp = new TcpClient();
                waiting.Add(tcp);
                await tcp.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
                await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(sent));
            }

            using var own = new HttpClient { BaseAddress = client.BaseAddress };
            Assert.Contains("one", await own.GetStringAsync(new Uri("api/runs", UriKind.Relative)), StringComparison.Ordinal);

            // The longest idle are closed, in the background.
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (waiting.Count(IsOpen) > 256)
            {
                await Task.Delay(50, patience.Token);
            }

            Assert.True(IsOpen(waiting[^1]));
        }
        finally
        {
            waiting.ForEach(tcp => tcp.Dispose());
        }
    }

    /// <summary>Whether the other side has not closed it, after what it sent is read.</summary>
    private static bool IsOpen(TcpClient tcp)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (tcp.Client.Poll(0, SelectMode.SelectRead))
            {
                if (tcp.Client.Receive(buffer) == 0)
                {
                    return false;
                }
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
