using System.Diagnostics;
using System.Globalization;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary>Ctrl-C and other signals, from the outside: real processes, really stopped.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// As <c>timeout</c> sends two, systemd a SIGTERM and a SIGHUP, and an impatient user Ctrl-C twice. MINIGAN_SIGNALS=20 in the
    /// environment stops twenty runs.
    /// </summary>
    [UnixFact("Windows cannot send Ctrl-C to one process alone.")]
    public void Further_signals_do_not_keep_a_run_from_saving()
    {
        int runs = int.Parse(Environment.GetEnvironmentVariable("MINIGAN_SIGNALS") ?? "4", CultureInfo.InvariantCulture);
        (string First, string Second)[] pairs =
            [("-INT", "-INT"), ("-INT", "-TERM"), ("-TERM", "-TERM"), ("-HUP", "-TERM"), ("-TERM", "-INT")];
        var random = new RandomSource(1, "signals");
        for (int run = 0; run < runs; run++)
        {
            string path = folder[$"run-{run}"];
            using Process process = MiniGanProcess.Start(
                folder.Path, [], "train", "--width", "32", "--batch", "256", "--steps", "5000", "--out", path);
            WaitFor(process, Path.Combine(path, "samples", "step-000000.png"));
            Thread.Sleep(random.NextInt(300));
            Kill(process, pairs[run % pairs.Length].First);
            Thread.Sleep(50 + random.NextInt(run % 2 == 0 ? 100 : 950));
            if (!process.HasExited)
            {
                Kill(process, pairs[run % pairs.Length].Second);
            }

            AssertStopped(process);
            long steps = GanCheckpoint.Open(Path.Combine(path, "checkpoint.safetensors")).Step;
            Assert.Equal(steps, File.ReadAllLines(Path.Combine(path, "losses.csv")).Length - 1);
        }
    }

    [UnixTheory("Windows cannot send Ctrl-C to one process alone.")]
    [InlineData("generate", "--checkpoint", "checkpoint.safetensors", "--count", "1000000", "--out", "out/big.npy")]
    [InlineData("generate", "--checkpoint", "checkpoint.safetensors", "--count", "1000000", "--out", "out/big.idx3-ubyte")]
    [InlineData("evaluate", "--checkpoint", "checkpoint.safetensors", "--count", "100000", "--neighbours", "out/neighbours.png")]
    [InlineData("train-classifier", "--data", "digits", "--epochs", "10000", "--out", "out/classifier.safetensors")]
    [InlineData("bench", "step", "--warm-up", "3600")]
    [InlineData("bench", "layers", "--steps", "100000")]
    public void A_command_that_is_stopped_leaves_nothing_behind(params string[] arguments)
    {
        Directory.CreateDirectory(folder["out"]);
        Recipe configuration = new(Preset.Dcgan, 2, 3, 4, 0.002, 0.5, 7);
        GanCheckpoint.Save(folder["checkpoint.safetensors"], configuration.CreateGan(), 20, metadata: configuration.Metadata);
        foreach (string name in (string[])["train", "t10k"])
        {
            IdxFile.WriteImages(
                folder[$"digits/{name}-images-idx3-ubyte"],
                new IdxImages(600, 28, 28, [.. Enumerable.Range(0, 600 * 28 * 28).Select(i => (byte)(i * i / 97))]));
            IdxFile.WriteLabels(folder[$"digits/{name}-labels-idx1-ubyte"], [.. Enumerable.Range(0, 600).Select(i => (byte)(i % 10))]);
        }

        using Process process = MiniGanProcess.Start(folder.Path, [], arguments);
        if (arguments[^1].EndsWith(".npy", StringComparison.Ordinal))
        {
            while (Directory.GetFiles(folder["out"], "*.part") is not [string part] || new FileInfo(part).Length < 100_000)
            {
                Assert.False(process.HasExited);
                Thread.Sleep(10);
            }
        }
        else
        {
            Thread.Sleep(3000); // it works by now, or starts on a slow machine
        }

        Kill(process, "-INT");
        Thread.Sleep(100);
        if (!process.HasExited)
        {
            Kill(process, "-TERM");
        }

        AssertStopped(process);
        Assert.Empty(Directory.GetFileSystemEntries(folder["out"]));
    }

    /// <summary>In a terminal, made by <c>script</c> of util-linux: what hides the cursor while it works shows it again.</summary>
    [Theory]
    [InlineData("generate --checkpoint checkpoint.safetensors --count 1000000 --out big.npy")]
    [InlineData("evaluate --checkpoint checkpoint.safetensors --count 100000")]
    [InlineData("train --width 4 --batch 16 --out run")]
    public void A_command_that_is_stopped_in_a_terminal_shows_the_cursor_again(string command)
    {
        if (!MiniGanProcess.HasTerminals)
        {
            return;
        }

        Recipe configuration = new(Preset.Dcgan, 2, 3, 4, 0.002, 0.5, 7);
        GanCheckpoint.Save(folder["checkpoint.safetensors"], configuration.CreateGan(), 20, metadata: configuration.Metadata);
        MiniGanProcess.Result result = MiniGanProcess.RunInTerminal(folder.Path, 80, command, interruptAfterCursorIsHidden: true);
        Assert.Contains("\e[?25l", result.Output, StringComparison.Ordinal);
        Assert.True(
            result.Output.LastIndexOf("\e[?25h", StringComparison.Ordinal)
                > result.Output.LastIndexOf("\e[?25l", StringComparison.Ordinal));
        Assert.Equal(130, result.ExitCode);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part", SearchOption.AllDirectories));
    }

    private static void WaitFor(Process process, string path)
    {
        var waited = Stopwatch.StartNew();
        while (!File.Exists(path))
        {
            Assert.False(process.HasExited || waited.Elapsed > TimeSpan.FromMinutes(4));
            Thread.Sleep(10);
        }
    }

    private static void Kill(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static void AssertStopped(Process process)
    {
        string error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(4)));
        Assert.Equal((130, ""), (process.ExitCode, error));
    }
}
