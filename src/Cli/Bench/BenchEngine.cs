using MiniGan.Kernels;
using MiniGan.TorchSharp;
using MiniGan.TorchSharp.Networks;
using MiniGan.TorchSharp.Training;
using MiniGan.Training;
using TorchSharp;

namespace MiniGan.Cli.Bench;

/// <summary>What <c>bench</c> measures: this library, and TorchSharp as anyone writes it and at its best.</summary>
internal static class BenchEngine
{
    /// <summary>This library.</summary>
    public const string Managed = "managed";

    /// <summary>TorchSharp as anyone writes it.</summary>
    public const string Stock = "torchsharp";

    /// <summary>TorchSharp with activations in place, no gradients of D in G's step, and idle threads that spin.</summary>
    public const string Tuned = "torchsharp-tuned";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Managed, Stock, Tuned];

    /// <summary>The trainer on an engine.</summary>
    /// <exception cref="PlatformNotSupportedException">The engine is not there.</exception>
    public static IGanTrainer On(GanTrainer trainer, string engine)
    {
        if (engine == Managed)
        {
            return trainer;
        }

        Prepare();
        return new TorchTrainer(trainer, new TorchOptions { IsTuned = engine == Tuned });
    }

    /// <summary>Loads libtorch, with as many threads as this library has.</summary>
    /// <exception cref="PlatformNotSupportedException">It is not there.</exception>
    public static void Prepare()
    {
        TorchRuntime.Load();
        torch.set_num_threads(Parallelism.Threads);
    }

    /// <summary>What a process that measures an engine needs in its environment.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(string engine) => engine == Tuned
        ? new Dictionary<string, string> { ["OMP_WAIT_POLICY"] = "ACTIVE" }
        : new Dictionary<string, string>();
}
