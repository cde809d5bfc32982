using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Bench;

/// <summary>
/// One training step of the DCGAN: D on real and fake images, then G, each with its Adam step. What PyTorch's baseline does, too.
/// </summary>
internal sealed class StepBench
{
    private const int LatentSize = 100;

    private readonly GanTrainer trainer;
    private readonly int width;

    /// <summary>Makes networks, and real images of noise: the time does not depend on the values.</summary>
    public StepBench(int width, int batch)
    {
        this.width = width;
        Recipe configuration = Configure(width, batch);
        Model = configuration.CreateGan();
        trainer = configuration.TrainerFor(Model);
        Real = new Tensor(Model.ImageShape.Batch(batch));
        new RandomSource(1, "images").FillUniform(Real.Span, -1, 1);
        Latents = Model.Latents(batch, new RandomSource(1, "latents"));
    }

    /// <summary>What PyTorch's baseline trains.</summary>
    /// <exception cref="ArgumentException">They are too large.</exception>
    public static Recipe Configure(int width, int batch)
    {
        Recipe configuration = new(Preset.Dcgan, width, LatentSize, batch, learningRate: 2e-4, beta1: 0.5, seed: 1);
        configuration.Check();
        return configuration;
    }

    /// <summary>The networks.</summary>
    public Gan Model { get; }

    /// <summary>x: [batch, 1, 28, 28].</summary>
    public Tensor Real { get; }

    /// <summary>z: [batch, 100].</summary>
    public Tensor Latents { get; }

    /// <summary>
    /// Floating-point operations of all matrix products of a step; what is done an element (normalisation, activation,
    /// Adam) is not counted.
    /// </summary>
    public double Operations
    {
        get
        {
            double[] generator = ProductsOf((Sequential)Model.Generator, Latents),
                discriminator = ProductsOf((Sequential)Model.Discriminator, Real);

            // G: y, dW, and dx of all but the first layer. D: three times y, twice dW and dx but the first's, once dx alone.
            return (3 * generator.Sum()) - generator[0] + (8 * discriminator.Sum()) - (2 * discriminator[0]);
        }
    }

    /// <summary>Measures the step.</summary>
    /// <param name="steps">How many steps.</param>
    /// <param name="warmUp">Seconds to run before.</param>
    /// <param name="cancelled">Ends it before the next step.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public StepResult Measure(int steps, double warmUp, CancellationToken cancelled)
    {
        double operations = Operations, peak = Processor.MeasurePeak();
        Action step = () => trainer.Step(Real);
        Timing.WarmUp(warmUp, step, cancelled);
        double[] seconds = new double[steps];
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < steps; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            seconds[i] = Timing.Of(step);
        }

        allocated = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / steps;
        return new StepResult(width, Real.Shape.N, Parallelism.Threads, new Throughput(Timing.Of(seconds), operations, peak), allocated);
    }

    /// <summary>For each layer with weights, the operations of one of its products.</summary>
    private static double[] ProductsOf(Sequential network, Tensor x)
    {
        var operations = new List<double>();
        foreach (Module module in network)
        {
            Tensor y = module.Forward(x);
            Tensor? weight = (module as ConvolutionModule)?.Weight.Value ?? (module as Linear)?.Weight.Value;
            if (weight is not null)
            {
                // Each weight meets each position of the map, the smaller side, once.
                int positions = Math.Min(x.Shape.H * x.Shape.W, y.Shape.H * y.Shape.W);
                operations.Add(2.0 * x.Shape.N * positions * weight.Shape.Count);
            }

            x = y;
        }

        return [.. operations];
    }
}
