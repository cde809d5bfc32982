using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using MiniGan.Modules;
using MiniGan.Onnx;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Onnx;

/// <summary>The code in <c>docs/onnx.md</c> is this code, and runs.</summary>
public sealed partial class GuideTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_code_of_the_guide_is_here()
    {
        string here = ThisFile(), code = Unindented(File.ReadAllText(here));
        string guide = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "onnx.md"));
        MatchCollection blocks = CodeBlock().Matches(guide);
        Assert.Equal(3, blocks.Count);
        Assert.All(blocks, block => Assert.Contains(
            block.Groups[1].Value.Replace("\"generator.onnx\"", "generator", StringComparison.Ordinal)
                .Replace("\"discriminator.onnx\"", "discriminator", StringComparison.Ordinal)
                .Replace("\"seven.pgm\"", "picture", StringComparison.Ordinal),
            code,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Ten_lines_draw_a_digit()
    {
        Gan gan = (Recipe.For(Preset.Conditional, width: 4) with { Image = new(1, 12, 17) }).CreateGan();
        foreach (Parameter parameter in gan.Generator.Parameters)
        {
            new RandomSource(1, parameter.Name).FillNormal(parameter.Value.Span, 0, 0.3f);
        }

        string generator = folder["g.onnx"], discriminator = folder["d.onnx"], picture = folder["p.pgm"];
        Write(gan, generator, discriminator);
        Draw(generator, picture);
        byte[] drawn = File.ReadAllBytes(picture);
        Assert.StartsWith("P5 17 12 255\n", Encoding.ASCII.GetString(drawn), StringComparison.Ordinal);
        Assert.Equal("P5 17 12 255\n".Length + (17 * 12), drawn.Length);
        Assert.True(drawn.Distinct().Count() > 20);
        Assert.True(File.Exists(discriminator));
    }

    [Fact]
    public void Own_modules_are_exported_as_the_guide_says()
    {
        var gan = new Gan(new Sequential(new Linear(2, 4), new Square(), new Reshape(1, 2, 2)), new Flatten(), latentSize: 2);
        string generator = folder["g.onnx"];
        WriteOwn(gan, generator);
        using var run = new OnnxRun(generator);
        Tensor z = gan.Latents(3, new RandomSource(1, "z"));
        Assert.InRange(OnnxRun.Difference(gan.Generate(z), run.Of(z)), 0, 1e-6);
    }

    private static void Write(Gan gan, string generator, string discriminator)
    {
        OnnxFile.WriteGenerator(generator, gan);
        OnnxFile.WriteDiscriminator(discriminator, gan);
    }

    private static void WriteOwn(Gan gan, string generator)
    {
        OnnxTranslations translations = new OnnxTranslations().Add<Square>((square, graph, x) => graph.Add("Mul", [x, x], x.Shape));
        OnnxFile.WriteGenerator(generator, gan, new OnnxOptions { Translations = translations });
    }

    private static void Draw(string generator, string picture)
    {
        using var session = new InferenceSession(generator);
        int latent = session.InputMetadata["z"].Dimensions[1], height = session.OutputMetadata["images"].Dimensions[2];
        var random = new Random(1);
        float Normal() => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(MathF.Tau * random.NextSingle());
        using var z = OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, latent).Select(_ => Normal()).ToArray(), [1, latent]);
        using var labels = OrtValue.CreateTensorValueFromMemory(new long[] { 7 }, [1]); // where the networks know labels
        var inputs = new Dictionary<string, OrtValue> { ["z"] = z, ["labels"] = labels };
        using var outputs = session.Run(new RunOptions(), inputs, ["images"]);
        byte[] pixels = [.. outputs[0].GetTensorDataAsSpan<float>().ToArray().Select(value => (byte)MathF.Round((value + 1) * 127.5f))];
        File.WriteAllBytes(picture, [.. Encoding.ASCII.GetBytes($"P5 {pixels.Length / height} {height} 255\n"), .. pixels]);
    }

    private static string Unindented(string code) => code.ReplaceLineEndings("\n").Replace("\n        ", "\n", StringComparison.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    /// <summary>x².</summary>
    private sealed class Square : Module
    {
        public override Tensor Forward(Tensor x)
        {
            Tensor y = x.Clone();
            for (int i = 0; i < y.Span.Length; i++)
            {
                y.Span[i] *= x.Span[i];
            }

            return y;
        }

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => throw new NotSupportedException();
    }
}
