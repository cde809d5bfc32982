using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Comparing;
using MiniGan.TorchSharp.Training;
using MiniGan.Training;

namespace MiniGan.Cli.Compare;

/// <summary><c>compare --gan</c>: the game of a recipe on both engines.</summary>
internal static class GanComparison
{
    private const int Inputs = 3;

    /// <summary>The recipe as it is compared.</summary>
    /// <exception cref="UserException">The values do not fit together.</exception>
    public static Recipe Configure(Preset preset, int width, int batch)
    {
        try
        {
            Recipe recipe = Recipe.For(preset, preset == Preset.TfTutorial ? null : width, batch);
            recipe.Check();
            return recipe;
        }
        catch (ArgumentException exception)
        {
            throw new UserException($"--gan: {exception.Message}");
        }
    }

    /// <summary>The digits that ship with the program, or all of them if they are there.</summary>
    /// <exception cref="UserException">There are fewer than a batch.</exception>
    public static ImageDataset Digits(int batch, CancellationToken cancelled)
    {
        var settings = new ImageSettings { Size = (28, 28), Channels = 1 };
        ImageDataset dataset = Pictures.Load(DataFolder.Find("mnist"), settings, cancelled);
        return dataset.Count >= batch
            ? dataset
            : throw new UserException(
                $"--batch: a batch is {batch} images, but data/mnist has only {dataset.Count}. Give a smaller one, or get all digits: " +
                "dotnet run data-scripts/get-mnist.cs");
    }

    /// <summary>
    /// Compares step by step from the same state, module by module, and, for the curves, lets TorchSharp's engine play alone from the
    /// start.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static GanResult Run(Recipe recipe, ImageDataset dataset, int count, CancellationToken cancelled)
    {
        using var comparison = new EngineComparison(recipe.Build);
        using var alone = new TorchTrainer(recipe.Build());
        ShuffledBatches batches = dataset.Shuffled(recipe.BatchSize, recipe.Seed);
        var steps = new List<EngineStep>();
        var trajectory = new List<StepReport>();
        List<Tensor> images = [];
        int[] labels = [];
        foreach (Batch batch in batches.Take(count))
        {
            cancelled.ThrowIfCancellationRequested();
            steps.Add(comparison.Step(batch));
            trajectory.Add(alone.Step(batch));
            if (images.Count < Inputs)
            {
                images.Add(batch.Images.Clone());
                labels = recipe.Classes > 0 ? batch.Labels.ToArray() : [];
            }
        }

        Gan gan = comparison.Managed.Gan;
        var random = new RandomSource(recipe.Seed, "comparison");
        Tensor[] latents = [.. images.Select(_ => gan.Latents(recipe.BatchSize, random))];
        ModuleDifference[] modules =
        [
            .. NetworkComparison.Of("generator", gan.Generator, latents, labels),
            .. NetworkComparison.Of("discriminator", gan.Discriminator, images, labels),
        ];
        return new GanResult(recipe, steps, trajectory, EngineComparison.Summarize(steps), modules);
    }
}
