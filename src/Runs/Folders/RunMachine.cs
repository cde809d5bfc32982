using System.Reflection;
using System.Text.Json.Nodes;
using MiniGan.Kernels;

namespace MiniGan.Runs.Folders;

/// <summary>On what a run was last begun or resumed: where the same seed gives other bits, this tells why.</summary>
internal static class RunMachine
{
    /// <summary>Processor, kernels and threads of this process, and the commit that the program was built from, if it knows it.</summary>
    public static JsonObject Describe() => new()
    {
        ["processor"] = Processor.Name,
        ["kernels"] = Processor.Kernels,
        ["threads"] = Parallelism.Threads,
        ["commit"] = Commit,
    };

    /// <summary>What the compiler wrote behind the version: <c>0.1.0+COMMIT</c>.</summary>
    private static string? Commit =>
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')
            is [_, string commit] ? commit : null;
}
