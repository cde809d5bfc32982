using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Recipes;

namespace MiniGan.Cli;

/// <summary>A training run: the networks and their training, on which data, for how long.</summary>
/// <param name="Gan">Networks, game, batch size, learning rate, seed.</param>
/// <param name="Data">The data.</param>
/// <param name="Dataset">Its images.</param>
/// <param name="Steps">Steps to take.</param>
/// <param name="BuiltInLayers">Whether the convolutions are TorchSharp's.</param>
/// <param name="CheckpointEvery">Steps between checkpoints, beside those at each epoch's end; 0 for none.</param>
/// <param name="EvaluateEvery">Steps between evaluations; 0 for none.</param>
/// <param name="Classifier">The classifier of the evaluations; null for the one that ships.</param>
/// <param name="TensorBoard">Whether to write event files.</param>
/// <param name="Command">The command line, word by word, that began the run.</param>
internal sealed record RunConfiguration(
    Recipe Gan, DataFolder Data, ImageDataset Dataset, long Steps, bool BuiltInLayers, long CheckpointEvery, long EvaluateEvery, string? Classifier, bool TensorBoard, IReadOnlyList<string> Command)
{
    /// <summary>The longest <c>config.json</c> that is read, in bytes.</summary>
    public const int LongestFile = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whose convolutions, as <c>config.json</c> has it.</summary>
    public string LayersName => BuiltInLayers ? nameof(BuiltInLayers) : "CustomLayers";

    /// <summary>Whole batches in the data.</summary>
    public int StepsPerEpoch => Dataset.Count / Gan.BatchSize;

    /// <summary>Whether a text is what <see cref="ToJson"/> wrote, for some run.</summary>
    public static bool IsOne(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject run && run["gan"] is JsonObject gan && Recipe.FromJson(gan.ToJsonString()) is not null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What <c>config.json</c> holds: enough to run the same again.</summary>
    public string ToJson() => new JsonObject
    {
        ["version"] = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
        ["data"] = Data.Name,
        ["dataFolder"] = Path.GetFullPath(Data.Path),
        ["images"] = Dataset.Count,
        ["checksum"] = Dataset.Checksum(),
        ["steps"] = Steps,
        ["layers"] = LayersName,
        ["checkpointEvery"] = CheckpointEvery,
        ["evaluateEvery"] = EvaluateEvery,
        ["classifier"] = Classifier,
        ["tensorBoard"] = TensorBoard,
        ["command"] = new JsonArray([.. Command.Select(word => JsonValue.Create(word))]),
        ["gan"] = JsonNode.Parse(Gan.ToJson()),
    }.ToJsonString(Indented) + "\n";
}
