using BenchmarkDotNet.Attributes;
using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Benchmarks;

/// <summary>
/// The three products of the convolution operator, for the two geometries of the DCGAN: kernel 4×4, stride 2, padding 1, batch 64.
/// </summary>
public class OperatorBenchmarks
{
    private const int Batch = 64;

    private ConvolutionOperator matrix = new(ConvolutionGeometry.ForImage(new ConvolutionWindow(1), 1, 1, 1, 1));
    private Tensor image = new(new Shape(0)), map = new(new Shape(0)), weight = new(new Shape(0)), imageResult = new(new Shape(0)),
        mapResult = new(new Shape(0)), gradient = new(new Shape(0));

    /// <summary>Channels of the image and of the map, and the image's height and width.</summary>
    [Params("64->128 @14", "1->64 @28")]
    public string Geometry { get; set; } = "";

    /// <summary>Threads that share the work.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Parallelism.Threads = Threads;
        (int imageChannels, int mapChannels, int size) = Geometry == "1->64 @28" ? (1, 64, 28) : (64, 128, 14);
        ConvolutionGeometry geometry = ConvolutionGeometry.ForImage(new ConvolutionWindow(4, 2, 1), imageChannels, mapChannels, size, size);
        matrix = new ConvolutionOperator(geometry);
        (image, map, weight) =
            (Normal(geometry.ImageShape(Batch), "image"), Normal(geometry.MapShape(Batch), "map"), Normal(geometry.WeightShape, "weight"));
        (imageResult, mapResult, gradient) = (new Tensor(image.Shape), new Tensor(map.Shape), new Tensor(weight.Shape));
    }

    /// <summary>map = C · image.</summary>
    [Benchmark(Baseline = true)]
    public void Apply() => matrix.Apply(image, weight, null, mapResult);

    /// <summary>image = Cᵀ · map.</summary>
    [Benchmark]
    public void ApplyTransposed() => matrix.ApplyTransposed(map, weight, null, imageResult);

    /// <summary>dW += map ⊗ image.</summary>
    [Benchmark]
    public void AccumulateWeightGradient() => matrix.AccumulateWeightGradient(image, map, gradient);

    private static Tensor Normal(Shape shape, string name)
    {
        var tensor = new Tensor(shape);
        new RandomSource(1, name).FillNormal(tensor.Span);
        return tensor;
    }
}
