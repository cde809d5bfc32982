using MiniGan.Cli.Common;
using MiniGan.Comparison;

namespace MiniGan.Cli.Compare;

/// <summary>A file of cases and what came of them.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Source">Who recorded the cases.</param>
/// <param name="Cases">Each case: against the recording, and against TorchSharp, now; null where that did not run.</param>
internal sealed record ComparedFile(string Name, string Source, (CaseResult Recorded, CaseResult? Live)[] Cases)
{
    /// <summary>Compares each case with the recording and, if wanted, with TorchSharp.</summary>
    public static ComparedFile Compare(string name, CaseFile file, bool live, CancellationToken cancelled)
    {
        // Refusals have no live counterpart: they come last.
        CaseResult?[] torch = [.. live ? LiveComparison.Compare(file).Until(cancelled) : []];
        return new ComparedFile(
            name, file.Source,
            [.. file.Compare().Until(cancelled).Select((recorded, i) => (recorded, i < torch.Length ? torch[i] : null))]);
    }
}
