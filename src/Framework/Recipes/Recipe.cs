using System.Text.Json;
using System.Text.Json.Serialization;
using MiniGan.Data;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Recipes;

/// <summary>
/// All that, with the data, decides a training run: on one machine the same configuration gives the same weights, bit for bit, for any
/// number of threads. (Other instruction sets or mathematical libraries may round the last bit otherwise.) Immutable; each value is checked
/// when it is set, what fits together by <see cref="Check"/>.
/// </summary>
/// <example>
/// <code>
/// Recipe recipe = Recipe.For(Preset.R1, width: 16) with { Image = new ImageShape(3, 32, 32) };
/// GanTrainer trainer = recipe.Build();
/// </code>
/// </example>
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
    /// The recipe that this began as; it decides whether the networks are DCGAN's, which other values vary, the tutorial's, or residual
    /// ones.
    /// </summary>
    public Preset Preset { get; init => field = Defined(value); }

    /// <summary>The recipe's name, as the command line and JSON have it.</summary>
    [JsonIgnore]
    public string PresetName => JsonNamingPolicy.KebabCaseLower.ConvertName($"{Preset}");

    /// <summary>The shape of the images: 1 to 4 channels, height and width from 8 to 1024.</summary>
    public ImageShape Image { get; init => field = Checked(value); } = new(1, 28, 28);

    /// <summary>
    /// w: feature maps of the layer next to the image, 1 to 1024; those farther from it have 2w, 4w and at most 8w. The tutorial's networks
    /// have 64.
    /// </summary>
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

    /// <summary>
    /// How D's layers are normalised; the tutorial's networks have dropout instead, and take None or Batch for the same; residual ones take
    /// Spectral or None.
    /// </summary>
    public NormalizationKind DiscriminatorNormalization { get; init => field = Defined(value); } = NormalizationKind.Batch;

    /// <summary>
    /// 3×3 convolutions of G at half the image's size, which draw what its last layer enlarges; 0 to 16. Only DCGAN's networks have them.
    /// </summary>
    public int GeneratorConvolutions { get; init => field = Within(value, 0, 16, "number of the generator's convolutions"); }

    /// <summary>
    /// Units of a fully connected layer of D between its convolutions and its logit, as in the networks for MNIST of Chen et al. 2016,
    /// "InfoGAN", appendix C.1; 0 to 4096, 0 for none. Without it the logit is a sum over places of what each shows by itself; with it D
    /// sees whether the places fit together.
    /// </summary>
    public int DiscriminatorHidden { get; init => field = Within(value, 0, 4096, "number of the discriminator's hidden units"); }

    /// <summary>
    /// Whether G is told labels at each of its batch normalisations, which then have a γ and β per class (Miyato and Koyama 2018), and not
    /// only beside its latents. DCGAN's networks have the choice, with labels; the tutorial's are not told so, residual ones are whenever
    /// there are labels.
    /// </summary>
    public bool ConditionalNormalization { get; init; }

    /// <summary>How G makes its maps larger. DCGAN's networks have the choice; the tutorial's are transposed, residual nearest.</summary>
    public UpsamplingKind Upsampling { get; init => field = Defined(value); }

    /// <summary>
    /// What is done at random to the images that D judges, real and generated ones, so that it does not learn few pictures by heart
    /// (<see cref="DiffAugment"/>; Zhao et al. 2020).
    /// </summary>
    public Augmentations Augment
    {
        get;
        init => field = (value & ~(Augmentations.Color | Augmentations.Translation | Augmentations.Cutout)) == 0
            ? value
            : throw new ArgumentException($"Augmentations are color, translation and cutout, but these are {value}.");
    }

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
}
