using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Tests.Modules;
using MiniGan.TorchSharp.Comparing;
using MiniGan.TorchSharp.Networks;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Engine;

/// <summary>Every module against its translation: y, its state, first and second derivatives, by autograd in float64.</summary>
public sealed class ModuleComparisonTests
{
    /// <summary>Rounding in float32 of sums of some dozen terms, through up to eight layers; a wrong derivative is off by 1.</summary>
    private const double Tolerance = 1e-4;

    private static readonly Dictionary<string, (Func<Module> Module, Shape Input)> Drawing = new()
    {
        ["Dropout"] = (() => new Dropout(0.3, new RandomSource(1, "d")), new(3, 2, 5, 4)),
        ["Dropout of rows"] = (() => new Dropout(0.3, new RandomSource(1, "d")), new(3, 7)),
        ["Dropout2D"] = (() => new Dropout2D(0.4, new RandomSource(1, "d")), new(3, 9, 2, 3)),
        ["DiffAugment"] = (() => new DiffAugment(random: new RandomSource(1, "a")), new(5, 3, 9, 12)),
        ["DiffAugment of colours"] = (() => new DiffAugment(Augmentations.Color, new RandomSource(1, "a")), new(4, 3, 5, 4)),
        ["DiffAugment of places"] = (
            () => new DiffAugment(Augmentations.Translation | Augmentations.Cutout, new RandomSource(1, "a")), new(4, 2, 8, 13)),
        ["DiffAugment of nothing"] = (() => new DiffAugment(Augmentations.None, new RandomSource(1, "a")), new(2, 1, 3, 3)),
        ["Tutorial's block"] = (
            () => new Sequential(
                new Conv2D(2, 4, 5, 2, MiniGan.Convolution.Padding.Same), new LeakyReLU(0.3f), new Dropout(0.3, new RandomSource(1, "d"))),
            new(3, 2, 7, 6)),
        ["Upsample2D to a size that PyTorch rounds"] = (() => Upsample2D.To((3, 82)), new(1, 1, 2, 2)),
        ["TorchConv2D"] = (() => new MiniGan.TorchSharp.TorchConv2D(4, 6, new((3, 2), 2, 1, groups: 2)), new(2, 4, 5, 4)),
        ["TorchConvTranspose2D"] = (
            () => new MiniGan.TorchSharp.TorchConvTranspose2D(4, 6, new((3, 2), 2, 1, groups: 2), bias: false), new(2, 4, 3, 4)),
    };

    public static TheoryData<string, bool> Names
    {
        get
        {
            var names = new TheoryData<string, bool>();
            foreach (string name in ModuleCases.All.Keys.Concat(Drawing.Keys))
            {
                names.Add(name, true);
                names.Add(name, false);
            }

            return names;
        }
    }

    [LiveTheory]
    [MemberData(nameof(Names))]
    public void Every_module_computes_what_its_translation_does(string name, bool training)
    {
        (Func<Module> make, Shape shape) = Drawing.TryGetValue(name, out (Func<Module>, Shape) own) ? own : ModuleCases.All[name];
        Module module = make();
        module.SetTraining(training);
        foreach (Parameter parameter in module.Parameters)
        {
            new RandomSource(3, parameter.Value.Shape.ToString()).FillNormal(parameter.Value.Span, 0.3f, 0.6f);
        }

        Tensor x = new(shape);
        new RandomSource(1, name).FillNormal(x.Span);
        int[] labels = module.Descendants().Any(item => item is IClassConditional) ? [.. new[] { 3, 0, 3, 1 }.Take(shape.N)] : [];
        for (int step = 0; step < 2; step++)
        {
            IReadOnlyDictionary<string, double> differences = ModuleComparison.Of(module, x, labels);
            Assert.True(differences.Count >= 2 + (2 * module.Parameters.Count), string.Join(", ", differences.Keys));
            Assert.All(differences, pair => Assert.True(pair.Value <= ToleranceOf(name), $"{pair.Key}: {pair.Value:E1}"));
        }
    }

