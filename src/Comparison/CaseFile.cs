using MiniGan.Files;

namespace MiniGan.Comparison;

/// <summary>A file of recorded cases, of the format <c>minigan-conformance/1</c>.</summary>
/// <param name="Source">Who computed them.</param>
/// <param name="Cases">Cases with results.</param>
/// <param name="Rejected">Cases that must be refused.</param>
public sealed record CaseFile(string Source, IReadOnlyList<LayerCase> Cases, IReadOnlyList<RejectedCase> Rejected)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is not of the format; the message names the case.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CaseFile Read(string path) => CaseFileReader.Read(path);

    /// <summary>Compares the custom layers with what was recorded, case by case, in the order of the file.</summary>
    public IEnumerable<CaseResult> Compare() => Cases.Select(LayerComparer.Compare).Concat(Rejected.Select(LayerComparer.Compare));
}
