using System.Text.Json.Nodes;

namespace MiniGan.Cli.Explain;

/// <summary>A layer of a trained network, and what of it a lesson shows.</summary>
/// <param name="Title">Which layer it is.</param>
/// <param name="Says">What was taken out of it to be seen.</param>
/// <param name="Maps">Feature maps, whole.</param>
internal sealed record TrainedLayer(string Title, string Says, IReadOnlyList<TrainedLayer.Map> Maps)
{
    /// <summary>A channel as it goes in or comes out.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Rows">Its height.</param>
    /// <param name="Columns">Its width.</param>
    /// <param name="Values">Its numbers, row by row.</param>
    /// <param name="Crop">What the lesson shows of it: top, left, height, width; null: all.</param>
    public sealed record Map(string Name, int Rows, int Columns, float[] Values, int[]? Crop);

    /// <summary>As data of the page.</summary>
    public JsonObject ToJson() => new()
    {
        ["title"] = Title,
        ["says"] = Says,
        ["maps"] = new JsonArray([.. Maps.Select(map => new JsonObject
        {
            ["name"] = map.Name,
            ["rows"] = map.Rows,
            ["columns"] = map.Columns,
            ["values"] = new JsonArray([.. map.Values.Select(value => JsonValue.Create(value))]),
            ["crop"] = map.Crop is null ? null : new JsonArray([.. map.Crop.Select(value => JsonValue.Create(value))]),
        })]),
    };
}
