using System.Globalization;
using System.Text.Json.Nodes;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Reports;

/// <summary>
/// A generator as data of a page that computes with it: its layers, and their weights as 16-bit floats.
/// </summary>
internal static class EmbeddedGenerator
{
    /// <summary>The most bytes of weights that a page holds.</summary>
    public const int MostBytes = 2_000_000;

    /// <summary>The generator of a checkpoint; <c>{"problem": …}</c>, with the reason, if a page cannot have it.</summary>
    /// <param name="checkpoint">The file.</param>
    /// <param name="average">Whether to take its moving average, if there is one.</param>
    public static JsonObject From(string checkpoint, bool average = true)
    {
        try
        {
            var file = GanCheckpoint.Open(checkpoint);
            Gan gan = Recipe.Of(file).CreateGan(initialize: false);
            RequireSmall(gan.Generator.ParameterCount);
            file.LoadInto(gan);
            JsonObject generator = Of(gan, average);
            generator["step"] = file.Step;
            return generator;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return new() { ["problem"] = exception.Message };
        }
    }

    /// <summary>The generator of these networks.</summary>
    /// <param name="gan">The networks.</param>
    /// <param name="average">Whether to take its moving average, if there is one.</param>
    /// <exception cref="FormatException">It has a layer or a weight that the page cannot have, or too many of the latter.</exception>
    public static JsonObject Of(Gan gan, bool average = true)
    {
        RequireSmall(gan.Generator.ParameterCount);
        Dictionary<Tensor, Tensor>? averages = !average ? null
            : gan.Average?.State.Zip(gan.Generator.State).ToDictionary(pair => pair.Second.Value, pair => pair.First.Value);
        var weights = new HalfWeights();
        var shape = new Shape(1, gan.LatentSize);
        JsonObject layers = new GeneratorLayers(weights, own => averages?[own] ?? own).Describe(gan.Generator, ref shape);
        return new()
        {
            ["latentSize"] = gan.LatentSize,
            ["labels"] = new JsonArray([.. Enumerable.Range(0, gan.Classes).Select(label => JsonValue.Create(gan.Labels[label]))]),
            ["image"] = new JsonArray(gan.ImageShape.Channels, gan.ImageShape.Height, gan.ImageShape.Width),
            ["isAverage"] = averages is not null,
            ["network"] = layers,
            ["weights"] = weights.ToBase64(),
        };
    }

    private static void RequireSmall(long count)
    {
        if (count * sizeof(ushort) > MostBytes)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"The generator has {count / 1e6:0.0} million weights, and a page holds up to {MostBytes / 2e6:0.#} million.") +
                " The playground of minigan watch, and minigan generate, draw with it.");
        }
    }
}
