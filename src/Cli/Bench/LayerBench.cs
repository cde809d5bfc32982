using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Cli.Bench;

/// <summary>
/// The four convolutions of the DCGAN by themselves, forward, and forward with backward: those that PyTorch's baseline times.
/// </summary>
internal static class LayerBench
{
    private static readonly ConvolutionWindow Window = new(kernel: 4, stride: 2, padding: 1);

    /// <summary>Measures all layers.</summary>
    /// <param name="engine">What computes.</param>
    /// <param name="width">w of the networks.</param>
    /// <param name="batch">Images per step.</param>
    /// <param name="times">Runs of each.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="warmUp">Seconds to run before each.</param>
    /// <param name="cancelled">Ends it before the next run.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IEnumerable<LayerResult> Measure(
        string engine, int width, int batch, int times, int threads, double warmUp, CancellationToken cancelled)
    {
        Parallelism.Threads = threads;
        double peak = Processor.MeasurePeak();
        foreach ((int image, int map, int size) in ((int, int, int)[])[(width, 2 * width, 14), (1, width, 28)])
        {
            double operations = 2.0 * batch * image * map * 16 * (size / 2) * (size / 2);
            Tensor images = Random(new Shape(batch, image, size, size), "images");
            Tensor maps = Random(new Shape(batch, map, size / 2, size / 2), "maps");
            (string Name, Module Layer, Tensor X, Tensor Dy)[] layers =
            [
                ($"conv {image}->{map} @{size}", new Conv2D(image, map, Window, bias: false), images, maps),
                ($"convT {map}->{image} @{size / 2}", new ConvTranspose2D(map, image, Window, bias: false), maps, images),
            ];
            foreach ((string name, Module layer, Tensor x, Tensor dy) in layers)
            {
                Initializers.Dcgan(new Sequential(layer), new RandomSource(1, "weights"));
                using var torch = engine == BenchEngine.Managed ? null : new TorchLayer((ConvolutionModule)layer, x, dy);
                Timing forward = Timing.Measure(times, warmUp, torch is null ? () => layer.Forward(x) : torch.Forward, cancelled);
                Timing both = Timing.Measure(times, warmUp, torch is not null ? torch.Both : () =>
                {
                    layer.ZeroGradients();
                    layer.Forward(x);
                    layer.Backward(dy);
                }, cancelled);
                yield return new LayerResult(engine, $"{name} forward", batch, threads, new Throughput(forward, operations, peak));
                yield return new LayerResult(
                    engine, $"{name} forward+backward", batch, threads, new Throughput(both, 3 * operations, peak));
            }
        }
    }

    private static Tensor Random(Shape shape, string name)
    {
        var tensor = new Tensor(shape);
        new RandomSource(1, name).FillNormal(tensor.Span);
        return tensor;
    }
}
