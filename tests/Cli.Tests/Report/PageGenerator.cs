using System.Text.Json.Nodes;
using Jint;
using MiniGan.Runs.Reports;

namespace MiniGan.Tests.Cli.Report;

/// <summary>The page's generator, the very text that the page holds, run by an interpreter.</summary>
internal sealed class PageGenerator : IDisposable
{
    private readonly Engine engine = new();

    public PageGenerator(JsonObject? data = null)
    {
        // What a browser has and the interpreter has not.
        engine.SetValue("atob", new Func<string, string>(text => new string([.. Convert.FromBase64String(text).Select(one => (char)one)])));
        engine.Execute(ReportPage.Arithmetic());
        if (data is not null)
        {
            engine.SetValue("data", data.ToJsonString());
            engine.Execute("const own = generator.create(JSON.parse(data));");
        }
    }

    public void Dispose() => engine.Dispose();

    /// <summary>G(z, label), [row][column][channel].</summary>
    public float[] Draw(ReadOnlySpan<float> z, double place) => Numbers($"own.draw(Float32Array.from({List(z)}), {place:R})");

    /// <summary>What an expression gives: numbers.</summary>
    public float[] Numbers(string expression) =>
        [.. engine.Evaluate($"Array.from({expression})").AsArray().Select(value => (float)value.AsNumber())];

    /// <summary>What an expression gives: a number.</summary>
    public double Number(string expression) => engine.Evaluate(expression).AsNumber();

    /// <summary>What an expression gives: a text.</summary>
    public string Text(string expression) => engine.Evaluate(expression).AsString();

    /// <summary>Runs statements.</summary>
    public void Execute(string statements) => engine.Execute(statements);

    /// <summary>Numbers as JavaScript.</summary>
    public static string List(ReadOnlySpan<float> numbers) =>
        new JsonArray([.. numbers.ToArray().Select(number => JsonValue.Create(number))]).ToJsonString();
}