    [Fact]
    public void Every_module_of_the_library_has_a_translation() => Assert.All(
        typeof(Module).Assembly.GetTypes().Concat(typeof(TorchTranslations).Assembly.GetTypes())
            .Where(type => type.IsPublic && type.IsSubclassOf(typeof(Module)) && !type.IsAbstract),
        type => Assert.True(TorchTranslations.Default.Has(type), type.Name));

    [LiveFact]
    public void A_wrong_derivative_is_named()
    {
        var module = new Sequential(new Linear(3, 4), new Lambda(x => x, (_, dy) => Negated(dy)), new Linear(4, 2));
        IReadOnlyDictionary<string, double> differences = ModuleComparison.Of(
            module, Ones(2, 3), translations: new TorchTranslations().Add(module[1], x => x));
        Assert.Equal(["dx", "d 0.weight", "d 0.bias"], differences.Where(pair => pair.Value > Tolerance).Select(pair => pair.Key));
    }

    [LiveFact]
    public void Modules_of_ones_own_need_a_translation()
    {
        Assert.StartsWith(
            "Sequential.1: nobody can tell what a Lambda computes",
            Assert.Throws<ArgumentException>(() => ModuleComparison.Of(
                new Sequential(new Tanh(), new Lambda(x => x, (_, dy) => dy)), Ones(2, 3))).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Residual.main.0: Cube has no translation to TorchSharp. Give it one by TorchTranslations.Add<Cube>(",
            Assert.Throws<ArgumentException>(() => ModuleComparison.Of(new Residual(new Sequential(new Cube())), Ones(2, 3))).Message,
            StringComparison.Ordinal);
        var translations = new TorchTranslations().Add<Cube>((_, its) => x => x.pow(3) * its["weight"]);
        Assert.All(
            ModuleComparison.Of(new Residual(new Cube()), Ones(2, 3), translations: translations),
            pair => Assert.InRange(pair.Value, 0, 1e-6));
        Assert.Throws<ArgumentNullException>(() => translations.Add<Cube>(null!));
        Assert.Throws<ArgumentNullException>(() => translations.Add(null!, x => x));
        Assert.Throws<ArgumentNullException>(() => translations.Add(new Tanh(), null!));
        Assert.Throws<ArgumentNullException>(() => ModuleComparison.Of(null!, Ones(2, 3)));
        Assert.Throws<ArgumentNullException>(() => ModuleComparison.Of(new Tanh(), null!));
    }

    /// <summary>Of two images σ = |d|, whose curvature is what 1 − d² / σ² leaves of 10⁻⁸: few digits.</summary>
    private static double ToleranceOf(string name) =>
        name.StartsWith("MinibatchStdDev of parts", StringComparison.Ordinal) ? 2e-3 : Tolerance;

    private static Tensor Ones(int n, int c)
    {
        Tensor ones = new(new Shape(n, c));
        ones.Span.Fill(1);
        return ones;
    }

    private static Tensor Negated(Tensor x)
    {
        Tensor negated = new(x.Shape);
        for (int i = 0; i < x.Span.Length; i++)
        {
            negated.Span[i] = -x.Span[i];
        }

        return negated;
    }

    /// <summary>w · x³.</summary>
    private sealed class Cube : Module
    {
        private readonly Parameter weight = new("weight", new Shape(1), tensor => tensor.Span.Fill(2));
        private Tensor? x;

        public override IReadOnlyList<Parameter> Parameters => [weight];

        public override Tensor Forward(Tensor x)
        {
            this.x = x;
            return Map(i => weight.Value[0] * x.Span[i] * x.Span[i] * x.Span[i]);
        }

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
        {
            for (int i = 0; i < dy.Span.Length; i++)
            {
                weight.Gradient[0] += dy.Span[i] * x!.Span[i] * x.Span[i] * x.Span[i];
            }

            return Map(i => 3 * weight.Value[0] * x!.Span[i] * x.Span[i] * dy.Span[i]);
        }

        private Tensor Map(Func<int, float> value)
        {
            Tensor result = new(x!.Shape);
            for (int i = 0; i < result.Span.Length; i++)
            {
                result.Span[i] = value(i);
            }

            return result;
        }
    }
}
