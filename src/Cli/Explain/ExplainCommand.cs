using System.CommandLine;
using MiniGan.Cli.Common;
using MiniGan.Convolution;
using Spectre.Console;
using Padding = MiniGan.Convolution.Padding;

namespace MiniGan.Cli.Explain;

/// <summary><c>minigan explain</c>.</summary>
internal static class ExplainCommand
{
    private const int Disagreement = 1, LargestSide = 512, LargestStep = 64, MostChannels = 64;

    private static readonly Argument<string?> Direction = new("direction")
    {
        Description = "conv: a convolution; transpose: a transposed convolution. [default: transpose]",
        HelpName = "conv|transpose",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<Size2D?> Input = SizeOption.Create(
        "--input", "Size of x. [default: 4x4 for conv, 2x2 for transpose]", 1, LargestSide);

    private static readonly Option<Size2D?> Kernel = SizeOption.Create("--kernel", "Size of the kernel. [default: 3x3]", 1, LargestStep);

    private static readonly Option<Size2D?> Stride = SizeOption.Create(
        "--stride", "Pixels of the large side from one step of the kernel to the next. [default: 1]", 1, LargestStep);

    private static readonly Option<Padding?> Padding = SizeOption.CreatePadding(
        "--padding", "Zeros around a convolution's input, or what is cut from a transposed convolution's output. [default: valid]");

    private static readonly Option<Size2D?> Dilation = SizeOption.Create(
        "--dilation", "Pixels from one tap of the kernel to the next. [default: 1]", 1, LargestStep);

    private static readonly Option<Size2D?> OutputPadding = SizeOption.Create(
        "--output-padding", "Rows and columns added to a transposed convolution's output; with --padding as numbers. [default: 0]",
        0, LargestStep - 1);

    private static readonly Option<int?> InChannels = CommandLine.InRange("--in-channels", "Channels of x. [default: 1]", 1, MostChannels);

    private static readonly Option<int?> OutChannels = CommandLine.InRange(
        "--out-channels", "Channels of y. [default: 1]", 1, MostChannels);

    private static readonly Option<int?> Groups = CommandLine.InRange(
        "--groups", "Groups of channels; channels of different groups do not meet. [default: 1]", 1, MostChannels);

    private static readonly Option<string?> Values = CommandLine.PathOption(
        "--values",
        """The numbers, as JSON: {"input": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 1]]}, with "outputGradient" if wanted; """ +
        "several channels as [channels][H][W] and [mapC][imageC / groups][kh][kw]. [default: 2, 3, … and 1, 2, …]",
        "FILE");

    private static readonly Option<ulong?> Seed = CommandLine.InRange(
        "--seed", "Take random integers from -4 to 4; the same seed gives the same.", ulong.MinValue, ulong.MaxValue);

    private static readonly Option<string?> Checkpoint = CommandLine.PathOption(
        "--checkpoint", "A run's folder: explain a layer of its trained network, with the weights that it learned and a sample.", "RUN");

    private static readonly Option<int?> Layer = CommandLine.InRange(
        "--layer", "With --checkpoint: which layer, counted from 0; a wrong number lists those that can be shown.", 0, 10_000);

    private static readonly Option<string?> Network = new("--network")
    {
        Description = "With --checkpoint: whose layer. [default: generator]",
        HelpName = "generator|discriminator",
    };

    private static readonly Option<bool> Backward =
        new("--backward") { Description = "Show the gradients too: dx, the other product, and dW." };

    private static readonly Option<string?> Out = CommandLine.PathOption(
        "--out",
        "FILE.html: a page to play with, FILE.png: a picture, FILE.apng: an animation. A file of that name is replaced. [default: " +
        "explain-conv.html or explain-transpose.html]",
        "FILE");

    private static readonly Option<bool> NoHtml = new("--no-html") { Description = "Write no page." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Direction.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("conv" or "transpose") } token])
            {
                result.AddError($"what is explained must be conv or transpose, but is '{token.Value}'");
            }
        });
        var command = new ExampleCommand(
            "explain",
            "Show a convolution or a transposed convolution: its matrix, its steps and its sizes.",
            "minigan explain conv --input 4x4 --kernel 3x3",
            "minigan explain transpose --input 2x2 --kernel 3x3 --stride 2 --padding same --out explained.html",
            "minigan explain transpose --kernel 4 --stride 2 --padding 1 --out explained.apng",
            "minigan explain --checkpoint runs/conditional-mnist-1 --layer 4")
        {
            Direction, Input, Kernel, Stride, Padding, Dilation, OutputPadding, InChannels, OutChannels, Groups,
            Values, Seed, Checkpoint, Layer, Network, Backward, Out, NoHtml,
        };
        Network.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("generator" or "discriminator") } token])
            {
                result.AddError($"--network must be generator or discriminator, but is '{token.Value}'");
            }
        });
        command.SetAction((parsed, cancelled) => Task.FromResult(Run(parsed, cancelled)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancelled)
    {
        string? path = parsed.GetValue(Out), values = parsed.GetValue(Values);
        bool noHtml = parsed.GetValue(NoHtml), backward = parsed.GetValue(Backward);
        if (values is not null && parsed.GetValue(Seed) is not null)
        {
            throw new UserException("--values and --seed both say what the numbers are: give one of them.");
        }

        (Lesson lesson, TrainedLayer? layer) =
            parsed.GetValue(Checkpoint) is { } run ? Trained(parsed, run) : (Example(parsed, values), null);
        Action<Lesson>? write = path is not null ? ResultFile.WriterFor(path, noHtml, backward, layer) : null;

        cancelled.ThrowIfCancellationRequested();

        // A picture that cannot be made is told before the screen is filled.
        write?.Invoke(lesson);
        bool hasPage = path is null ? !noHtml : Path.GetExtension(path).StartsWith(".htm", StringComparison.OrdinalIgnoreCase);
        new TerminalView(lesson, AnsiConsole.Console, hasPage).Write(backward);
        if (path is not null || !noHtml)
        {
            Console.WriteLine();
        }

        if (path is not null)
        {
            CommandLine.Print($"Wrote {path}");
        }
        else if (!noHtml)
        {
            path = $"explain-{lesson.Settings.Direction}.html";
            CommandLine.Print(
                HtmlPage.Obstacle(lesson) is { } obstacle ? $"No page: {obstacle}" : ResultFile.WritePage(path, lesson, backward, layer));
        }

        return lesson.Forward.Concat(lesson.Backward).All(agreement => agreement.Holds) ? CommandLine.Success : Disagreement;
    }

    private static Lesson Example(ParseResult parsed, string? values)
    {
        if (parsed.GetResult(Layer) is not null || parsed.GetResult(Network) is not null)
        {
            throw new UserException("--layer and --network go with --checkpoint: the folder of a run whose layer is explained.");
        }

        return new LessonRequest(
            parsed.GetValue(Direction) != "conv",
            parsed.GetValue(Input),
            parsed.GetValue(Kernel),
            parsed.GetValue(Stride),
            parsed.GetValue(Padding),
            parsed.GetValue(Dilation),
            parsed.GetValue(OutputPadding),
            parsed.GetValue(InChannels),
            parsed.GetValue(OutChannels),
            values is null ? null : ValuesFile.Read(values),
            parsed.GetValue(Seed),
            parsed.GetValue(Groups)).Work();
    }

    private static (Lesson Lesson, TrainedLayer? Layer) Trained(ParseResult parsed, string run)
    {
        Symbol[] own = [Direction, Input, Kernel, Stride, Padding, Dilation, OutputPadding, InChannels, OutChannels, Groups, Values];
        if (own.FirstOrDefault(symbol => parsed.GetResult(symbol) is { } result && result.Tokens.Count > 0) is { } said)
        {
            throw new UserException($"{said.Name} cannot be said of a layer of --checkpoint: it has its own. Leave it away.");
        }

        return TrainedLayerReader.Read(
            run, parsed.GetValue(Layer), parsed.GetValue(Network) == "discriminator", parsed.GetValue(Seed) ?? 1);
    }
}
