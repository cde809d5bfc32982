using MiniGan.Modules;
using MiniGan.Onnx;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Onnx;

/// <summary>Modules of one's own, and what cannot be exported.</summary>
public sealed class OwnModuleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Own_modules_are_refused_until_they_have_a_translation()
    {
        Sequential generator =
        [
            new Linear(3, 4), new Residual(new Sequential(new Cube())), new Lambda(x => Map(x, value => 2 * value), (_, dy) => dy),
            new Reshape(1, 2, 2),
        ];
        var gan = new Gan(generator, new Flatten(), latentSize: 3);
        string path = folder["own.onnx"];
        Assert.Equal(
            "generator.1.main.0: Cube has no translation to ONNX. Give it one by OnnxTranslations.Add<Cube>((module, graph, x) => …), in " +
            "OnnxOptions.",
            Assert.Throws<ArgumentException>(() => OnnxFile.WriteGenerator(path, gan)).Message);
        OnnxTranslations translations = new OnnxTranslations().Add<Cube>((cube, graph, x) =>
        {
            Assert.Equal("generator.1.main.0", graph.Place);
            OnnxValue square = graph.Add("Mul", [x, x], x.Shape);
            return graph.Add("Mul", [graph.Add("Mul", [square, x], x.Shape), graph.Constant("weight", cube.Factor)], x.Shape);
        });
        Assert.StartsWith(
            "generator.2: nobody can tell what a Lambda computes in ONNX's operations.",
            Assert.Throws<ArgumentException>(
                () => OnnxFile.WriteGenerator(path, gan, new OnnxOptions { Translations = translations })).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.True(gan.Generator.Descendants().All(module => module.IsTraining));
        translations.Add(generator[2], (graph, x) => graph.Add("Add", [x, x], x.Shape));
        OnnxFile.WriteGenerator(path, gan, new OnnxOptions { Translations = translations });
        using var run = new OnnxRun(path);
        Tensor z = gan.Latents(4, new RandomSource(1, "z"));
        Assert.InRange(OnnxRun.Difference(gan.Generate(z), run.Of(z)), 0, 1e-5);
    }

    [Fact]
    public void What_cannot_be_written_says_so()
    {
        var gan = new Gan(new Reshape(1, 2, 2), new Sequential(new Flatten(), new Embedding(3, 1)), latentSize: 4);
        Assert.Equal(
            "discriminator.1: it asks for labels, but the networks have no classes.",
            Assert.Throws<ArgumentException>(() => OnnxFile.WriteDiscriminator(folder["d.onnx"], gan)).Message);
        var large = new Gan(new Linear(40_000, 20_000), new Flatten(), 40_000, imageShape: new(1, 1, 20_000));
        Assert.StartsWith(
            "The generator has 3,051 MiB of weights, more than the 1,983 MiB that an ONNX file may hold. Save it as safetensors",
            Assert.Throws<ArgumentException>(() => OnnxFile.WriteGenerator(folder["g.onnx"], large)).Message, StringComparison.Ordinal);
        OnnxOptions With(object value) => new()
        {
            Translations = new OnnxTranslations().Add<Reshape>((_, graph, x) => graph.Add("Identity", [x], x.Shape, ("to", value))),
        };
        Assert.Equal(
            "The attribute 'to' must be a float, a long, a string or an array of long, but is Int32.",
            Assert.Throws<ArgumentException>(() => OnnxFile.WriteGenerator(folder["g.onnx"], gan, With(1))).Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Throws<ArgumentNullException>(() => OnnxFile.WriteGenerator(null!, gan));
        Assert.Throws<ArgumentNullException>(() => OnnxFile.WriteGenerator("g", null!));
        Assert.Throws<ArgumentNullException>(() => OnnxFile.WriteDiscriminator("d", null!));
        Assert.Throws<ArgumentException>(() => OnnxFile.WriteDiscriminator("", gan));
        Assert.Throws<ArgumentNullException>(() => new OnnxTranslations().Add<Cube>(null!));
        Assert.Throws<ArgumentNullException>(() => new OnnxTranslations().Add(null!, (_, x) => x));
        Assert.Throws<ArgumentNullException>(() => new OnnxTranslations().Add(new Tanh(), null!));
    }

    private static Tensor Map(Tensor x, Func<float, float> value)
    {
        var y = new Tensor(x.Shape);
        for (int i = 0; i < x.Span.Length; i++)
        {
            y.Span[i] = value(x.Span[i]);
        }

        return y;
    }

    /// <summary>3 · x³.</summary>
    private sealed class Cube : Module
    {
        public Tensor Factor { get; } = Tensor.FromRowMajor(new Shape(1), [3]);

        public override Tensor Forward(Tensor x) => Map(x, value => 3 * value * value * value);

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => throw new NotSupportedException();
    }
}
