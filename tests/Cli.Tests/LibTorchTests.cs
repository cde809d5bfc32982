using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MiniGan.Tests.Cli;

/// <summary>The program with and without libtorch.</summary>
public sealed class LibTorchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_libtorch_the_recordings_are_compared_and_one_line_says_why()
    {
        string program = CopyWithoutLibTorch();
        MiniGanProcess.Result result = MiniGanProcess.RunCopy(program, folder.Path, "compare");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Recorded: 165 of 165 agree", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("TorchSharp", result.Output, StringComparison.Ordinal);
        AssertSaysWhy(result.Error);

        result = MiniGanProcess.RunCopy(program, folder.Path, "compare", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Null(JsonNode.Parse(result.Output)!["torchSharp"]);
    }

    [Theory]
    [InlineData("compare", "--live")]
    [InlineData("train", "--engine", "torchsharp", "--out", "run")]
    public void Without_libtorch_what_needs_it_is_refused_in_one_line(params string[] arguments)
    {
        MiniGanProcess.Result result = MiniGanProcess.RunCopy(CopyWithoutLibTorch(), folder.Path, arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        AssertSaysWhy(result.Error);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [LinuxFact]
    public void A_damaged_libtorch_is_refused_in_one_line()
    {
        string program = CopyWithoutLibTorch(), library = Path.Combine(program, "libLibTorchSharp.so");
        File.WriteAllText(library, "no library");
        MiniGanProcess.Result result = MiniGanProcess.RunCopy(program, folder.Path, "compare", "--live");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        AssertSaysWhy(result.Error);
        Assert.Contains(library, result.Error, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Training_does_not_load_libtorch()
    {
        using Process train = MiniGanProcess.Start(
            folder.Path, [], "train", "--steps", "100000", "--width", "4", "--out", "run", "--checkpoint-every", "1");
        try
        {
            string checkpoint = folder["run/checkpoint.safetensors"];
            for (var started = Stopwatch.StartNew();
                !File.Exists(checkpoint) && started.Elapsed < TimeSpan.FromMinutes(3) && !train.HasExited;)
            {
                Thread.Sleep(50);
            }

            Assert.True(File.Exists(checkpoint));
            string[] libraries = [.. File.ReadLines($"/proc/{train.Id}/maps").Where(line =>
                line.EndsWith(".so", StringComparison.Ordinal))];
            Assert.Contains(libraries, line => line.EndsWith("libcoreclr.so", StringComparison.Ordinal));
            Assert.DoesNotContain(libraries, line => line.Contains("torch", StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            train.Kill();
            train.WaitForExit();
        }
    }

    private static void AssertSaysWhy(string error)
    {
        Assert.Contains("TorchSharp 0.107.0 cannot be loaded: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    /// <summary>The program and its data, but none of the native libraries that lie in the folder "runtimes".</summary>
    private string CopyWithoutLibTorch()
    {
        string program = folder["program"];
        foreach (string part in (string[])[".", "reference", "mnist-subset"])
        {
            Directory.CreateDirectory(Path.Combine(program, part));
            foreach (string file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, part)))
            {
                File.Copy(file, Path.Combine(program, part, Path.GetFileName(file)));
            }
        }

        return program;
    }
}
