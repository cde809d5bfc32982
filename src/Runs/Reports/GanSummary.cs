using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Reports;

/// <summary>Both networks layer by layer, for those who only look.</summary>
/// <param name="Generator">G.</param>
/// <param name="Discriminator">D.</param>
internal sealed record GanSummary(NetworkSummary Generator, NetworkSummary Discriminator)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = false,
    };

    /// <summary>Looks at the networks.</summary>
    public static GanSummary Of(Gan gan)
    {
        // Only shapes are told, so any pictures will do: those of networks that diverged are no numbers.
        int packed = gan.Discriminator.Descendants().OfType<Pack>().FirstOrDefault()?.Size ?? 1;
        Tensor latent = gan.Latents(1, new RandomSource(0, "network summary")), pictures = new(gan.ImageShape.Batch(packed));
        gan.SetLabels(gan.Classes == 0 ? [] : new int[1]);
        var generator = NetworkSummary.Of(gan.Generator, latent);
        gan.SetLabels(gan.Classes == 0 ? [] : new int[packed]);
        return new(generator, NetworkSummary.Of(gan.Discriminator, pictures));
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static GanSummary FromJson(JsonObject json)
    {
        try
        {
            GanSummary gan = json.Deserialize<GanSummary>(Options)!;
            return gan.Generator.Layers.Concat(gan.Discriminator.Layers).Contains(null) ? throw new JsonException("A layer is null.") : gan;
        }
        catch (JsonException exception)
        {
            throw new FormatException("The networks in the run's config.json are damaged.", exception);
        }
    }

    /// <summary>As data of the page, and of <c>config.json</c>.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Options)!.AsObject();
}
