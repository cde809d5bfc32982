using System.Text.Json.Nodes;
using Jint;
using MiniGan.Cli.Explain;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>The page's own arithmetic, the very text that the page holds, run by an interpreter.</summary>
internal sealed class PageArithmetic : IDisposable
{
    private readonly Engine engine = new();

    public PageArithmetic()
    {
        engine.Execute(HtmlPage.Resource("convolution.js"));
        engine.Execute("""
            function run(settings, x, w, dy) {
              try {
                const s = JSON.parse(settings), r = convolution.explain(s, JSON.parse(x), JSON.parse(w), JSON.parse(dy));
                const matrix = convolution.matrixOf(r.geometry, r.entries, JSON.parse(w));
                return JSON.stringify({ ...r, matrix: matrix.flat(), product: convolution.multiply(matrix, JSON.parse(x), s.transposed) });
              } catch (problem) {
                if (!(problem instanceof RangeError)) throw problem;
                return JSON.stringify({ refused: problem.message });
              }
            }
            function formatAll(values) { return JSON.parse(values).map(convolution.format).join(" "); }
            function agree(a, b, magnitude) { return convolution.agree([a], [b], [magnitude]); }
            function sizeOf(settings) {
              try {
                convolution.geometryOf(JSON.parse(settings));
                return "";
              } catch (problem) {
                if (!(problem instanceof RangeError)) throw problem;
                return problem.message;
              }
            }
            """);
    }

    public void Dispose() => engine.Dispose();

    public JsonNode Run(JsonObject settings, IEnumerable<float> x, IEnumerable<float> w, IEnumerable<float> dy) =>
        JsonNode.Parse(engine.Invoke("run", settings.ToJsonString(), Text(x), Text(w), Text(dy)).AsString())!;

    /// <summary>Why the settings are refused, or the empty string.</summary>
    public string Refusal(JsonObject settings) => engine.Invoke("sizeOf", settings.ToJsonString()).AsString();

    /// <summary>Numbers as the page writes them.</summary>
    public string[] Format(IEnumerable<double> values) => engine.Invoke(
        "formatAll", new JsonArray([.. values.Select(value => JsonValue.Create(value))]).ToJsonString()).AsString().Split(' ');

    /// <summary>Whether two numbers agree by the page's measure.</summary>
    public bool Agree(double a, double b, double magnitude) => engine.Invoke("agree", a, b, magnitude).AsBoolean();

    private static string Text(IEnumerable<float> values) =>
        new JsonArray([.. values.Select(value => JsonValue.Create(value))]).ToJsonString();
}
