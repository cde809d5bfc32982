using System.Diagnostics;

namespace MiniGan.Tests.Samples;

/// <summary>The program from the outside: arguments in, exit code and text out.</summary>
internal static class MiniGanProcess
{
    public sealed record Result(int ExitCode, string Output, string Error);

    public static Result Run(string folder, params string[] arguments) => Run(folder, [], arguments);

    public static Result Run(string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Start(folder, environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill();
            Assert.Fail($"minigan {string.Join(' ', arguments)} did not end");
        }

        return new Result(process.ExitCode, output.Result, error.Result);
    }

    public static Process Start(string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "minigan.dll"), .. arguments])
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
