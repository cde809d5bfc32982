using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiniGan.Training;

/// <summary>
/// All that, with the data, decides a training run: on one machine the same configuration gives the same weights, bit for bit, for any number of threads.
/// (Other instruction sets or mathematical libraries may round the last bit otherwise.) Immutable and checked when made.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record GanConfiguration
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter<GanPreset>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
    };

    /// <summary>Makes a configuration.</summary>
    /// <param name="preset">Which networks.</param>
    /// <param name="width">w: feature maps of the layer next to the image, 1 to 1024. The tutorial's networks have 64.</param>
    /// <param name="latentSize">Values in a latent vector, 1 to 4096.</param>
    /// <param name="batchSize">Images in a step, 1 to 65536; at least 2 for the tutorial.</param>
    /// <param name="learningRate">α of Adam for both networks, positive.</param>
    /// <param name="beta1">β₁ of Adam, in [0, 1).</param>
    /// <param name="seed">Of everything random: weights, latents, order of the images, dropout.</param>
    /// <param name="averageDecay">Decay of the generator's moving average, in [0, 1); 0 for none.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    [JsonConstructor]
    public GanConfiguration(GanPreset preset, int width, int latentSize, int batchSize, double learningRate, double beta1, ulong seed, double averageDecay = 0)
    {
        Require(Enum.IsDefined(preset), $"There is no preset {preset}.");
        Require(width is >= 1 and <= 1024, $"The width must be from 1 to 1024, but is {width}.");
        Require(preset != GanPreset.TfTutorial || width == 64, $"The networks of the tutorial have width 64, not {width}; only the preset dcgan has a choice.");
        Require(latentSize is >= 1 and <= 4096, $"The latent size must be from 1 to 4096, but is {latentSize}.");
        Require(batchSize is >= 1 and <= 65536, $"The batch size must be from 1 to 65536, but is {batchSize}.");
        Require(
            preset != GanPreset.TfTutorial || batchSize > 1,
            "The tutorial's generator normalises single values over the batch, so a batch of 1 leaves nothing of them; take at least 2.");
        Require(
            (long)batchSize * width * 14 * 14 < Array.MaxLength / 2,
            $"A batch of {batchSize} images with {width} feature maps is more than a tensor can hold; make one of them smaller.");
        Require(learningRate > 0 && double.IsFinite(learningRate), $"The learning rate must be a positive number, but is {learningRate}.");
        Require(beta1 is >= 0 and < 1, $"Adam's beta1 must be at least 0 and less than 1, but is {beta1}.");
        Require(averageDecay is >= 0 and < 1, $"The decay of the moving average must be at least 0 and less than 1, but is {averageDecay}.");
        (Preset, Width, LatentSize, BatchSize, LearningRate, Beta1, Seed) = (preset, width, latentSize, batchSize, learningRate, beta1, seed);
        AverageDecay = averageDecay;
    }

    /// <summary>Which networks.</summary>
    public GanPreset Preset { get; }

    /// <summary>w: feature maps of the layer next to the image.</summary>
    public int Width { get; }

    /// <summary>Values in a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>Images in a step.</summary>
    public int BatchSize { get; }

    /// <summary>α of Adam, for both networks.</summary>
    public double LearningRate { get; }

    /// <summary>β₁ of Adam.</summary>
    public double Beta1 { get; }

    /// <summary>Of everything random.</summary>
    public ulong Seed { get; }

    /// <summary>Decay of the generator's moving average, whose pictures are better than those of any one step; 0 for none.</summary>
    public double AverageDecay { get; }

    /// <summary>The preset's own settings, but for those that are given.</summary>
    /// <param name="preset">Which networks.</param>
    /// <param name="width">w, or null for the preset's.</param>
    /// <param name="batchSize">Images in a step, or null for the preset's.</param>
    /// <param name="learningRate">α, or null for the preset's.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static GanConfiguration For(GanPreset preset, int? width = null, int? batchSize = null, double? learningRate = null, ulong seed = 1) => preset switch
    {
        // β₁ = 0.5: Radford, Metz and Chintala 2016, section 4. Their rate of 2e-4 and 100 latent values are for large pictures and long training: on
        // MNIST, for a few minutes, these brought the Fréchet distance after three epochs from 157 to 78 (docs/decisions/0005-dcgan-settings.md).
        GanPreset.Dcgan => new(preset, width ?? 32, 32, batchSize ?? 64, learningRate ?? 2e-3, 0.5, seed, averageDecay: 0.999),
        _ => new(preset, width ?? 64, 100, batchSize ?? 256, learningRate ?? 1e-4, 0.9, seed),
    };

    /// <summary>The configuration as JSON, names in camelCase.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON.</param>
    /// <exception cref="FormatException">It is no valid configuration.</exception>
    public static GanConfiguration FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<GanConfiguration>(json, JsonOptions) ?? throw new FormatException("The configuration is null.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new FormatException($"The configuration is not valid: {exception.Message}", exception);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
