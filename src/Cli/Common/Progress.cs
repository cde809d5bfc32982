using MiniGan.Files;
using Spectre.Console;

namespace MiniGan.Cli.Common;

/// <summary>A bar on a terminal for work of known length; elsewhere only the lines.</summary>
internal sealed class Progress
{
    private readonly ProgressTask? task;
    private readonly bool lines;
    private readonly CancellationToken cancelled;

    private Progress(ProgressTask? task, bool lines, CancellationToken cancelled) =>
        (this.task, this.lines, this.cancelled) = (task, lines, cancelled);

    /// <summary>Runs the work.</summary>
    /// <param name="total">Its length, in units of its own.</param>
    /// <param name="work">The work; told where to report to.</param>
    /// <param name="cancelled">Ends it when it reports next.</param>
    /// <param name="silent">Whether standard output is kept for something else.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static void Run(long total, Action<Progress> work, CancellationToken cancelled, bool silent = false)
    {
        if (silent || Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            work(new Progress(null, !silent, cancelled));
            return;
        }

        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new Progress(context.AddTask("starting", maxValue: total), lines: true, cancelled)));
    }

    /// <summary>Moves the bar.</summary>
    /// <param name="done">Units done so far.</param>
    /// <param name="now">What is being done.</param>
    /// <exception cref="OperationCanceledException">The work is to end.</exception>
    public void Advance(long done, string now)
    {
        cancelled.ThrowIfCancellationRequested();
        if (task is not null)
        {
            task.Value = done;
            task.Description = Markup.Escape(Printable.Name(now));
        }
    }

    /// <summary>Prints a line that stays.</summary>
    public void Line(string text)
    {
        if (task is not null)
        {
            AnsiConsole.WriteLine(text);
        }
        else if (lines)
        {
            Console.WriteLine(text);
        }
    }
}
