using System.Diagnostics;
using System.Text;

namespace MiniGan.Tests.Cli;

/// <summary>The program from the outside: arguments in, exit code and text out.</summary>
internal static class MiniGanProcess
{
    public sealed record Result(int ExitCode, string Output, string Error);

    public static Result Run(string folder, params string[] arguments) => Run(folder, [], arguments);

    public static Result Run(string folder, Dictionary<string, string> environment, params string[] arguments) =>
        Wait(Start(folder, environment, arguments), arguments);

    /// <summary>Another copy of the program.</summary>
    public static Result RunCopy(string programFolder, string folder, params string[] arguments) =>
        Wait(Start(folder, [], "dotnet", [Path.Combine(programFolder, "minigan.dll"), .. arguments]), arguments);

    public static Process Start(string folder, Dictionary<string, string> environment, params string[] arguments) =>
        Start(folder, environment, "dotnet", [Path.Combine(AppContext.BaseDirectory, "minigan.dll"), .. arguments]);

    private static Result Wait(Process started, string[] arguments)
    {
        using Process process = started;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill();
            Assert.Fail($"minigan {string.Join(' ', arguments)} did not end");
        }

        return new Result(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Runs it by a shell, for what only a shell does with a process's streams and limits: <c>{0}</c> is the program.</summary>
    public static Result RunInShell(string folder, string line)
    {
        using Process process = Start(folder, [], "sh", ["-c", line.Replace("{0}", Program, StringComparison.Ordinal)]);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Result(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Whether there is util-linux's <c>script</c>, which makes a terminal.</summary>
    public static bool HasTerminals => OperatingSystem.IsLinux() && File.Exists("/usr/bin/script");

    /// <summary>Runs it in a terminal of so many columns; both streams come as one output.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="columns">Width of the terminal.</param>
    /// <param name="arguments">For a shell.</param>
    /// <param name="interruptAfterCursorIsHidden">Whether to press Ctrl-C a second after the cursor is hidden.</param>
    public static Result RunInTerminal(string folder, int columns, string arguments, bool interruptAfterCursorIsHidden = false)
    {
        var environment = new Dictionary<string, string> { ["TERM"] = "xterm-256color", ["SHELL"] = "/bin/sh" };
        using Process process = Start(
            folder, environment, "/usr/bin/script", ["-qec", $"stty cols {columns} rows 40; exec {Program} {arguments}", "/dev/null"]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        var output = new StringBuilder();
        char[] buffer = new char[4096];
        bool interrupts = interruptAfterCursorIsHidden;
        for (int read; (read = process.StandardOutput.Read(buffer)) > 0;)
        {
            output.Append(buffer, 0, read);
            Assert.InRange(output.Length, 0, 10_000_000);
            if (interrupts && output.ToString().Contains("\e[?25l", StringComparison.Ordinal))
            {
                interrupts = false;
                Thread.Sleep(1000);
                process.StandardInput.Write('\x03');
                process.StandardInput.Flush();
            }
        }

        process.WaitForExit();
        return new Result(process.ExitCode, output.ToString(), error.Result);
    }

    private static string Program => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "minigan.dll")}'";

    private static Process Start(string folder, Dictionary<string, string> environment, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
