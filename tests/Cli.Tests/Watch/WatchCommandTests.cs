using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using MiniGan.Tests.Runs;

namespace MiniGan.Tests.Cli.Watch;

public sealed class WatchCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [UnixTheory("Windows cannot send Ctrl-C to one process alone.")]
    [InlineData("-INT", "")]
    [InlineData("-TERM", "GET / HTTP/1.1\r\nHost: local")]
    [InlineData("-INT", "POST /api/draw HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")]
    [InlineData("-HUP", "GET /api/runs HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task It_says_where_it_is_and_ends_by_a_signal_whoever_is_connected(string signal, string sent)
    {
        RunFixture.Make(folder, "runs/one");
        using Process process = MiniGanProcess.Start(folder.Path, [], "watch", "runs/one", "--port", "0");
        try
        {
            string line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) ?? "";
            string url = Regex.Match(line, @"http://127\.0\.0\.1:[0-9]+/").Value;
            Assert.NotEqual("", url);
            using var client = new HttpClient();
            Assert.Contains("\"selected\":\"one\"", await client.GetStringAsync(new Uri(url)), StringComparison.Ordinal);
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(IPAddress.Loopback, new Uri(url).Port);
            await tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(sent));
            await client.GetStringAsync(new Uri(url)); // so that the other connection was seen
            using (Process kill = Process.Start("kill", [signal, $"{process.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            // The library waits half a minute for those who are connected, unless told not to.
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync()));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Theory]
    [InlineData("--port must be a number from 0 to 65535", "--port", "65536")]
    [InlineData("--port", "--port", "x")]
    [InlineData("no folder 'nowhere'", "--runs", "nowhere")]
    [InlineData("--runs must not be empty", "--runs", "")]
    [InlineData("no run 'nothing'", "nothing")]
    [InlineData("no run 'empty'", "empty")]
    [InlineData("no run 'one'", "one", "--runs", "empty")]
    [InlineData("--portt", "--portt", "1")]
    public void Bad_arguments_are_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        RunFixture.Make(folder, "runs/one");
        Directory.CreateDirectory(folder["empty"]);
        AssertRefused(expected, MiniGanProcess.Run(folder.Path, ["watch", .. arguments]));
    }

    [Fact]
    public void A_port_that_is_taken_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        AssertRefused($"port {port}", MiniGanProcess.Run(folder.Path, "watch", "--port", $"{port}"));
    }

    private static void AssertRefused(string expected, MiniGanProcess.Result result)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
