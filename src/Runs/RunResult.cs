using System.Globalization;

namespace MiniGan.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Steps">Steps taken in all.</param>
/// <param name="IsStopped">Whether it was stopped before its last step; all is saved, and it goes on from there.</param>
/// <param name="SamplesPath">The grid of the last samples.</param>
/// <param name="ReportProblem">Why the report could not be written; null if it was.</param>
public sealed record RunResult(long Steps, bool IsStopped, string SamplesPath, string? ReportProblem)
{
    /// <summary>In a line.</summary>
    /// <param name="before">Steps that had been taken before.</param>
    /// <param name="time">The time that the others took.</param>
    internal string ToLine(long before, TimeSpan time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsStopped ? "Stopped" : "Done")} after {Steps} steps{(before > 0 ? $", {Steps - before} of them now, in" : " and")} " +
        $"{time.TotalSeconds:F0} seconds. Look at {SamplesPath}");
}
