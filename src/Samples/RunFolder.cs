using System.Globalization;
using System.Text;
using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Imaging;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Samples;

/// <summary>The folder of a run: <c>config.json</c>, <c>losses.csv</c>, <c>samples/</c>, <c>checkpoint.safetensors</c> and <c>report.html</c>.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string ConfigurationName = "config.json", LossesName = "losses.csv", CheckpointName = "checkpoint.safetensors", SamplesName = "samples";

    private readonly StreamWriter losses;

    private RunFolder(string path)
    {
        Path = path;
        losses = new StreamWriter(In(LossesName), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        losses.Write("step,discriminator_loss,generator_loss,real_score,fake_score\n");
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The checkpoint.</summary>
    public string CheckpointPath => In(CheckpointName);

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="path">Where, or null for the next free <c>runs/NAME-NUMBER</c>.</param>
    /// <param name="name">What such a name starts with.</param>
    /// <param name="overwrite">Whether a run that is there already may be replaced.</param>
    /// <exception cref="UserException">There is something else, or a run that may not be replaced.</exception>
    public static RunFolder Create(string? path, string name, bool overwrite)
    {
        path ??= Enumerable.Range(1, int.MaxValue)
            .Select(number => System.IO.Path.Combine("runs", $"{name}-{number}"))
            .First(candidate => !Directory.Exists(candidate) && !File.Exists(candidate));
        if (File.Exists(path))
        {
            throw new UserException($"--out: '{path}' is a file. Give a folder that is new or empty.");
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            string configuration = System.IO.Path.Combine(path, ConfigurationName);
            if (!File.Exists(configuration) || !RunConfiguration.IsOne(File.ReadAllText(configuration)))
            {
                throw new UserException($"--out: '{path}' holds other things than a run. Give a folder that is new or empty.");
            }

            if (!overwrite)
            {
                throw new UserException($"--out: '{path}' holds a run already. Give another folder, or --overwrite to replace it.");
            }

            DeleteRun(path);
        }

        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(path, SamplesName));
            return new RunFolder(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--out: the folder '{path}' cannot be written ({exception.Message.TrimEnd('.')}). Give another folder.");
        }
    }

    /// <summary>Deletes only what a run wrote; whatever else the user put there stays. The configuration goes last, so that a deletion that fails can be repeated.</summary>
    private static void DeleteRun(string path)
    {
        string samples = System.IO.Path.Combine(path, SamplesName);
        string[] pictures = Directory.Exists(samples) ? Directory.GetFiles(samples, "step-*.png") : [];
        foreach (string file in (string[])[.. pictures, .. new[] { LossesName, CheckpointName, SamplesName + ".png", Report.RunReport.FileName, ConfigurationName }.Select(name => System.IO.Path.Combine(path, name))])
        {
            File.Delete(file);
        }
    }

    /// <summary>Writes <c>config.json</c>.</summary>
    public void Write(RunConfiguration configuration) => AtomicFile.WriteText(In(ConfigurationName), configuration.ToJson());

    /// <summary>Adds a line to <c>losses.csv</c>.</summary>
    public void Write(StepReport report) => losses.Write(string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Step},{report.DiscriminatorLoss:R},{report.GeneratorLoss:R},{report.RealScore:R},{report.FakeScore:R}\n"));

    /// <summary>Writes the grid of samples after a step, and the newest one again as <c>samples.png</c>.</summary>
    /// <returns>The path of the latter.</returns>
    public string WriteSamples(long step, Tensor images)
    {
        Bitmap grid = ImageConversion.Grid(images, columns: 10);
        PngWriter.Write(System.IO.Path.Combine(Path, SamplesName, $"step-{step:D6}.png"), grid);
        PngWriter.Write(In(SamplesName + ".png"), grid);
        return In(SamplesName + ".png");
    }

    /// <summary>Writes the checkpoint, and flushes the losses up to it.</summary>
    public void Write(GanCheckpoint checkpoint)
    {
        losses.Flush();
        checkpoint.Save(CheckpointPath);
    }

    /// <summary>Closes <c>losses.csv</c>.</summary>
    public void Dispose() => losses.Dispose();

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
