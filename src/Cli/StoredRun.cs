using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Recipes;

namespace MiniGan.Cli;

/// <summary>What <c>config.json</c> says of a run that is to go on.</summary>
/// <param name="Gan">Networks, game, batch size, learning rate, seed.</param>
/// <param name="Data">The name of the data.</param>
/// <param name="DataFolder">The folder where they were.</param>
/// <param name="Images">How many they were.</param>
/// <param name="Checksum">Of the images and labels.</param>
/// <param name="Steps">Steps to take.</param>
/// <param name="Layers">Whose convolutions.</param>
/// <param name="CheckpointEvery">Steps between checkpoints; 0 for each epoch only.</param>
/// <param name="EvaluateEvery">Steps between evaluations; 0 for none.</param>
/// <param name="Classifier">The classifier of the evaluations; null for the one that ships.</param>
/// <param name="TensorBoard">Whether to write event files.</param>
/// <param name="Command">The command line that began the run.</param>
internal sealed record StoredRun(
    Recipe Gan, string Data, string DataFolder, int Images, string Checksum, long Steps, string Layers, long CheckpointEvery, long EvaluateEvery, string? Classifier, bool TensorBoard, IReadOnlyList<string> Command)
{
    /// <summary>Reads what <see cref="RunConfiguration.ToJson"/> wrote.</summary>
    /// <exception cref="UserException">It is something else.</exception>
    public static StoredRun FromJson(string json)
    {
        try
        {
            JsonNode run = JsonNode.Parse(json) ?? throw new FormatException("It is null.");
            JsonNode Part(string name) => run[name] ?? throw new FormatException($"It has no '{name}'.");
            return new(
                Recipe.FromJson(Part("gan").ToJsonString()),
                (string)Part("data")!,
                (string)Part("dataFolder")!,
                (int)Part("images"),
                (string)Part("checksum")!,
                (long)Part("steps"),
                (string)Part("layers")!,
                (long?)run["checkpointEvery"] ?? 0,
                (long?)run["evaluateEvery"] ?? 0,
                (string?)run["classifier"],
                (bool?)run["tensorBoard"] ?? false,
                [.. run["command"]?.AsArray().Select(word => (string?)word ?? throw new FormatException("Its command has a word that is null.")) ?? []]);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new UserException($"--resume: the run's config.json is damaged ({exception.Message.TrimEnd('.')}). Mend it, or train again.");
        }
    }
}
