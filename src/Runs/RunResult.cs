namespace MiniGan.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Steps">Steps behind the networks.</param>
/// <param name="IsStopped">Whether it was stopped before its last step; all is saved, and it goes on from there.</param>
/// <param name="SamplesPath">The grid of the last samples; empty if there was no step to take.</param>
/// <param name="ReportProblem">Why the report could not be written; null if it was.</param>
public sealed record RunResult(long Steps, bool IsStopped, string SamplesPath, string? ReportProblem);
