using System.Diagnostics;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Kernels;
using MiniGan.Recipes;
using MiniGan.Runs;
using MiniGan.Runs.Folders;

namespace MiniGan.Cli.Bench;

/// <summary>
/// A whole training as <c>train</c> does it, from the first step on: batches of digits, log, samples, checkpoints, report, and what the
/// compiler needs; in a folder that goes afterwards.
/// </summary>
internal static class TrainBench
{
    /// <summary>Trains.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="engineName">What computes.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="cancelled">Ends it after the step under way.</param>
    /// <returns>As of a step: the time of all divided by the steps.</returns>
    /// <exception cref="UserException">There are fewer images than in a batch.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static StepResult Measure(Recipe recipe, string engineName, int steps, CancellationToken cancelled)
    {
        var settings = new ImageSettings { Size = (recipe.Image.Height, recipe.Image.Width), Channels = recipe.Image.Channels };
        ImageDataset digits = Pictures.Load(DataFolder.Find("mnist"), settings, cancelled, silent: true);
        if (digits.Count < recipe.BatchSize)
        {
            throw new UserException($"--batch: a batch is {recipe.BatchSize} images, but there are {digits.Count} digits.");
        }

        string folder = Directory.CreateTempSubdirectory("minigan-bench-").FullName;
        try
        {
            using var bench = new StepBench(recipe, engineName);
            double operations = bench.Operations, peak = Processor.MeasurePeak();
            long allocated = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
            var run = new TrainingRun(Path.Combine(folder, "run"), bench.Engine, digits.Shuffled(recipe.BatchSize, recipe.Seed))
            {
                ShowProgress = false,
                StopOnCtrlC = false,
            };
            run.Train(steps, cancelled);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
            cancelled.ThrowIfCancellationRequested();
            return new StepResult(
                engineName, recipe.PresetName, recipe.Image, recipe.Width, recipe.BatchSize, Parallelism.Threads,
                new Throughput(Timing.Of([seconds]), operations, peak),
                (GC.GetTotalAllocatedBytes(precise: true) - allocated) / steps, Process.GetCurrentProcess().PeakWorkingSet64);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
