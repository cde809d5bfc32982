using System.Diagnostics;
using MiniGan.Modules;
using MiniGan.Training;

namespace MiniGan.Cli.Bench;

/// <summary>
/// Where the time of a recipe's step goes: the step itself, with a clock around each module of both networks. Behind a clock no module
/// works in place, or together with the next (<c>Sequential</c>), so that they take longer here than in training; blocks of several
/// modules have one clock.
/// </summary>
internal sealed class StepProfile
{
    private const int WarmUp = 5;

    private readonly OrderedDictionary<(string Part, string Pass), double> seconds = [];

    /// <summary>Means over the steps, in seconds, in the order of the passes: part of the network, pass, time a step.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<(string Part, string Pass, double Seconds)> Measure(StepBench bench, int steps, CancellationToken cancelled)
    {
        var profile = new StepProfile();
        Gan gan = bench.Recipe.CreateGan();
        GanTrainer trainer = bench.Recipe.TrainerFor(new Gan(
            profile.WithClocks("G", gan.Generator), profile.WithClocks("D", gan.Discriminator), gan.LatentSize, gan.Classes,
            gan.ImageShape));
        long start = 0;
        for (int i = 0; i < steps + WarmUp; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            if (i == WarmUp)
            {
                profile.seconds.Clear();
                start = Stopwatch.GetTimestamp();
            }

            trainer.Step(bench.Batch);
        }

        TimeSpan whole = Stopwatch.GetElapsedTime(start);
        profile.Add(("optimizers, losses, averages", "other"), whole - TimeSpan.FromSeconds(profile.seconds.Values.Sum()));
        return [.. profile.seconds.Select(pair => (pair.Key.Part, pair.Key.Pass, pair.Value / steps))];
    }

    private Module WithClocks(string network, Module module) => module is Sequential chain
        ? new Sequential([.. chain.Select((part, i) => Clock(part, $"{network} {i} {part.GetType().Name}"))])
        : Clock(module, $"{network} {module.GetType().Name}");

    private TimedModule Clock(Module module, string part) => new(module, (pass, time) => Add((part, pass), time));

    private void Add((string Part, string Pass) key, TimeSpan time) => seconds[key] = seconds.GetValueOrDefault(key) + time.TotalSeconds;
}
