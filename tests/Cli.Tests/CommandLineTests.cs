using MiniGan.Cli.Common;
using MiniGan.Runs.Views;

namespace MiniGan.Tests.Cli;

/// <summary>What all commands share, in the terminals and with the streams that they may meet.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(17)]
    [InlineData(80)]
    public void Help_is_printed_in_a_terminal_of_any_width(int columns)
    {
        if (!MiniGanProcess.HasTerminals)
        {
            return;
        }

        foreach (string command in (string[])["--help", "train --help"])
        {
            MiniGanProcess.Result result = MiniGanProcess.RunInTerminal(folder.Path, columns, command);
            Assert.Equal(0, result.ExitCode);
            Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
            Assert.Contains("--verbose", result.Output, StringComparison.Ordinal);
            Assert.InRange(result.Output.Length, 500, 30_000);
        }
    }

    [UnixTheory("A stream cannot be closed on Windows.")]
    [InlineData(2, "generate --checkpoint nope 2>&-")]
    [InlineData(2, "generate --checkpoint nope >&- 2>&-")]
    [InlineData(2, "train --stepz 2>&-")]
    [InlineData(2, "train --out /dev/null/run 2>&-")]
    [InlineData(0, "--help 2>&-")]
    [InlineData(1, "--help >&-")]
    [InlineData(1, "--help >&- 2>&-")]
    public void A_closed_stream_changes_no_exit_code_but_that_of_a_lost_result(int exitCode, string arguments)
    {
        MiniGanProcess.Result result = MiniGanProcess.RunInShell(folder.Path, $"exec {{0}} {arguments}");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(
            arguments.Contains("2>&-", StringComparison.Ordinal) ? "" : "minigan: standard output cannot be written",
            result.Error.Split(" (")[0]);
    }

    [UnixFact("A stream cannot be closed on Windows.")]
    public void A_run_that_nobody_can_be_told_of_is_saved()
    {
        MiniGanProcess.Result result = MiniGanProcess.RunInShell(folder.Path, "exec {0} train --steps 2 --width 1 --batch 2 --out run >&-");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("minigan: standard output cannot be written", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["run/checkpoint.safetensors"]));
    }

    [Fact]
    public void What_is_not_foreseen_is_a_line_that_says_where_to_report_it()
    {
        (string line, int exitCode) = CommandLine.Explain(new InvalidOperationException("Sequence contains no elements"));
        Assert.Equal(1, exitCode);
        Assert.Contains("InvalidOperationException: Sequence contains no elements", line, StringComparison.Ordinal);
        Assert.Contains("open an issue", line, StringComparison.Ordinal);
        Assert.Equal(("Do this.", 2), CommandLine.Explain(new UserException("Do this.")));
        Assert.Equal(("Infinity.", 2), CommandLine.Explain(new NotFiniteNumberException("Infinity.")));
        Assert.Equal(2, CommandLine.Explain(new InsufficientMemoryException()).ExitCode);
    }

    [Theory]
    [InlineData("--verbose", "generate", "--checkpoint", "nope")]
    [InlineData("generate", "--checkpoint", "nope", "--verbose")]
    public void Verbose_shows_where_it_failed(params string[] arguments)
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("   at MiniGan.", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("minigan: --checkpoint: there is no file", result.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_printed_is_remembered_and_does_not_fail()
    {
        using var writer = new GuardedWriter(new Broken());
        writer.WriteLine("one");
        writer.Write('c');
        writer.Write(['a', 'b'], 0, 2);
        writer.Flush();
        Assert.Equal("the disk is full", writer.Problem);

        using var whole = new StringWriter();
        using var guarded = new GuardedWriter(whole);
        guarded.Write("a");
        guarded.WriteLine("b");
        guarded.Write(['c', 'd'], 1, 1);
        guarded.Write('e');
        Assert.Equal(($"ab{Environment.NewLine}de", null), (whole.ToString(), guarded.Problem));
    }

    private sealed class Broken : StringWriter
    {
        public override void Write(char value) => throw new IOException("the disk is full");

        public override void Write(char[] buffer, int index, int count) =>
            throw new UnauthorizedAccessException("denied", new IOException("bad file descriptor"));

        public override void Write(string? value) => throw new IOException("the disk is full");

        public override void WriteLine(string? value) => throw new IOException("the disk is full");
    }
}
