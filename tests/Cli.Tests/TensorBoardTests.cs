using System.Globalization;
using MiniGan.Evaluation;
using MiniGan.Runs.TensorBoard;
using MiniGan.Runs.Views;
using MiniGan.Tensors;
using MiniGan.Tests.Runs;
using MiniGan.Training;
using Field = MiniGan.Tests.Runs.EventFileReader.Field;

namespace MiniGan.Tests.Cli;

public sealed class TensorBoardTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_leaves_each_steps_losses_and_its_samples_in_an_event_file()
    {
        string[] arguments = ["train", "--steps", "5", "--width", "2", "--batch", "4", "--out", "run", "--tensorboard"];
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string path = Assert.Single(EventFileWriter.FilesIn(folder["run"]));
        List<(long Step, string Tag, float Value)> scalars = Scalars(path);
        string[][] losses = [.. File.ReadAllLines(folder["run/losses.csv"]).Select(line => line.Split(','))];
        foreach ((string tag, string column) in new[]
        {
            ("loss/discriminator", "discriminator_loss"), ("loss/generator", "generator_loss"),
            ("score/real", "real_score"), ("score/fake", "fake_score"),
        })
        {
            int index = Array.IndexOf(losses[0], column);
            Assert.Equal(
                losses[1..].Select(line =>
                    (long.Parse(line[0], CultureInfo.InvariantCulture), (float)double.Parse(line[index], CultureInfo.InvariantCulture))),
                scalars.Where(scalar => scalar.Tag == tag).Select(scalar => (scalar.Step, scalar.Value)));
        }

        (long last, string _, float speed) = scalars.Last(scalar => scalar.Tag == "speed/images-per-second");
        Assert.Equal(5, last);
        Assert.True(speed > 0);
        Assert.Equal([0, 1, 2, 5], Values(path).Where(value => value.Message.Any(field => field.Number == 4)).Select(value => value.Step));
        Assert.Equal(
            File.ReadAllBytes(folder["run/samples.png"]),
            Values(path).Last(value => value.Message.Any(field => field.Number == 4)).Message[1].Message[3].Bytes);

        // A run that replaces this one replaces its event file, and one without has none.
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, [.. arguments, "--overwrite"]).ExitCode);
        Assert.NotEqual(path, Assert.Single(EventFileWriter.FilesIn(folder["run"])));
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, [.. arguments[..^1], "--overwrite"]).ExitCode);
        Assert.Empty(EventFileWriter.FilesIn(folder["run"]));
    }

    [Fact]
    public void What_is_shown_is_written_and_passed_on()
    {
        var shown = new List<string>();
        using var events = new EventFileWriter(folder.Path);
        var view = new TensorBoardView(new Recorder(shown), events);
        view.ShowSamples(0, new Tensor(new Shape(3, 1, 6, 4)));
        view.Show(2, 1, show =>
        {
            show(new StepReport(1, 1.5, 0.75, 0.6, 0.4, 0.25, 1000));
            show(new StepReport(2, 1.25, 0.5, 0.5, 0.5, 0.25, 500));
        });
        view.ShowEvaluation(2, new EvaluationReport(10, 12.5, 0.5, 0.25, new ClassFigures(8.5, 0.75, [])));
        view.ShowEvaluation(4, new EvaluationReport(10, 12, 0.5, 0.25, new ClassFigures(9, 0.75, []) { LabelAccuracy = 0.625 }));
        Assert.Equal(["samples 0", "show 2 1", "step 1", "step 2", "evaluation 2", "evaluation 4"], shown);

        // All of it can be read while the file is still open.
        List<(long Step, string Tag, float Value)> scalars = Scalars(events.FilePath);
        Assert.Contains((1, "loss/discriminator", 1.5f), scalars);
        Assert.Contains((2, "loss/generator", 0.5f), scalars);
        Assert.Contains((2, "speed/images-per-second", 2 / 0.003f), scalars);
        Assert.Equal(
            [
                (2, "evaluation/frechet-distance", 12.5f), (2, "evaluation/precision", 0.5f), (2, "evaluation/recall", 0.25f),
                (2, "evaluation/classifier-score", 8.5f), (2, "evaluation/confident-share", 0.75f),
                (4, "evaluation/frechet-distance", 12), (4, "evaluation/precision", 0.5f), (4, "evaluation/recall", 0.25f),
                (4, "evaluation/classifier-score", 9), (4, "evaluation/confident-share", 0.75f), (4, "evaluation/label-accuracy", 0.625f),
            ],
            scalars[^11..]);
    }

    internal static List<(long Step, string Tag, float Value)> Scalars(string path) =>
        [.. Values(path).Where(value => value.Message[1].Number == 2).Select(value =>
            (value.Step, value.Message[0].Text, value.Message[1].Float))];

    private static IEnumerable<(long Step, List<Field> Message)> Values(string path) =>
        from fields in EventFileReader.Read(path)
        where fields[2].Number == 5
        from value in fields[2].Message
        select ((long)fields[1].Bits, value.Message);

    private sealed class Recorder(List<string> shown) : ITrainingView
    {
        public void Show(long steps, int stepsPerEpoch, Action<Action<StepReport>> train)
        {
            shown.Add($"show {steps} {stepsPerEpoch}");
            train(report => shown.Add($"step {report.Step}"));
        }

        public void ShowSamples(long step, Tensor images) => shown.Add($"samples {step}");

        public void ShowEvaluation(long step, EvaluationReport report) => shown.Add($"evaluation {step}");
    }
}
