using System.CommandLine;
using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Onnx;
using MiniGan.PyTorch;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
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

    private static readonly Option<string?> PyTorchFolder = CommandLine.PathOption(
        "--pytorch",
        "Write both networks as a folder for PyTorch: model.py, plain torch.nn modules; checkpoint.safetensors, their weights; train.py, " +
        "a start to train on there. Files of those names are replaced.",
        "DIR");

    private static readonly Option<string?> Network = CommandLine.OneOf(
        "--network", $"With --onnx: which network. [default: {Generator}]", Generator, Discriminator);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new ExampleCommand(
            "export",
            "Write the networks of a run for other programs.",
            "minigan export --onnx generator.onnx",
            "minigan export conditional-mnist-1 --network discriminator --onnx discriminator.onnx",
            "minigan export conditional-mnist-1 --pytorch torch")
        {
            CheckpointOptions.Run, CheckpointOptions.Checkpoint, OnnxPath, Network, PyTorchFolder, CheckpointOptions.FromEma,
            CheckpointOptions.FromRaw,
        };
        CheckpointOptions.Validate(command);
        command.Validators.Add(result =>
        {
            bool toOnnx = result.GetResult(OnnxPath) is not null;
            if (!toOnnx && result.GetResult(PyTorchFolder) is null)
            {
                result.AddError("nothing is to be written: give --onnx FILE, --pytorch DIR, or both");
            }

            if (!toOnnx &&
                new Option[] { Network, CheckpointOptions.FromRaw }
                    .FirstOrDefault(one => result.GetResult(one) is { Implicit: false }) is { } option)
            {
                result.AddError($"{option.Name} is of ONNX: give --onnx with it; for PyTorch all is written");
            }

            if (result.GetResult(Network)?.Tokens is [{ Value: Discriminator }] &&
                (result.GetValue(CheckpointOptions.FromEma) || result.GetValue(CheckpointOptions.FromRaw)))
            {
                result.AddError("--from-ema and --from-raw apply to the generator only: a discriminator has no moving average");
            }
        });
        command.SetAction((parsed, _) => Task.FromResult(Write(parsed))); // too short to be ended
        return command;
    }

    private static int Write(ParseResult parsed)
    {
        (GanCheckpoint file, Gan gan) = CheckpointOptions.Load(parsed);
        if (parsed.GetValue(OnnxPath) is string path)
        {
            OutputFile.CheckWritable("--onnx", path);
            Write("--onnx", path, () => WriteOnnx(parsed, path, file, gan));
        }

        if (parsed.GetValue(PyTorchFolder) is string folder)
        {
            Write("--pytorch", folder, () => WritePyTorch(folder, file, gan));
        }

        return CommandLine.Success;
    }

    private static void Write(string option, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{option}: '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Give another place.");
        }
        catch (ArgumentException exception)
        {
            throw new UserException($"{option}: {exception.Message}");
        }
    }

    private static void WriteOnnx(ParseResult parsed, string path, GanCheckpoint file, Gan gan)
    {
        bool average = !parsed.GetValue(CheckpointOptions.FromRaw), isGenerator = parsed.GetValue(Network) != Discriminator;
        var options = new OnnxOptions
        {
            Average = average,
            Metadata = new Dictionary<string, string>(Recipe.Of(file).Metadata) { ["step"] = $"{file.Step}" },
        };
        if (isGenerator)
        {
            OnnxFile.WriteGenerator(path, gan, options);
        }
        else
        {
            OnnxFile.WriteDiscriminator(path, gan, options);
        }

        string what = !isGenerator ? Discriminator : average && gan.Average is not null ? $"{Generator}'s moving average" : Generator;
        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote the {what} of {file.Path}, step {file.Step:N0}, to {path}: {new FileInfo(path).Length / 1e3:N0} kB, ONNX opset " +
            $"{OnnxGraph.Opset}, {Signature(gan, isGenerator)}"));
    }

    private static void WritePyTorch(string folder, GanCheckpoint file, Gan gan)
    {
        if (EarlierRun.IsRun(new RunFiles(folder)) || Path.GetFullPath(file.Path) == Path.GetFullPath(new RunFiles(folder).Checkpoint))
        {
            throw new UserException(
                $"--pytorch: '{folder}' holds a run or its checkpoint, which would be replaced. Give another folder.");
        }

        PyTorchFiles.Write(folder, gan, new PyTorchOptions { Step = file.Step, Recipe = Recipe.Of(file) });
        CommandLine.Print(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote the networks of {file.Path}, step {file.Step:N0}, to {folder}: python3 {Path.Combine(folder, "model.py")} draws with " +
            $"them"));
    }

    private static string Signature(Gan gan, bool isGenerator)
    {
        string labels = gan.Classes > 0 ? ", labels [N]" : "";
        string images = $"images [N, {gan.ImageShape.Channels}, {gan.ImageShape.Height}, {gan.ImageShape.Width}]";
        return isGenerator ? $"z [N, {gan.LatentSize}]{labels} → {images}" : $"{images}{labels} → logits";
    }
}
