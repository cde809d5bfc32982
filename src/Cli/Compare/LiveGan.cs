using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Comparison;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.Training;

namespace MiniGan.Cli.Compare;

/// <summary><c>compare --live</c>: the same GAN with TorchSharp's layers and with ours.</summary>
internal static class LiveGan
{
    private const int Steps = 50;

    /// <summary>Trains the same GAN with both, and prints the two trajectories side by side.</summary>
    public static void Train(CancellationToken cancelled)
    {
        // a small rate, so that rounding does not part the two soon
        var configuration = Recipe.For(Preset.Dcgan, width: 16, learningRate: 2e-4);
        var settings = new ImageSettings { Size = (configuration.Image.Height, configuration.Image.Width), Channels = 1 };
        ImageDataset dataset = Pictures.Load(DataFolder.Find("mnist"), settings, cancelled);
        if (dataset.Count < configuration.BatchSize)
        {
            throw new UserException(
                $"--live trains on batches of {configuration.BatchSize} images, but data/mnist has only {dataset.Count}. Get all of " +
                "them: dotnet run data-scripts/get-mnist.cs");
        }

        ShuffledBatches batches = dataset.Shuffled(configuration.BatchSize, configuration.Seed);
        Console.WriteLine(
            $"A GAN of width {configuration.Width}, {Steps} steps of {configuration.BatchSize} images, the same " +
            "weights, latents and images:");
        Console.WriteLine("step   custom: loss D   loss G      built-in: loss D   loss G");
        IReadOnlyList<(StepReport Custom, StepReport BuiltIn)> steps =
            LiveComparison.Train(configuration, batches.Take(Steps).Until(cancelled));
        foreach ((StepReport custom, StepReport builtIn) in steps.Where(step =>
            step.Custom.Step is 1 or 2 or 5 || step.Custom.Step % 10 == 0))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{custom.Step,4}         {custom.DiscriminatorLoss:F5}  {custom.GeneratorLoss:F5}             " +
                $"{builtIn.DiscriminatorLoss:F5}  {builtIn.GeneratorLoss:F5}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Median time of a step: custom {Milliseconds(steps.Select(step => step.Custom)):F1} ms, built-in " +
            $"{Milliseconds(steps.Select(step => step.BuiltIn)):F1} ms (copies to and from TorchSharp included)."));

        double Milliseconds(IEnumerable<StepReport> reports)
        {
            double[] sorted = [.. reports.Select(report => 1000 * configuration.BatchSize / report.ImagesPerSecond).Order()];
            return sorted[sorted.Length / 2];
        }
    }
}
