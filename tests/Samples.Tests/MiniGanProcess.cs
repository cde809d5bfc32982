using System.Diagnostics;

namespace MiniGan.Tests.Samples;

/// <summary>The program from the outside: arguments in, exit code and text out.</summary>
internal static class MiniGanProcess
{
    public sealed record Result(int ExitCode, string Output, string Error);

    public static Result Run(string folder, params string[] arguments) => Run(folder, [], arguments);

    public static Result Run(string folder, Dictionary<string, string> environment, params string[] arguments) =>
        Wait(Start(folder, environment, arguments), arguments);

    /// <summary>Another copy of the program.</summary>
    public static Result RunCopy(string programFolder, string folder, params string[] arguments) => Wait(Start(programFolder, folder, [], arguments), arguments);

    public static Process Start(string folder, Dictionary<string, string> environment, params string[] arguments) =>
        Start(AppContext.BaseDirectory, folder, environment, arguments);

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

    private static Process Start(string programFolder, string folder, Dictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(programFolder, "minigan.dll"), .. arguments])
        {
            WorkingDirectory = folder,
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
