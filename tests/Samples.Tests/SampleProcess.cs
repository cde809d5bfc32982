using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MiniGan.Tests.Samples;

/// <summary>A sample as its users run it: <c>dotnet run -c Release src/Samples/NAME.cs</c>, in a folder of its own.</summary>
internal static class SampleProcess
{
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    /// <summary>The digits that ship with the program.</summary>
    public static string Digits { get; } = Path.Combine(Repository, "src", "Cli", "mnist-subset");

    public static (int ExitCode, string Output, string Error) Run(string folder, string name, params string[] arguments)
    {
        var start =
            new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["run", "-c", "Release",
            Path.Combine(Repository, "src", "Samples", name + ".cs"), "--", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{name} did not end");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
