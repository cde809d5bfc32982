using System.Diagnostics;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Bench;

/// <summary>Where the time of a step goes: the calls that <see cref="GanTrainer"/> makes, with a clock around each layer.</summary>
internal sealed class StepProfile
{
    private readonly Dictionary<(string Part, string Pass), List<double>> seconds = [];
    private readonly Dictionary<(string Part, string Pass), double> step = [];

    /// <summary>Medians over the steps, in seconds, in the order of the layers: part of the network, pass, time a step.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<(string Part, string Pass, double Seconds)> Measure(StepBench bench, int steps, CancellationToken cancelled)
    {
        var profile = new StepProfile();
        Sequential generator = (Sequential)bench.Model.Generator, discriminator = (Sequential)bench.Model.Discriminator;
        Adam generatorOptimizer = new(generator.Parameters), discriminatorOptimizer = new(discriminator.Parameters);
        AdversarialLoss loss = new NonSaturatingLoss();
        generator.SetTraining(true);
        discriminator.SetTraining(true);
        for (int i = 0; i < steps + 5; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            Tensor fake = profile.Forward("G", generator, bench.Latents);
            discriminator.ZeroGradients();
            loss.Real(profile.Forward("D", discriminator, bench.Real));
            profile.Backward("D", discriminator, loss.Backward(), Gradients.Parameters);
            loss.Fake(profile.Forward("D", discriminator, fake));
            profile.Backward("D", discriminator, loss.Backward(), Gradients.Parameters);

            profile.Time("D Adam", "update", () => discriminatorOptimizer.Step());
            generator.ZeroGradients();
            loss.Generator(profile.Forward("D", discriminator, fake));
            profile.Backward("G", generator, profile.Backward("D", discriminator, loss.Backward(), Gradients.Input), Gradients.Parameters);
            profile.Time("G Adam", "update", () => generatorOptimizer.Step());
            profile.EndStep(keep: i >= 5);
        }

        return [.. profile.seconds.Select(pair => (pair.Key.Part, pair.Key.Pass, Timing.Of(pair.Value.ToArray()).Median))];
    }

    private Tensor Forward(string network, Sequential modules, Tensor x)
    {
        for (int i = 0; i < modules.Count; i++)
        {
            Module module = modules[i];
            x = Time(NameOf(network, i, module), "forward", () => module.Forward(x));
        }

        return x;
    }

    private Tensor Backward(string network, Sequential modules, Tensor dy, Gradients wanted)
    {
        for (int i = modules.Count - 1; i >= 0; i--)
        {
            Module module = modules[i];
            string name = NameOf(network, i, module);

            // One after the other, though a layer computes both in one call, to tell them apart.
            if ((wanted & Gradients.Parameters) != 0 && module.Parameters.Count > 0 && module is not BatchNorm2D)
            {
                Time(name, "dW", () => module.Backward(dy, Gradients.Parameters));
            }

            if (i > 0 || (wanted & Gradients.Input) != 0)
            {
                dy = Time(name, "dx", () =>
                    module.Backward(dy, module is BatchNorm2D && (wanted & Gradients.Parameters) != 0 ? Gradients.All : Gradients.Input));
            }
        }

        return dy;
    }

    private static string NameOf(string network, int i, Module module) => $"{network} {i} {module.GetType().Name}";

    private void Time(string part, string pass, Action action) => Time<object?>(part, pass, () =>
    {
        action();
        return null;
    });

    private T Time<T>(string part, string pass, Func<T> action)
    {
        long start = Stopwatch.GetTimestamp();
        T result = action();
        step[(part, pass)] = step.GetValueOrDefault((part, pass)) + Stopwatch.GetElapsedTime(start).TotalSeconds;
        return result;
    }

    private void EndStep(bool keep)
    {
        foreach (((string, string) key, double time) in step)
        {
            if (keep)
            {
                (seconds.TryGetValue(key, out List<double>? list) ? list : seconds[key] = []).Add(time);
            }
        }

        step.Clear();
    }
}
