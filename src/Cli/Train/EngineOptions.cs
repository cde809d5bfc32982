using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Runs.Folders;
using MiniGan.TorchSharp.Networks;
using MiniGan.TorchSharp.Training;
using MiniGan.Training;

namespace MiniGan.Cli.Train;

/// <summary>The options of <c>train</c> that say what computes the steps: this library, or TorchSharp on a device.</summary>
internal static class EngineOptions
{
    private const string TorchSharp = "torchsharp", Cpu = "cpu";

    private static readonly Option<string?> Engine = CommandLine.OneOf(
        "--engine",
        "What computes: MiniGan's own layers (managed), or the same networks and game on TorchSharp with its autograd; a run can go on " +
        "on the other. [default: managed]",
        RunSpecification.ManagedEngine, TorchSharp);

    private static readonly Option<string?> Device = CommandLine.OneOf(
        "--device", "Where TorchSharp computes; cuda needs a build with a CUDA package (docs/performance.md). [default: cpu]", Cpu, "cuda",
        "mps");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Engine, Device];

    /// <summary>The specification with the engine that was asked for; unless one was, with its own.</summary>
    /// <exception cref="UserException">A device was given for an engine that has none.</exception>
    public static RunSpecification Apply(ParseResult parsed, RunSpecification run)
    {
        string engine = parsed.GetValue(Engine) ?? run.Engine;
        string? device = parsed.GetValue(Device);
        return engine == TorchSharp ? run with { Engine = engine, Device = device ?? run.Device ?? Cpu }
            : device is null ? run with { Engine = engine, Device = null }
            : throw new UserException("--device: only TorchSharp computes on a device. Give --engine torchsharp, too.");
    }

    /// <summary>The trainer on the engine of a run.</summary>
    /// <param name="trainer">The trainer, where the run goes on.</param>
    /// <param name="run">The run.</param>
    /// <exception cref="UserException">There is no such engine.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp, or the device, is not there.</exception>
    public static IGanTrainer On(GanTrainer trainer, RunSpecification run) => run.Engine switch
    {
        RunSpecification.ManagedEngine => trainer,
        TorchSharp => new TorchTrainer(trainer, new TorchOptions { Device = run.Device ?? Cpu }),
        _ => throw new UserException($"--resume: the run is of an engine '{run.Engine}', which this version does not have. Give --engine."),
    };
}
