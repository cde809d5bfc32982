using System.CommandLine;
using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Kernels;
using MiniGan.Recipes;
using MiniGan.Tensors;
using Spectre.Console;

namespace MiniGan.Cli.Bench;

/// <summary><c>minigan bench</c>.</summary>
internal static class BenchCommand
{
    private const int MostThreads = 256, UsualSteps = 30, TrainSteps = 300;

    private static readonly Option<int[]> Widths = CommandLine.InRangeList(
        "--width", "Feature maps next to the image (w of the networks). [default: 64]", 1, 1024);

    private static readonly Option<int[]> Batches = CommandLine.InRangeList("--batch", "Images per step. [default: 64]", 1, 65536);

    private static readonly Option<int[]> ThreadCounts =
        CommandLine.InRangeList("--threads", "Threads. [default: one per processor]", 1, MostThreads);

    private static readonly Option<int?> Steps = CommandLine.InRange(
        "--steps", $"Measured runs, once warm, or steps of the training. [default: {UsualSteps}; train {TrainSteps}]", 1, 100_000);

    private static readonly Option<double?> WarmUp =
        CommandLine.InRange("--warm-up", "Seconds to run before measuring, until the compiler has done its best. [default: 2]", 0.0, 3600);

    private static readonly Option<bool> Profile =
        new("--profile") { Description = "Also tell where the time of a step goes, module by module." };

    private static readonly Option<Preset?> Known = CommandLine.Choice<Preset>(
        "--preset", "The recipe whose step is timed. [default: the DCGAN of PyTorch's tutorial, with batch normalisation and Adam]");

    private static readonly Option<int?> Size = CommandLine.InRange("--size", "Rows and columns of the images. [default: 28]", 8, 128);

