using System.Runtime.CompilerServices;
using Spectre.Console;

namespace MiniGan.DataSets;

/// <summary>The whole of a script that gets a data set: a progress bar, one line an error, an exit code.</summary>
public static class DataSetProgram
{
    /// <summary>Makes what puts a data set into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="report">Takes a line for the user now and then.</param>
    /// <param name="progress">Takes what is done and the share that is done, 0 to 1.</param>
    public delegate IInstaller Maker(string folder, Action<string> report, Action<string, double> progress);

    /// <summary>Installs a data set into <c>data/NAME</c> of the repository that the script belongs to.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="script">The script's path; left to the compiler.</param>
    /// <returns>0, or 2 if the files could not be had.</returns>
    public static Task<int> RunAsync(DataSet set, [CallerFilePath] string script = "")
    {
        ArgumentNullException.ThrowIfNull(set);
        return RunAsync(set.Name, (folder, report, progress) => new DataSetInstaller(set, folder, report, progress), script);
    }

    /// <summary>Installs a data set that is not a list of files.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes its installer.</param>
    /// <param name="script">The script's path; left to the compiler.</param>
    /// <returns>0, or 2 if the files could not be had.</returns>
    public static async Task<int> RunAsync(string name, Maker make, [CallerFilePath] string script = "")
    {
        ArgumentNullException.ThrowIfNull(make);
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(script))!, "data", name);
        using var cancelled = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            cancelled.Cancel();
        };
        try
        {
            IInstaller installer = make(folder, Console.WriteLine, (_, _) => { });
            if (Console.IsOutputRedirected)
            {
                await installer.InstallAsync(cancelled.Token);
            }
            else
            {
                await ShowProgressAsync(name, make, folder, cancelled.Token);
            }

            Console.WriteLine(installer.Summary);
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. Run it again to go on.");
            return 130;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message.ReplaceLineEndings(" "));
            return 2;
        }
    }

    private static Task ShowProgressAsync(string set, Maker make, string folder, CancellationToken cancelled) =>
        AnsiConsole.Progress().StartAsync(async context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(set), maxValue: 1);
            IInstaller installer = make(folder, line => AnsiConsole.WriteLine(line), (name, share) =>
            {
                task.Description = Markup.Escape(name);
                task.Value = share;
            });
            await installer.InstallAsync(cancelled);
            task.Value = 1;
        });
}
