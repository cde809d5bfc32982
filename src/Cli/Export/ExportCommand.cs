using System.CommandLine;
using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Onnx;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Cli.Export;

/// <summary><c>minigan export</c>.</summary>
internal static class ExportCommand
{
    private const string Generator = "generator", Discriminator = "discriminator";

    private static readonly Option<string?> OnnxPath = CommandLine.PathOption(
        "--onnx",
        "Write the network as an ONNX file, for onnxruntime in any language and in the browser: any batch size, labels as an input. " +
        "A file of that name is replaced.",
        "FILE");

    private static readonly Option<string?> Network = CommandLine.OneOf(
        "--network", $"With --onnx: which network. [default: {Generator}]", Generator, Discriminator);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "export",
            "Write the networks of a run for other programs.",
            "minigan export --onnx generator.onnx",
            "minigan export conditional-mnist-1 --network discriminator --onnx discriminator.onnx")
        {
            CheckpointOptions.Run, CheckpointOptions.Checkpoint, OnnxPath, Network, CheckpointOptions.FromEma, CheckpointOptions.FromRaw,
        };
        CheckpointOptions.Validate(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(OnnxPath) is null)
            {
                result.AddError("--onnx is missing: give the file to write");
            }

            if (result.GetResult(Network)?.Tokens is [{ Value: Discriminator }] &&
                (result.GetValue(CheckpointOptions.FromEma) || result.GetValue(CheckpointOptions.FromRaw)))
            {
                result.AddError("--from-ema and --from-raw are of the generator: a discriminator has no moving average");
            }
        });
        command.SetAction((parsed, _) => Task.FromResult(Write(parsed))); // too short to be ended
        return command;
    }

    private static int Write(ParseResult parsed)
    {
        string path = parsed.GetValue(OnnxPath)!;
        OutputFile.CheckWritable("--onnx", path);
        (GanCheckpoint file, Gan gan) = CheckpointOptions.Load(parsed);
        bool average = !parsed.GetValue(CheckpointOptions.FromRaw), isGenerator = parsed.GetValue(Network) != Discriminator;
        var options = new OnnxOptions
        {
            Average = average,
            Metadata = new Dictionary<string, string>(Recipe.Of(file).Metadata) { ["step"] = $"{file.Step}" },
        };
        try
        {
            if (isGenerator)
            {
                OnnxFile.WriteGenerator(path, gan, options);
            }
            else
            {
                OnnxFile.WriteDiscriminator(path, gan, options);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--onnx: '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Give another place.");
        }
        catch (ArgumentException exception)
        {
            throw new UserException($"--onnx: {exception.Message}");
        }

        string what = !isGenerator ? Discriminator : average && gan.Average is not null ? $"{Generator}'s moving average" : Generator;
        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote the {what} of {file.Path}, step {file.Step:N0}, to {path}: {new FileInfo(path).Length / 1e3:N0} kB, ONNX opset " +
            $"{OnnxGraph.Opset}, {Signature(gan, isGenerator)}"));
        return CommandLine.Success;
    }

    private static string Signature(Gan gan, bool isGenerator)
    {
        string labels = gan.Classes > 0 ? ", labels [N]" : "";
        string images = $"images [N, {gan.ImageShape.Channels}, {gan.ImageShape.Height}, {gan.ImageShape.Width}]";
        return isGenerator ? $"z [N, {gan.LatentSize}]{labels} → {images}" : $"{images}{labels} → logits";
    }
}
