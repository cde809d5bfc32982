using MiniGan.Modules;
using MiniGan.Onnx;
using MiniGan.Tensors;
using MiniGan.Tests.Modules;
using MiniGan.Training;

namespace MiniGan.Tests.Onnx;

/// <summary>Every module as onnxruntime computes it.</summary>
public sealed class ModuleExportTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private static readonly Dictionary<string, (Func<Module> Module, Shape Input)> More = new()
    {
        ["Dropout"] = (() => new Dropout(0.3, new RandomSource(1, "d")), new(3, 2, 5, 4)),
        ["PReLU per channel of images"] = (() => new PReLU(3), new(2, 3, 2, 3)),
        ["DiffAugment"] = (() => new DiffAugment(random: new RandomSource(1, "a")), new(5, 3, 9, 12)),
        ["Upsample2D to a size that runtimes round"] = (() => Upsample2D.To((3, 82)), new(1, 1, 2, 2)),
        ["Upsample2D to a multiple"] = (() => Upsample2D.To((6, 8)), new(2, 3, 3, 2)),
        ["Upsample2D of one pixel, bilinear"] = (() => Upsample2D.To((3, 2), UpsampleMode.Bilinear), new(2, 2, 1, 2)),
        ["ConvTranspose2D that leaves pixels out"] = (() => new ConvTranspose2D(2, 3, (2, 1), (3, 2)), new(2, 2, 3, 4)),
        ["ConvTranspose2D padded on four sides"] = (
            () => new ConvTranspose2D(2, 3, (5, 3), 2, Convolution.Padding.Explicit(1, 2, 2, 0), 2, outputPadding: (1, 0)),
            new(2, 2, 3, 4)),
        ["Conv2D that does not reach the end"] = (() => new Conv2D(2, 3, (2, 1), (3, 2)), new(2, 2, 7, 6)),
        ["Residual whose shortcut is x, of rows"] = (() => new Residual(new Linear(5, 5)), new(3, 5)),
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. ModuleCases.All.Keys, .. More.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_module_computes_the_same_in_onnxruntime(string name)
    {
        (Func<Module> make, Shape shape) = More.TryGetValue(name, out (Func<Module>, Shape) own) ? own : ModuleCases.All[name];
        Module module = make();
        foreach (Parameter parameter in module.Parameters)
        {
            new RandomSource(3, $"{parameter.Name} {parameter.Value.Shape}").FillNormal(parameter.Value.Span, 0.3f, 0.6f);
        }

        foreach (BatchNorm2D norm in module.Descendants().OfType<BatchNorm2D>())
        {
            new RandomSource(4, "mean").FillNormal(norm.RunningMean.Span);
            new RandomSource(4, "variance").FillUniform(norm.RunningVariance.Span, 0.5f, 2);
        }

        bool hasLabels = module.Descendants().Any(item => item is IClassConditional);
        Gan gan = shape.Rank == 2
            ? new Gan(module, new Flatten(), shape.C, hasLabels ? 4 : 0, new(1, 1, 1))
            : new Gan(new Flatten(), module, 1, hasLabels ? 4 : 0, new(shape.C, shape.H, shape.W));
        string path = folder["module.onnx"];
        bool[] modes = [.. module.Descendants().Select(item => item.IsTraining)];
        if (shape.Rank == 2)
        {
            OnnxFile.WriteGenerator(path, gan);
        }
        else
        {
            OnnxFile.WriteDiscriminator(path, gan);
        }

        using var run = new OnnxRun(path);
        Assert.Equal(modes, module.Descendants().Select(item => item.IsTraining));
        module.SetTraining(false);
        foreach (int count in new[] { shape.N, 2 * shape.N })
        {
            Tensor x = new(shape.Rank == 2 ? new Shape(count, shape.C) : new Shape(count, shape.C, shape.H, shape.W));
            new RandomSource((ulong)count, name).FillNormal(x.Span);
            int[] labels = hasLabels ? [.. Enumerable.Range(0, count).Select(n => (3 * n * n) % 4)] : [];
            gan.SetLabels(labels);
            Tensor expected = module.Forward(x), actual = run.Of(x, labels);
            Assert.InRange(OnnxRun.Difference(expected, actual), 0, Tolerance);
        }
    }

    [Fact]
    public void Every_module_of_the_library_has_a_translation() => Assert.All(
        typeof(Module).Assembly.GetTypes().Where(type => type.IsPublic && type.IsSubclassOf(typeof(Module)) && !type.IsAbstract),
        type => Assert.True(OnnxTranslations.Default.Has(type), type.Name));
}
