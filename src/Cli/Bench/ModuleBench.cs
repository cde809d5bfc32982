using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Cli.Bench;

/// <summary>The modules that stand between convolutions, each beside a 3×3 convolution of the same channels and pixels.</summary>
internal static class ModuleBench
{
    /// <summary>The side of the images.</summary>
    public const int Side = 16;

    private static readonly (string Name, Func<int, Module> Make)[] Modules =
    [
        ("Conv2D 3×3", width => new Conv2D(width, width, 3, padding: 1)),
        ("BatchNorm2D", width => new BatchNorm2D(width)),
        ("ConditionalBatchNorm2D", width => new ConditionalBatchNorm2D(width, 10)),
        ("GroupNorm, 4 groups", width => new GroupNorm(width % 4 == 0 ? 4 : 1, width)),
        ("InstanceNorm2D", width => new InstanceNorm2D(width)),
        ("LayerNorm", width => new LayerNorm(width, Side, Side)),
        ("PixelNorm", _ => new PixelNorm()),
        ("LeakyReLU", _ => new LeakyReLU(0.2f)),
        ("PReLU", width => new PReLU(width)),
        ("ELU", _ => new ELU()),
        ("SiLU", _ => new SiLU()),
        ("GELU", _ => new GELU()),
        ("Softplus", _ => new Softplus()),
        ("Tanh", _ => new Tanh()),
        ("AvgPool2D", _ => new AvgPool2D(2)),
        ("MaxPool2D", _ => new MaxPool2D(2)),
        ("Upsample2D nearest", _ => new Upsample2D(2)),
        ("Upsample2D bilinear", _ => new Upsample2D(2, UpsampleMode.Bilinear)),
        ("SelfAttention2D", width => new SelfAttention2D(width)),
        ("MinibatchStdDev", _ => new MinibatchStdDev(groupSize: int.MaxValue)),
        ("Dropout2D", _ => new Dropout2D(0.5, new RandomSource(1, "dropout"))),
    ];

    /// <summary>Measures all modules, the convolution first.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="batch">Images at once.</param>
    /// <param name="times">Runs of each.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="warmUp">Seconds to run before each.</param>
    /// <param name="cancelled">Ends it before the next run.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IEnumerable<ModuleResult> Measure(
        int width, int batch, int times, int threads, double warmUp, CancellationToken cancelled)
    {
        Parallelism.Threads = threads;
        Tensor x = Random(new Shape(batch, width, Side, Side), "x");
        double convolution = 0;
        foreach ((string name, Func<int, Module> make) in Modules)
        {
            Module module = make(width);
            foreach (IClassConditional labelled in module.Descendants().OfType<IClassConditional>())
            {
                labelled.SetLabels(new int[batch]);
            }

            Tensor dy = Random(module.Forward(x).Shape, "dy");
            Timing forward = Timing.Measure(times, warmUp, () => module.Forward(x), cancelled);
            Timing both = Timing.Measure(times, warmUp, () =>
            {
                module.ZeroGradients();
                module.Forward(x);
                module.Backward(dy);
            }, cancelled);
            convolution = convolution == 0 ? both.Median : convolution;
            yield return new ModuleResult(name, width, batch, threads, forward, both, both.Median / convolution);
        }
    }

    private static Tensor Random(Shape shape, string name)
    {
        var tensor = new Tensor(shape);
        new RandomSource(1, name).FillNormal(tensor.Span);
        return tensor;
    }
}
