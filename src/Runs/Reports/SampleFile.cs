namespace MiniGan.Runs.Reports;

/// <summary>A picture of samples.</summary>
/// <param name="Step">The step after which they were made.</param>
/// <param name="Path">The file.</param>
internal sealed record SampleFile(long Step, string Path);
