using System.Text.Json;
using System.Text.Json.Serialization;
using MiniGan.Data;
using MiniGan.Models;
using MiniGan.Tensors;

namespace MiniGan.Recipes;

/// <summary>
/// All that, with the data, decides a training run: on one machine the same configuration gives the same weights, bit for bit, for any
/// number of threads. (Other instruction sets or mathematical libraries may round the last bit otherwise.) Immutable; each value is checked
/// when it is set, what fits together by <see cref="Check"/>.
/// </summary>
public sealed partial record Recipe
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    /// <summary>Makes a configuration of the plain game: cross-entropy, Adam, no penalty. The rest is set by <c>with</c>.</summary>
    /// <param name="preset">Which networks.</param>
    /// <param name="width">w.</param>
    /// <param name="latentSize">Values in a latent vector.</param>
    /// <param name="batchSize">Images in a step.</param>
    /// <param name="learningRate">The rate of both networks.</param>
    /// <param name="beta1">β₁ of Adam.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    [JsonConstructor]
    public Recipe(Preset preset, int width, int latentSize, int batchSize, double learningRate, double beta1, ulong seed) =>
        (Preset, Width, LatentSize, BatchSize, LearningRate, Beta1, Seed) =
            (preset, width, latentSize, batchSize, learningRate, beta1, seed);

    /// <summary>
    /// The recipe that this began as; it decides whether the networks are DCGAN's, which other values vary, or the tutorial's.
    /// </summary>
    public Preset Preset { get; init => field = Defined(value); }

    /// <summary>The recipe's name, as the command line and JSON have it.</summary>
    [JsonIgnore]
    public string PresetName => JsonNamingPolicy.KebabCaseLower.ConvertName($"{Preset}");

    /// <summary>The shape of the images.</summary>
    public ImageShape Image { get; init => field = Checked(value); } = new(1, 28, 28);

    /// <summary>w: feature maps of the layer next to the image, 1 to 1024. The tutorial's networks have 64.</summary>
    public int Width { get; init => field = Within(value, 1, 1024, "width"); }

    /// <summary>Values in a latent vector, 1 to 4096.</summary>
    public int LatentSize { get; init => field = Within(value, 1, 4096, "latent size"); }

    /// <summary>Images in a step, 1 to 65536.</summary>
    public int BatchSize { get; init => field = Within(value, 1, 65536, "batch size"); }

    /// <summary>The rate at which the generator learns, and the discriminator, too, unless that has its own; positive.</summary>
    public double LearningRate { get; init => field = Positive(value, "learning rate"); }

    /// <summary>
    /// The discriminator's own rate (Heusel et al. 2017, "GANs trained by a two time-scale update rule"); null for that of the generator.
    /// </summary>
    public double? DiscriminatorLearningRate
    {
        get;
        init => field = value is double rate ? Positive(rate, "discriminator's learning rate") : null;
    }

    /// <summary>β₁ of Adam, or SGD's momentum; in [0, 1).</summary>
    public double Beta1 { get; init => field = Decay(value, "beta1"); }

    /// <summary>β₂ of Adam, or the decay of RMSProp; in [0, 1).</summary>
    public double Beta2 { get; init => field = Decay(value, "beta2"); } = 0.999;

    /// <summary>Of everything random: weights, latents, order of the images, dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>How parameters follow their gradients.</summary>
    public OptimizerKind Optimizer { get; init => field = Defined(value); }

    /// <summary>Steps over which both rates fall linearly, to almost 0; 0 for rates that stay.</summary>
    public long DecaySteps { get; init => field = Within(value, 0, 1_000_000_000_000, "number of steps of the decay"); }

    /// <summary>
    /// Decay of the generator's moving average, whose pictures are better than those of any one step; in [0, 1), 0 for none.
    /// </summary>
    public double AverageDecay { get; init => field = Decay(value, "decay of the moving average"); }

    /// <summary>What both minimise.</summary>
    public LossKind Loss { get; init => field = Defined(value); }

    /// <summary>
    /// The probability that D is to give real images, in (0, 1]; less than 1 is one-sided label smoothing, which only cross-entropy has.
    /// </summary>
    public double RealTarget
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentException($"The target of real images must be more than 0 and at most 1, but is {value}.");
    } = 1;

    /// <summary>What keeps D from growing steep.</summary>
    public PenaltyKind Penalty { get; init => field = Defined(value); }

    /// <summary>γ of R1 or λ of WGAN-GP, at least 0.</summary>
    public double PenaltyWeight
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentException($"The weight of the penalty must be a number of at least 0, but is {value}.");
    }

    /// <summary>
    /// N: the penalty is computed every N steps and multiplied by N (Karras et al. 2020, "Analyzing and improving the image quality of
    /// StyleGAN", section 3.1, lazy regularization); 1 to 1000.
    /// </summary>
    public int PenaltyInterval { get; init => field = Within(value, 1, 1000, "interval of the penalty"); } = 1;

    /// <summary>How D's layers are normalised; the tutorial's networks have dropout instead, and take None or Batch for the same.</summary>
    public NormalizationKind DiscriminatorNormalization { get; init => field = Defined(value); } = NormalizationKind.Batch;

    /// <summary>
    /// 3×3 convolutions of G at 14×14, between its two transposed ones, which draw what those enlarge; 0 to 16. The
    /// tutorial's networks have none.
    /// </summary>
    public int GeneratorConvolutions { get; init => field = Within(value, 0, 16, "number of the generator's convolutions"); }

    /// <summary>
    /// Units of a fully connected layer of D between its convolutions and its logit, as in the networks for MNIST of Chen et al. 2016,
    /// "InfoGAN", appendix C.1; 0 to 4096, 0 for none. Without it the logit is a sum over places of what each shows by itself; with it D
    /// sees whether the places fit together.
    /// </summary>
    public int DiscriminatorHidden { get; init => field = Within(value, 0, 4096, "number of the discriminator's hidden units"); }

    /// <summary>Steps of D for each of G, 1 to 1000: N: G plays at the first step and every N steps after it.</summary>
    public int DiscriminatorSteps { get; init => field = Within(value, 1, 1000, "number of the discriminator's steps"); } = 1;

    /// <summary>Images that D judges together (Lin et al. 2018, "PacGAN"), 1 to 64.</summary>
    public int Packing { get; init => field = Within(value, 1, 64, "packing"); } = 1;

    /// <summary>Classes that labels tell apart, from 2 to 256; 0 for networks that know no labels.</summary>
    public int Classes { get; init => field = value == 0 ? 0 : Within(value, 2, 256, "number of classes"); }

    /// <summary>
    /// The labels that the classes have in the data; null where they are 0 to <see cref="Classes"/> − 1. Kept so that a label still
    /// means the same of a trained generator.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LabelSet? Labels { get; init; }

    /// <summary>A recipe's own settings, but for those that are given; others are changed by <c>with</c>.</summary>
    /// <param name="preset">Which recipe.</param>
    /// <param name="width">w, or null for the recipe's.</param>
    /// <param name="batchSize">Images in a step, or null for the recipe's.</param>
    /// <param name="learningRate">The rate, or null for the recipe's.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or does not fit the others.</exception>
    public static Recipe For(Preset preset, int? width = null, int? batchSize = null, double? learningRate = null, ulong seed = 1)
    {
        Recipe configuration = Presets.Of(preset, seed);
        configuration = configuration with
        {
            Width = width ?? configuration.Width,
            BatchSize = batchSize ?? configuration.BatchSize,
            LearningRate = learningRate ?? configuration.LearningRate,
        };
        configuration.Check();
        return configuration;
    }

    /// <summary>The configuration as JSON, names in camelCase.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON.</param>
    /// <exception cref="FormatException">It is no valid configuration.</exception>
    public static Recipe FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            // What the penalty of WGAN-GP was called in earlier versions.
            json = json.Replace("\"lipschitz\"", "\"wgan-gp\"", StringComparison.Ordinal);
            Recipe configuration = JsonSerializer.Deserialize<Recipe>(json, JsonOptions)
                ?? throw new FormatException("The configuration is null.");
            configuration.Check();
            return configuration;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new FormatException($"The configuration is not valid: {exception.Message}", exception);
        }
    }

    /// <summary>Checks that the values fit together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Check()
    {
        bool tutorial = Preset == Preset.TfTutorial;
        Require(!tutorial || Width == 64, $"The networks of the tutorial have width 64, not {Width}; the other presets have a choice.");
        Require(
            !tutorial || BatchSize > 1,
            "The tutorial's generator normalises single values over the batch, so a batch of 1 leaves nothing of them; take at least 2.");
        Require(
            Image.Height % 4 == 0 && Image.Width % 4 == 0,
            $"The networks halve an image twice, so its height and width must be multiples of 4, but the images are {Image}.");
        Require(
            (long)BatchSize * Width * (Image.Height / 2) * (Image.Width / 2) < Array.MaxLength / 2,
            $"A batch of {BatchSize} images with {Width} feature maps is more than a tensor can hold; make one of them smaller.");
        Require(
            RealTarget == 1 || Loss == LossKind.NonSaturating,
            "Label smoothing moves the targets of cross-entropy; this loss has none. Take the non-saturating loss, or no smoothing.");
        Require(
            !tutorial || (GeneratorConvolutions == 0 && DiscriminatorHidden == 0),
            "The tutorial's networks have neither further convolutions nor a hidden fully connected layer; take another preset.");
        Require(
            !tutorial || DiscriminatorNormalization != NormalizationKind.Spectral,
            "The tutorial's discriminator has no spectral normalisation; take another preset.");
        Require(
            Penalty == PenaltyKind.None || tutorial || DiscriminatorNormalization != NormalizationKind.Batch,
            "A penalty is on the gradient of each image, but with batch normalisation there is no such thing: an image's logit depends " +
            "on the whole batch. Normalise the discriminator not at all, or spectrally.");
        Require(
            Labels is null || Labels.Count == Classes,
            $"There must be a label for each of the {Classes} classes, but there are {Labels?.Count}: {Labels}.");
        Require(
            BatchSize % Packing == 0,
            $"The batch is judged in packs of {Packing}, so its size must be a multiple of that, but is {BatchSize}.");
        Require(
            Packing == 1 || Classes == 0,
            "Images are judged either in packs or by their labels, not both; take a packing of 1, or a recipe without labels, as r1 is.");
    }

    private static ImageShape Checked(ImageShape image) =>
        new(
            Within(image.Channels, 1, 4, "number of channels"), Within(image.Height, 4, 1024, "height"),
            Within(image.Width, 4, 1024, "width"));

    private static T Defined<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw new ArgumentException($"There is no {typeof(T).Name} {value}.");

    private static T Within<T>(T value, T least, T most, string name)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ArgumentException($"The {name} must be from {least} to {most}, but is {value}.");

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentException($"The {name} must be a positive number, but is {value}.");

    private static double Decay(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentException($"The {name} must be at least 0 and less than 1, but is {value}.");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
