using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Cli.Common;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Runs.Folders;
using MiniGan.Tensors;

namespace MiniGan.Cli.Evaluate;

/// <summary>Which kinds of stacked pictures samples are of.</summary>
/// <param name="Name">What to call the samples.</param>
/// <param name="Samples">Their kinds.</param>
/// <param name="RealName">What to call the real images.</param>
/// <param name="Real">The kinds of as many real images.</param>
/// <param name="All">The kinds of all real images: what both are compared with.</param>
internal sealed record ModesResult(string Name, ModeCount Samples, string RealName, ModeCount Real, ModeCount All)
{
    /// <summary>Samples as in Lin et al. 2018, "PacGAN", section 4.2.</summary>
    public const int UsualCount = 26_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Counts them.</summary>
    /// <exception cref="UserException">The classifier does not take a channel of these pictures.</exception>
    public static ModesResult Measure(
        SampleSource source, DataFolder folder, ImageSettings settings, int? wanted, string? file, bool silent, CancellationToken cancelled)
    {
        ImageClassifier classifier = Yardstick.LoadClassifier(file).Classifier;
        if (classifier.ImageShape != source.Image with { Channels = 1 } || source.Image.Channels == 1)
        {
            throw new UserException(
                $"--modes: the samples must be in colour, each colour an image as the classifier takes, " +
                $"{Pictures.InWords(classifier.ImageShape)}, but they are {Pictures.InWords(source.Image)}. Stacked MNIST is such: " +
                "dotnet run data-scripts/make-stacked-mnist.cs");
        }

        ImageDataset images = Pictures.Load(folder, settings, cancelled, silent);
        int count = source.Count ?? wanted ?? UsualCount;
        ImageDataset some = EvaluationData.Some(images, count);
        ModeCount? samples = null, real = null, all = null;
        Func<int, Tensor> next = source.OpenFor(images);
        Progress.Run(
            images.Count + some.Count + count,
            progress =>
            {
                all = ModeCount.Of(classifier, images.InOrder(), images.Count, seen => progress.Advance(seen, "real images"));
                real = ModeCount.Of(
                    classifier, some.InOrder(), some.Count, seen => progress.Advance(images.Count + seen, "real images"));
                samples = ModeCount.Of(
                    classifier, next, count, seen => progress.Advance(images.Count + some.Count + seen, "samples"));
            },
            cancelled,
            silent);
        return new(source.Name, samples!, folder.Name, real!, all!);
    }

    /// <summary>Lines for people.</summary>
    public IEnumerable<string> ToLines() =>
    [
        Line("Samples", Name, Samples),
        Line("Real", $"images of {RealName}", Real),
        string.Create(
            CultureInfo.InvariantCulture,
            $"KL is that of the kinds' shares from those of all {All.Pictures:N0} real images, in nats: lower is better."),
    ];

    /// <summary>One JSON object, names in snake_case; a KL of null is infinite.</summary>
    public string ToJson() => new JsonObject
    {
        ["samples"] = Object(Name, Samples),
        ["baseline"] = Object($"images of {RealName}", Real),
        ["reference_count"] = All.Pictures,
    }.ToJsonString(Indented);

    private string Line(string title, string name, ModeCount modes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{title + ":",-10} {modes.Found:N0} of {modes.Possible:N0} kinds in {modes.Pictures:N0} {name}, KL " +
        $"{modes.DivergenceFrom(All):F3}");

    private JsonObject Object(string name, ModeCount modes)
    {
        double divergence = modes.DivergenceFrom(All);
        return new()
        {
            ["name"] = name,
            ["count"] = modes.Pictures,
            ["modes"] = modes.Found,
            ["possible_modes"] = modes.Possible,
            ["kl_divergence"] = double.IsFinite(divergence) ? divergence : null,
        };
    }
}
