using MiniGan.Runs.Logs;

namespace MiniGan.Runs.Reports;

/// <summary>A picture of samples.</summary>
/// <param name="Step">The step that they were drawn after.</param>
/// <param name="Path">The file.</param>
internal sealed record SampleFile(long Step, string Path)
{
    /// <summary>Those in a folder, by their step; none if it is not there.</summary>
    public static SampleFile[] In(string folder) =>
        [.. StepName.FilesIn(folder, ".png").Select(file => new SampleFile(file.Step, file.Path))];

    /// <summary>
    /// As many as there is room for: those of the milestones, among which the first ones are, and of the others some, evenly.
    /// </summary>
    /// <param name="all">All, by their step.</param>
    /// <param name="most">How many, at least 4; the first and the last are among them.</param>
    public static IEnumerable<SampleFile> Spread(SampleFile[] all, int most)
    {
        if (all.Length <= most)
        {
            return all;
        }

        SampleFile[] kept = [.. all[1..^1].Where(sample => StepName.IsMilestone(sample.Step)).Take(most / 2)],
            others = [.. all.Except(kept)];
        int room = most - kept.Length;
        return Enumerable.Range(0, room).Select(i => others[(int)Math.Round(i * (others.Length - 1.0) / (room - 1))])
            .Concat(kept).OrderBy(sample => sample.Step);
    }
}
