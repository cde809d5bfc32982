using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Files;

namespace MiniGan.Cli.Report;

/// <summary>
/// A run's <c>config.json</c> as data of the page: whatever version wrote it, as long as it is sound JSON with an object <c>gan</c>.
/// </summary>
internal static class ConfigurationFile
{
    private const int MostNested = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MostNested };

    /// <summary>Reads it.</summary>
    /// <exception cref="MalformedFileException">It is something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static JsonObject Read(string path)
    {
        string text = OrdinaryFile.ReadText(path, RunConfiguration.LongestFile);
        try
        {
            var run = JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
            CheckTexts(text);
            return run?["gan"] is JsonObject ? run : throw new MalformedFileException(path, "it is not that of a run, which is an object with an object \"gan\". Was it another program's?");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new MalformedFileException(path, $"it is no JSON, or damaged ({exception.Message.TrimEnd('.')}). Mend it, or put back the one that train wrote.", exception);
        }
    }

    /// <summary>
    /// Refuses halves of characters, as <c>"\ud800"</c>, which no text may hold: the parser passes them on to whoever asks for the text.
    /// </summary>
    private static void CheckTexts(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = MostNested });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                _ = reader.GetString();
            }
        }
    }
}
