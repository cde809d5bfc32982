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
        engine.Execute(HtmlPage.Arithmetic());
        engine.Execute("""
            function refusable(work) {
              try {
                return JSON.stringify(work());
              } catch (problem) {
                if (!(problem instanceof RangeError)) throw problem;
                return JSON.stringify({ refused: problem.message });
              }
            }
            function run(settings, x, w, dy) {
              return refusable(() => {
                const s = JSON.parse(settings), numbers = [x, w, dy].map(JSON.parse), r = worked.explain(s, ...numbers);
                const matrix = products.matrixOf(r.geometry, r.entries, numbers[1]);
                return { ...r, matrix: matrix.flat(), ways: worked.ways(s, r.geometry, r.entries, numbers[0], numbers[1]) };
              });
            }
            function turned(settings) {
              return refusable(() => {
                const before = JSON.parse(settings), after = direction.turned(before), entriesOf = s => geometry.entries(geometry.of(s));
                return { settings: after, entries: entriesOf(after), before: entriesOf(before) };
              });
            }
            function isPossible(settings) { return JSON.parse(refusable(() => geometry.of(settings))).refused === undefined; }
            function read(text) { return JSON.stringify(address.read(text, isPossible)); }
            function write(state) { return address.write(JSON.parse(state)); }
            function formatAll(values) { return JSON.parse(values).map(numerals.format).join(" "); }
            function agree(a, b, magnitude) { return numerals.agree([a], [b], [magnitude]); }
            function refusal(settings) { return JSON.parse(refusable(() => geometry.of(JSON.parse(settings)))).refused ?? ""; }
            """);
    }

    public void Dispose() => engine.Dispose();

    public JsonNode Run(JsonObject settings, IEnumerable<float> x, IEnumerable<float> w, IEnumerable<float> dy) =>
        JsonNode.Parse(engine.Invoke("run", settings.ToJsonString(), Text(x), Text(w), Text(dy)).AsString())!;

    /// <summary>Why the settings are refused, or the empty string.</summary>
    public string Refusal(JsonObject settings) => engine.Invoke("refusal", settings.ToJsonString()).AsString();

    /// <summary>The other direction with the same C: its settings, its entries, and those from before.</summary>
    public JsonNode Turned(JsonObject settings) => JsonNode.Parse(engine.Invoke("turned", settings.ToJsonString()).AsString())!;

    /// <summary>What the page takes from an address.</summary>
    public JsonNode ReadAddress(string text) => JsonNode.Parse(engine.Invoke("read", text).AsString())!;

    /// <summary>The address of what the page shows.</summary>
    public string WriteAddress(JsonObject state) => engine.Invoke("write", state.ToJsonString()).AsString();

    /// <summary>Numbers as the page writes them.</summary>
    public string[] Format(IEnumerable<double> values) => engine.Invoke(
        "formatAll", new JsonArray([.. values.Select(value => JsonValue.Create(value))]).ToJsonString()).AsString().Split(' ');

    /// <summary>Whether two numbers agree by the page's measure.</summary>
    public bool Agree(double a, double b, double magnitude) => engine.Invoke("agree", a, b, magnitude).AsBoolean();

    private static string Text(IEnumerable<float> values) =>
        new JsonArray([.. values.Select(value => JsonValue.Create(value))]).ToJsonString();
}
