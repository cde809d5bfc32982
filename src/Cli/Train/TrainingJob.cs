using System.Diagnostics;
using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Kernels;
using MiniGan.Recipes;
using MiniGan.Runs;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;
using MiniGan.Runs.Views;
using MiniGan.TorchSharp;
using MiniGan.Training;

namespace MiniGan.Cli.Train;

/// <summary>A run of a recipe on a folder of images: prepared before its folder is touched, then trained.</summary>
/// <param name="recipe">The networks and their game.</param>
/// <param name="data">Where the images are.</param>
/// <param name="dataset">The images.</param>
/// <param name="specification">What the run is.</param>
internal sealed class TrainingJob(Recipe recipe, DataFolder data, ImageDataset dataset, RunSpecification specification) : IDisposable
{
    private IGanTrainer trainer = null!;
    private RunLoop loop = null!;

    /// <summary>Builds the networks, and goes on from the newest checkpoint of a run that is whole.</summary>
    /// <param name="checkpoints">That run; null to begin.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <exception cref="UserException">The images, the networks and the settings do not fit together.</exception>
    /// <exception cref="RunException">No checkpoint of the run is whole.</exception>
    public void Prepare(RunFiles? checkpoints, CancellationToken cancelled)
    {
        if (dataset.Count < recipe.BatchSize)
        {
            throw new UserException(
                $"--batch: a batch is {recipe.BatchSize} images, but '{data.Path}' holds {dataset.Count} " +
                $"image{(dataset.Count == 1 ? "" : "s")}. Give a smaller batch, or more images.");
        }

        bool balance = specification.Image?.Balance ?? false;
        if (balance && !dataset.HasLabels)
        {
            throw new UserException(
                $"--balance draws as many images of each label, but those of '{data.Path}' have none. Put each kind into a folder of its " +
                "own, or leave --balance out.");
        }

        ShuffledBatches batches;
        try
        {
            trainer = EngineOptions.On(recipe.Build(), specification);
            batches = (recipe.Labels is null ? dataset : dataset.WithClasses(recipe.Labels))
                .Shuffled(recipe.BatchSize, recipe.Seed, specification.Image?.Flip ?? false, balance);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new UserException(exception.Message);
        }

        if (checkpoints is not null)
        {
            GoOn(checkpoints, batches);
        }

        loop = new RunLoop(trainer, batches, specification, recipe.Metadata)
        {
            Evaluation = specification.EvaluateEvery > 0
                ? Figures.Prepare(data, dataset, specification.Image ?? new(), specification.Classifier, cancelled)
                : null,
        };
    }

    /// <summary>Trains.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="showSamples">Whether samples are shown on a terminal.</param>
    /// <param name="cancelled">Ends it after the step under way.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">The folder cannot be written.</exception>
    public int Run(RunFolder folder, bool showSamples, CancellationToken cancelled)
    {
        string path = folder.Files.Folder,
            goOn = $"{ShellWords.Program} train --out {ShellWords.Quote(path)} --resume";
        Tell();
        ITrainingView view = LiveView.OrPlain(showSamples ? loop.Samples : null, Console.Out);
        long start = Stopwatch.GetTimestamp(), before = trainer.Steps;
        RunResult result;
        try
        {
            loop.Start(cancelled);
            if (folder.ReplacesRun)
            {
                cancelled.ThrowIfCancellationRequested(); // whoever stops it now may have thought better of that
            }

            result = loop.Train(folder, view, cancelled);
        }
        catch (DivergedException exception)
        {
            string checkpoint = folder.Files.Checkpoint;
            return CommandLine.Fail(
                $"{exception.Message} " +
                $"{(File.Exists(checkpoint) ? $"The last checkpoint is as it was: {checkpoint}" : "There was no checkpoint yet.")}",
                CommandLine.Failed);
        }
        catch (Exception exception) when (
            exception is (IOException or UnauthorizedAccessException) and not MalformedFileException) // which is of the data
        {
            folder.RequireInPlace();
            throw new UserException(
                $"--out: '{path}' cannot be written ({exception.Message.TrimEnd('.')}). What was saved before is whole. Make room or let " +
                $"it be written, then go on: {goOn}");
        }

        CommandLine.Print(result.ToLine(before, Stopwatch.GetElapsedTime(start)));
        if (result.ReportProblem is null)
        {
            CommandLine.Print($"Look inside: {folder.Files.Report}");
        }

        CommandLine.Print(result.IsStopped
            ? $"Go on: {goOn}"
            : $"More pictures: {ShellWords.Program} generate {ShellWords.Quote(RunCheckpoint.WordFor(path))}");
        CommandLine.Print($"All runs, live in a browser: {ShellWords.Program} watch");
        if (result.ReportProblem is not null)
        {
            CommandLine.Fail(
                $"all of the run is saved, but its report cannot be written: {result.ReportProblem.TrimEnd('.')}. Write it elsewhere: " +
                $"{ShellWords.Program} report {ShellWords.Quote(path)} --out FILE");
        }

        return result.IsStopped ? CommandLine.Interrupted : result.ReportProblem is not null ? CommandLine.Failed : CommandLine.Success;
    }

    /// <summary>Lets go of what the engine holds.</summary>
    public void Dispose() => (trainer as IDisposable)?.Dispose();

    private void GoOn(RunFiles run, ShuffledBatches batches)
    {
        IReadOnlyList<string> damaged = Resumption.Load(trainer, run, checkpoint => Recipe.FromMetadata(checkpoint.Metadata) == recipe);
        batches.Skip(trainer.Steps);
        if (trainer.Steps >= specification.Steps)
        {
            throw new UserException(
                $"--resume: the run has its {trainer.Steps} steps already. To train it further, give more of them as --steps or --epochs.");
        }

        foreach (string line in damaged)
        {
            CommandLine.Print(line);
        }
    }

    private string EngineText => specification.Engine == RunSpecification.ManagedEngine
        ? ""
        : $", on {TorchRuntime.Version}, {specification.Device}";

    private void Tell()
    {
        if (data.Note is string note)
        {
            Console.WriteLine(note);
        }

        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe.PresetName}, width {recipe.Width}, on {dataset.Count} images of {Printable.Name(data.Name)}: {specification.Steps} " +
            $"steps of {recipe.BatchSize} images, seed {recipe.Seed}, {Parallelism.Threads} thread(s){EngineText}. Ctrl-C saves and ends " +
            $"the run."));
        if (trainer.Steps > 0)
        {
            Console.WriteLine($"Going on after step {trainer.Steps}.");
            if (recipe.DecaySteps > 0 && specification.Steps > recipe.DecaySteps)
            {
                Console.WriteLine(
                    $"The learning rate has fallen since the first step to end with step {recipe.DecaySteps}, so the steps behind that " +
                    "change next to nothing. To train longer with --decay, train again with more --steps.");
            }
        }
    }
}
