using System.Runtime.CompilerServices;
using Spectre.Console;

namespace MiniGan.DataSets;

/// <summary>The whole of a script that gets a data set: a progress bar, one line an error, an exit code.</summary>
public static class DataSetProgram
{
    /// <summary>Installs a data set into <c>data/NAME</c> of the repository that the script belongs to.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="script">The script's path; left to the compiler.</param>
    /// <returns>0, or 2 if the files could not be had.</returns>
    public static async Task<int> RunAsync(DataSet set, [CallerFilePath] string script = "")
    {
        ArgumentNullException.ThrowIfNull(set);
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(script))!, "data", set.Name);
        using var cancelled = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            cancelled.Cancel();
        };
        try
        {
            if (Console.IsOutputRedirected)
            {
                await new DataSetInstaller(set, folder, Console.WriteLine, (_, _) => { }).InstallAsync(cancelled.Token);
            }
            else
            {
                await ShowProgressAsync(set, folder, cancelled.Token);
            }

            Console.WriteLine($"{set.Name}: {set.Files.Count} files, SHA-256 checked, in {folder}");
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

    private static Task ShowProgressAsync(DataSet set, string folder, CancellationToken cancelled) =>
        AnsiConsole.Progress().StartAsync(async context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(set.Name), maxValue: 1);
            var installer = new DataSetInstaller(set, folder, line => AnsiConsole.WriteLine(line), (name, share) =>
            {
                task.Description = Markup.Escape(name);
                task.Value = share;
            });
            await installer.InstallAsync(cancelled);
            task.Value = 1;
        });
}
