using System.Diagnostics;
using MiniGan.Data;
using MiniGan.Kernels;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Bench;

/// <summary>
/// One training step of a recipe, of the DCGAN unless another is named: D on real and fake images, then G, each with its optimiser's step.
/// </summary>
internal sealed class StepBench : IDisposable
{
    private const int LatentSize = 100;

    private readonly GanTrainer trainer;
    private readonly string engineName;

    /// <summary>Makes networks, and real images of noise: the time does not depend on the values.</summary>
    /// <exception cref="PlatformNotSupportedException">The engine is not there.</exception>
    public StepBench(Recipe recipe, string engineName = BenchEngine.Managed)
    {
        (Recipe, this.engineName) = (recipe, engineName);
        Model = recipe.CreateGan();
        trainer = recipe.TrainerFor(Model);
        Engine = BenchEngine.On(trainer, engineName);
        Real = new Tensor(Model.ImageShape.Batch(recipe.BatchSize));
        new RandomSource(1, "images").FillUniform(Real.Span, -1, 1);
        Latents = Model.Latents(recipe.BatchSize, new RandomSource(1, "latents"));
        Labels = new int[recipe.Classes > 0 ? recipe.BatchSize : 0];
    }

    /// <summary>
    /// A recipe of a width and batch, for images of 28×28 in grey unless others are given; without a preset the DCGAN that PyTorch's
    /// baseline trains.
    /// </summary>
    /// <exception cref="ArgumentException">They are too large, or do not fit together.</exception>
    public static Recipe Configure(int width, int batch, Preset? preset = null, ImageShape? image = null)
    {
        Recipe recipe = preset is not Preset known
            ? new(Preset.Dcgan, width, LatentSize, batch, learningRate: 2e-4, beta1: 0.5, seed: 1)
            : Recipe.For(known, known == Preset.TfTutorial ? null : width, batch);
        recipe = recipe with { Image = image ?? recipe.Image };
        recipe.Check();
        return recipe;
    }

    /// <summary>What is timed.</summary>
    public Recipe Recipe { get; }

    /// <summary>The networks.</summary>
    public Gan Model { get; }

    /// <summary>What trains them.</summary>
    public IGanTrainer Engine { get; }

    /// <summary>x, [batch, C, H, W], and labels, if the networks know some.</summary>
    public Batch Batch => new(Real, Labels);

    private Tensor Real { get; }

    private Tensor Latents { get; }

    private int[] Labels { get; }

    /// <summary>
    /// Floating-point operations of all matrix products of a step; what is done an element (normalisation, activation,
    /// Adam) is not counted.
    /// </summary>
    public double Operations
    {
        get
        {
            Model.SetLabels(Labels);
            double[] generator = StepProducts.Of(Model.Generator, Latents), discriminator = StepProducts.Of(Model.Discriminator, Real);
            return StepProducts.OfStep(generator, discriminator, Recipe);
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
        Batch batch = Batch;
        Action step = () => Engine.Step(batch);
        Timing.WarmUp(warmUp, step, cancelled);
        double[] seconds = new double[steps];
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < steps; i++)
        {
            cancelled.ThrowIfCancellationRequested();
            seconds[i] = Timing.Of(step);
        }

        allocated = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / steps;
        return new StepResult(
            engineName, Recipe.PresetName, Recipe.Image, Recipe.Width, Real.Shape.N, Parallelism.Threads,
            new Throughput(Timing.Of(seconds), operations, peak), allocated, Process.GetCurrentProcess().PeakWorkingSet64);
    }

    /// <inheritdoc/>
    public void Dispose() => (Engine as IDisposable)?.Dispose();
}