    private static readonly Option<int?> Channels =
        CommandLine.InRange("--channels", "Channels of the images: 1 for grey, 3 for colour. [default: 1]", 1, 4);

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object a line instead of a table." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var step = new ExampleCommand(
            "step",
            "Time one training step of the DCGAN; several values give a row each.",
            "minigan bench step",
            "minigan bench step --width 32 64 --batch 1 16 64 256 --threads 1 2 --json",
            "minigan bench step --preset conditional --width 32 --batch 32 --engine managed torchsharp torchsharp-tuned",
            "minigan bench step --preset r1 --width 32 --batch 32 --size 64 --channels 3")
        {
            Known, Size, Channels, RaceOptions.Engines, RaceOptions.Rounds, Widths, Batches, ThreadCounts, Steps, WarmUp, Profile, Json,
        };
        step.SetAction((parsed, cancelled) => Task.FromResult(RunStep(parsed, cancelled)));
        var train = new ExampleCommand(
            "train",
            "Time a whole training on digits, with samples, checkpoints and report: milliseconds of all, divided by the steps.",
            "minigan bench train",
            "minigan bench train --preset conditional --width 32 --batch 32 --engine managed torchsharp --steps 1000")
        {
            Known, Size, Channels, RaceOptions.Engines, RaceOptions.Rounds, Widths, Batches, ThreadCounts, Steps, Json,
        };
        train.SetAction((parsed, cancelled) => Task.FromResult(RunTrain(parsed, cancelled)));
        var layers = new ExampleCommand(
            "layers",
            "Time its convolutions one by one, forward, and forward with backward.",
            "minigan bench layers",
            "minigan bench layers --width 32 --threads 1 --json",
            "minigan bench layers --engine managed torchsharp")
        {
            RaceOptions.Engines, RaceOptions.Rounds, Widths, Batches, ThreadCounts, Steps, WarmUp, Json,
        };
        layers.SetAction((parsed, cancelled) => Task.FromResult(RunLayers(parsed, cancelled)));
        var modules = new ExampleCommand(
            "modules",
            "Time norms, activations, pooling, attention and so on, forward with backward, beside a 3×3 convolution of as many channels.",
            "minigan bench modules",
            "minigan bench modules --width 32 --batch 16 --json")
        {
            Widths, Batches, ThreadCounts, Steps, WarmUp, Json,
        };
        modules.SetAction((parsed, cancelled) => Task.FromResult(RunModules(parsed, cancelled)));
        return new ExampleCommand(
            "bench", "Measure the speed of the layers and of training on this machine.", "minigan bench step", "minigan bench layers")
        {
            step, layers, train, modules,
        };
    }

    private static int RunStep(ParseResult parsed, CancellationToken cancelled)
    {
        if (RaceOptions.Rivals(parsed).Count > 1)
        {
            return RaceOptions.Run(parsed, "step", Settings(parsed).Select(setting => Arguments(parsed, setting)), cancelled);
        }

        string engine = RaceOptions.Rivals(parsed)[0];
        if (parsed.GetValue(Profile) && engine != BenchEngine.Managed)
        {
            throw new UserException("--profile is of a step on the managed engine: leave --engine out.");
        }

        var results = new List<StepResult>();
        foreach ((int width, int batch, int threads) in Settings(parsed))
        {
            Parallelism.Threads = threads;
            using var bench = new StepBench(Configure(parsed, width, batch), engine);
            StepResult result = bench.Measure(StepsOf(parsed), WarmUpOf(parsed), cancelled);
            results.Add(result);
            if (parsed.GetValue(Json))
            {
                Console.WriteLine(result.ToJson().ToJsonString());
            }

            if (parsed.GetValue(Profile))
            {
                ProfileView.Print(result, StepProfile.Measure(bench, StepsOf(parsed), cancelled), parsed.GetValue(Json));
            }
        }

        if (!parsed.GetValue(Json))
        {
            PrintSteps("One training step", results);
        }

        return CommandLine.Success;
    }

    private static int RunTrain(ParseResult parsed, CancellationToken cancelled)
    {
        if (RaceOptions.Rivals(parsed).Count > 1)
        {
            return RaceOptions.Run(parsed, "train", Settings(parsed).Select(setting => Arguments(parsed, setting)), cancelled);
        }

        var results = new List<StepResult>();
        foreach ((int width, int batch, int threads) in Settings(parsed))
        {
            Parallelism.Threads = threads;
            results.Add(TrainBench.Measure(
                Configure(parsed, width, batch), RaceOptions.Rivals(parsed)[0], parsed.GetValue(Steps) ?? TrainSteps, cancelled));
            if (parsed.GetValue(Json))
            {
                Console.WriteLine(results[^1].ToJson().ToJsonString());
            }
        }

        if (!parsed.GetValue(Json))
        {
            PrintSteps("A whole training, divided by its steps", results);
        }

        return CommandLine.Success;
    }

    private static void PrintSteps(string title, List<StepResult> results) => PrintTable(
        title,
        ["width", "batch", "threads", "images/s", "garbage, bytes"],
        results.Select(r => (new object[] { r.Width, r.Batch, r.Threads, Math.Round(r.ImagesPerSecond), r.AllocatedBytes }, r.Speed)));

    private static int RunLayers(ParseResult parsed, CancellationToken cancelled)
    {
        if (RaceOptions.Rivals(parsed).Count > 1)
        {
            return RaceOptions.Run(parsed, "layers", Settings(parsed).Select(setting => Arguments(parsed, setting)), cancelled);
        }

        var results = new List<LayerResult>();
        foreach ((int width, int batch, int threads) in Settings(parsed))
        {
            foreach (LayerResult result in LayerBench.Measure(
                RaceOptions.Rivals(parsed)[0], width, batch, StepsOf(parsed), threads, WarmUpOf(parsed), cancelled))
            {
                results.Add(result);
                if (parsed.GetValue(Json))
                {
                    Console.WriteLine(result.ToJson().ToJsonString());
                }
            }
        }

        if (!parsed.GetValue(Json))
        {
            PrintTable(
                "Single layers", ["layer", "batch", "threads"],
                results.Select(r => (new object[] { r.Layer, r.Batch, r.Threads }, r.Speed)));
        }

        return CommandLine.Success;
    }

    private static int RunModules(ParseResult parsed, CancellationToken cancelled)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string title in
            (string[])["module", "width", "batch", "threads", "forward, ms", "with backward", "min", "max", "of the 3×3"])
        {
            table.AddColumn(new TableColumn(title) { Alignment = title == "module" ? Justify.Left : Justify.Right }.NoWrap());
        }

        foreach (ModuleResult result in Settings(parsed).SelectMany(setting => ModuleBench.Measure(
            setting.Width, setting.Batch, StepsOf(parsed), setting.Threads, WarmUpOf(parsed), cancelled)))
        {
            if (parsed.GetValue(Json))
            {
                Console.WriteLine(result.ToJson().ToJsonString());
            }

            table.AddRow(
                Markup.Escape(result.Module), $"{result.Width}", $"{result.Batch}", $"{result.Threads}",
                Number(result.Forward.Median * 1e3), Number(result.Both.Median * 1e3), Number(result.Both.Minimum * 1e3),
                Number(result.Both.Maximum * 1e3), $"{result.Ratio * 100:F0} %");
        }

        if (!parsed.GetValue(Json))
        {
            Console.WriteLine($"Modules on images of {ModuleBench.Side}×{ModuleBench.Side}. Kernels: {Processor.Kernels}.");
            AnsiConsole.Write(table);
        }

        return CommandLine.Success;
    }

    /// <summary>The options that have another process measure one setting.</summary>
    private static string[] Arguments(ParseResult parsed, (int Width, int Batch, int Threads) setting) =>
    [
        "--width", $"{setting.Width}", "--batch", $"{setting.Batch}", "--threads", $"{setting.Threads}",
        .. parsed.GetValue(Steps) is int steps ? ["--steps", $"{steps}"] : Array.Empty<string>(),
        .. parsed.GetValue(WarmUp) is double warmUp
            ? ["--warm-up", warmUp.ToString("R", CultureInfo.InvariantCulture)]
            : Array.Empty<string>(),
        .. parsed.GetValue(Size) is int size ? ["--size", $"{size}"] : Array.Empty<string>(),
        .. parsed.GetValue(Channels) is int channels ? ["--channels", $"{channels}"] : Array.Empty<string>(),
        .. parsed.GetValue(Known) is Preset preset ? ["--preset", Recipe.For(preset).PresetName] : Array.Empty<string>(),
    ];

    private static Recipe Configure(ParseResult parsed, int width, int batch)
    {
        int side = parsed.GetValue(Size) ?? 28, channels = parsed.GetValue(Channels) ?? 1;
        return StepBench.Configure(width, batch, parsed.GetValue(Known), new ImageShape(channels, side, side));
    }

    /// <summary>What to measure, all of it checked before the first is.</summary>
    private static (int Width, int Batch, int Threads)[] Settings(ParseResult parsed)
    {
        int[] widths = Given(parsed, Widths, 64), batches = Given(parsed, Batches, 64);
        foreach ((int width, int batch) in widths.SelectMany(width => batches.Select(batch => (width, batch))))
        {
            try
            {
                _ = Configure(parsed, width, batch);
            }
            catch (ArgumentException exception)
            {
                throw new UserException($"--width {width} with --batch {batch}: {exception.Message}");
            }
        }

        return [..
            from width in widths
            from batch in batches
            from threads in Given(parsed, ThreadCounts, Math.Min(Environment.ProcessorCount, MostThreads))
            select (width, batch, threads)];
    }

    private static int[] Given(ParseResult parsed, Option<int[]> option, int otherwise) =>
        parsed.GetValue(option) is { Length: > 0 } values ? values : [otherwise];

    private static int StepsOf(ParseResult parsed) => parsed.GetValue(Steps) ?? UsualSteps;

    private static double WarmUpOf(ParseResult parsed) => parsed.GetValue(WarmUp) ?? 2;

    private static void PrintTable(string title, string[] labels, IEnumerable<(object[] Labels, Throughput Speed)> rows)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string label in (string[])[.. labels, "median ms", "min", "max", "GFLOP/s", "peak", "of peak"])
        {
            table.AddColumn(new TableColumn(label) { Alignment = label == "layer" ? Justify.Left : Justify.Right }.NoWrap());
        }

        foreach ((object[] cells, Throughput speed) in rows)
        {
            table.AddRow([
                .. cells.Select(cell => Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{cell}"))),
                Number(speed.Timing.Median * 1e3), Number(speed.Timing.Minimum * 1e3), Number(speed.Timing.Maximum * 1e3),
                $"{speed.GigaFlops:F1}", $"{speed.Peak / 1e9:F0}", $"{speed.Share:P0}",
            ]);
        }

        Console.WriteLine(
            $"{title}. Kernels: {Processor.Kernels}. Peak: the GFLOP/s that multiply-adds on registers alone reached in this run.");
        AnsiConsole.Write(table);
    }

    /// <summary>With as many digits as matter.</summary>
    internal static string Number(double value) =>
        value.ToString(value < 10 ? "F3" : value < 100 ? "F2" : "F1", CultureInfo.InvariantCulture);
}
