using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiniGan.Runs.Folders;

/// <summary>JSON from a file that may be anybody's: without duplicates, not deeply nested, and of whole characters.</summary>
internal static class StrictJson
{
    private const int MostNested = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MostNested };

    /// <summary>Reads an object.</summary>
    /// <returns>Null if it is another value.</returns>
    /// <exception cref="JsonException">It is no such JSON.</exception>
    /// <exception cref="InvalidOperationException">A text holds half a character.</exception>
    public static JsonObject? Read(string text)
    {
        var json = JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
        CheckTexts(text);
        return json;
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
