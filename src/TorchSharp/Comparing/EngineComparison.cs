using MiniGan.Data;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;
using MiniGan.TorchSharp.Training;
using MiniGan.Training;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>
/// The same game on both engines, step by step: each step begins at the same state, that of this library's engine, on TorchSharp in float32
/// and, as a referee, in float64.
/// </summary>
/// <remarks>
/// <para>
/// Rounding in float32, 6·10⁻⁸ per operation, grows with the number of terms of a sum and with each layer: losses, penalties, gradients,
/// moments and statistics agree to some 10⁻⁶ of their size, and are required to by 10⁻³; a wrong derivative is off by about its own size.
/// </para>
/// <para>
/// Weights and averages are judged by the length of the step, of those elements whose gradients agree to 1 %. Adam divides a gradient by
/// its own size: where one is 0 but for rounding, as that of a bias before a batch normalisation, its sign is chance, and the weight moves
/// by the learning rate either way. That is also why each step begins at the same state: a step of chance would part the two for good.
/// </para>
/// <para>
/// Chance can still strike a step: a value within rounding of a ReLU's kink has one slope here and the other there. It strikes few, while
/// what is wrong is wrong each time. So the verdict is on the median over the steps of a kind.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var comparison = new EngineComparison(() => recipe.Build());
/// foreach (Batch batch in digits.Shuffled(recipe.BatchSize, seed: 1).Take(20))
/// {
///     Console.WriteLine(comparison.Step(batch));
/// }
/// </code>
/// </example>
public sealed class EngineComparison : IDisposable
{
    /// <summary>What rounding in float32 explains of gradients, moments, statistics, penalties and losses.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>What it explains of the steps of weights and averages.</summary>
    public const double StepTolerance = 1e-2;

    private static readonly string[] Steps = ["weights", "averages"];

    private readonly GanTrainer managed, single, twice;
    private readonly TorchTrainer ofSingle, ofDouble;

    /// <summary>Makes the three.</summary>
    /// <param name="make">Makes a trainer: the same networks with the same weights each time.</param>
    /// <param name="translations">Of modules of one's own.</param>
    /// <exception cref="ArgumentException">A module has no translation.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp cannot be loaded.</exception>
    public EngineComparison(Func<GanTrainer> make, TorchTranslations? translations = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        (managed, single, twice) = (make(), make(), make());
        ofSingle = new TorchTrainer(single, new TorchOptions { Translations = translations });
        ofDouble = new TorchTrainer(twice, new TorchOptions { Translations = translations, IsDouble = true });
    }

    /// <summary>The trainer of this library's engine, whose state each step begins at.</summary>
    public GanTrainer Managed => managed;

    /// <summary>A step of each, from the same state.</summary>
    /// <param name="batch">Real images, with labels if the networks know some.</param>
    /// <exception cref="DivergedException">A loss or a gradient is not finite.</exception>
    public EngineStep Step(Batch batch)
    {
        var before = new StateSnapshot(managed);
        string kind = string.Join(
            ' ',
            managed.Penalties.Where(penalty => managed.Steps % penalty.Interval == 0).Select(penalty => penalty.GetType().Name)
                .Append(managed.Steps % managed.DiscriminatorSteps == 0 ? "G" : ""));
        Align(single, ofSingle);
        Align(twice, ofDouble);
        StepReport ours = managed.Step(batch), theirs = ofSingle.Step(batch), referee = ofDouble.Step(batch);
        ofSingle.Synchronize();
        ofDouble.Synchronize();
        StateSnapshot a = new(managed), b = new(single), c = new(twice);
        List<EngineDifference> differences =
        [
            OfNumbers("losses", report => report.DiscriminatorLoss, report => report.GeneratorLoss),
            OfNumbers("scores", report => report.RealScore, report => report.FakeScore),
        ];
        if (managed.Penalties.Count > 0)
        {
            differences.Add(OfNumbers("penalty", report => report.Penalty));
        }

        foreach (string group in a.Groups)
        {
            (double Difference, string Where) Of(StateSnapshot own, StateSnapshot other) =>
                Steps.Contains(group) ? own.DifferenceOfSteps(group, other, before) : own.LargestDifference(group, other);
            (double value, string where) = Of(a, b);
            differences.Add(new(
                group, where, value, Steps.Contains(group) ? StepTolerance : Tolerance, Of(a, c).Difference, Of(b, c).Difference));
        }

        return new EngineStep(ours, theirs, kind, differences);

        EngineDifference OfNumbers(string quantity, params Func<StepReport, double>[] numbers)
        {
            double Between(StepReport x, StepReport y) =>
                numbers.Max(number => Math.Abs(number(x) - number(y)) / Math.Max(Math.Abs(number(y)), 1));
            return new(quantity, "", Between(ours, theirs), Tolerance, Between(ours, referee), Between(theirs, referee));
        }
    }

    /// <summary>Of each quantity the median over the steps of a kind, for the kind where it is largest: the verdict.</summary>
    /// <param name="steps">The steps.</param>
    public static IReadOnlyList<EngineDifference> Summarize(IEnumerable<EngineStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        return [.. steps
            .SelectMany(step => step.Differences.Select(difference => (step.Kind, Difference: difference)))
            .GroupBy(item => item.Difference.Quantity)
            .Select(quantity => quantity.GroupBy(item => item.Kind, item => item.Difference)
                .Select(kind => kind.OrderBy(difference => difference.Value / difference.Tolerance).ElementAt((kind.Count() - 1) / 2))
                .MaxBy(difference => double.IsNaN(difference.Value) ? double.MaxValue : difference.Value))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ofSingle.Dispose();
        ofDouble.Dispose();
    }

    private void Align(GanTrainer trainer, TorchTrainer engine)
    {
        foreach ((NamedTensor from, NamedTensor to) in managed.Gan.State.Zip(trainer.Gan.State))
        {
            from.Value.Span.CopyTo(to.Value.Span);
        }

        trainer.Restore(managed.Capture());
        engine.Reload();
    }
}
