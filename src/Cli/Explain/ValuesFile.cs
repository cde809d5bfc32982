using System.Globalization;
using System.Text.Json;
using MiniGan.Cli.Common;
using MiniGan.Files;

namespace MiniGan.Cli.Explain;

/// <summary>
/// The file of <c>--values</c>: a JSON object with <c>input</c>, <c>kernel</c> and, if wanted, <c>outputGradient</c>, each an array of rows
/// of numbers, as one writes a matrix. With several channels <c>input</c> and <c>outputGradient</c> are <c>[channels][H][W]</c> and
/// <c>kernel</c> is <c>[mapC][imageC][kh][kw]</c>, where the map is the small side: a convolution's output, a transposed convolution's
/// input. Comments and trailing commas are allowed.
/// </summary>
/// <param name="Input">x.</param>
/// <param name="Kernel">w.</param>
/// <param name="OutputGradient">dy, or null.</param>
internal sealed record ValuesFile(ValuesFile.Values Input, ValuesFile.Values Kernel, ValuesFile.Values? OutputGradient)
{
    private const string Example = """{"input": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 1]]}""";

    private const int LongestFile = 1 << 22;

    private static readonly string[] Names = ["input", "kernel", "outputGradient"];

    /// <summary>Numbers and the sizes that they are written in; leading sizes that are not written are 1.</summary>
    public sealed record Values(int[] Sizes, float[] Data);

    /// <summary>Reads.</summary>
    /// <exception cref="UserException">There is no such file, or it is not one of values.</exception>
    public static ValuesFile Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserException($"--values: there is no file '{path}'. Give a JSON file such as {Example}.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(
                OrdinaryFile.ReadText(path, LongestFile),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new UserException($"--values: '{path}' must hold a JSON object such as {Example}.");
            }

            if (root.EnumerateObject()
                .FirstOrDefault(property => !Names.Contains(property.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            {
                throw new UserException(
                    $"--values: '{path}' has '{Printable.Name(unknown.Name)}', but only input, kernel and outputGradient are known.");
            }

            return new ValuesFile(
                Array(path, root, "input", 3) ?? throw Missing(path, "input"),
                Array(path, root, "kernel", 4) ?? throw Missing(path, "kernel"),
                Array(path, root, "outputGradient", 3));
        }
        catch (InvalidOperationException)
        {
            throw new UserException(
                $"--values: '{path}' has a name that is no text: half of a pair of \\u escapes. Give a file such as {Example}.");
        }
        catch (JsonException exception)
        {
            throw new UserException($"--values: '{path}' is no JSON (line {exception.LineNumber + 1}). Give a file such as {Example}.");
        }
    }

    private static UserException Missing(string path, string name) =>
        new($"--values: '{path}' has no '{name}'. Give a file such as {Example}.");

    private static Values? Array(string path, JsonElement root, string name, int rank)
    {
        if (!root.TryGetProperty(name, out JsonElement element) || (element.ValueKind == JsonValueKind.Null && name == "outputGradient"))
        {
            return null;
        }

        var sizes = new List<int>();
        JsonElement inner = element;
        while (inner.ValueKind == JsonValueKind.Array && inner.GetArrayLength() > 0)
        {
            sizes.Add(inner.GetArrayLength());
            inner = inner[0];
        }

        if (sizes.Count != 2 && sizes.Count != rank)
        {
            throw new UserException(
                $"--values: '{name}' in '{path}' must be nested 2 or {rank} deep, no level empty, but is nested {sizes.Count} deep.");
        }

        var data = new List<float>();
        Flatten(element, 0);
        return new Values([.. Enumerable.Repeat(1, rank - sizes.Count), .. sizes], [.. data]);

        void Flatten(JsonElement level, int depth)
        {
            if (depth == sizes.Count)
            {
                if (level.ValueKind != JsonValueKind.Number ||
                    !float.TryParse(level.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ||
                    !float.IsFinite(value))
                {
                    throw new UserException(
                        $"--values: '{name}' in '{path}' must hold numbers that float32 can hold, but has {Shorten(level.GetRawText())}.");
                }

                data.Add(value);
                return;
            }

            if (level.ValueKind != JsonValueKind.Array || level.GetArrayLength() != sizes[depth])
            {
                throw new UserException(
                    $"--values: '{name}' in '{path}' is ragged: all its rows must be as long as the first ({string.Join('×', sizes)}).");
            }

            foreach (JsonElement item in level.EnumerateArray())
            {
                Flatten(item, depth + 1);
            }
        }
    }

    private static string Shorten(string text) => text.Length <= 20 ? text : $"{text[..20]}…";
}
