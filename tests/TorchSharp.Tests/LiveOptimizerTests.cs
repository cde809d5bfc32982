using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.optim.lr_scheduler;
using Optimizer = MiniGan.Optimizers.Optimizer;
using Parameter = MiniGan.Modules.Parameter;
using Schedule = MiniGan.Optimizers.LearningRateSchedule;
using TorchParameter = TorchSharp.Modules.Parameter;
using TorchSchedule = TorchSharp.torch.optim.lr_scheduler.LRScheduler;

namespace MiniGan.Tests.Live;

/// <summary>Optimisers, clipping and schedules against TorchSharp's.</summary>
public sealed class LiveOptimizerTests
{
    private const double Rate = 0.01;

    private static readonly Dictionary<string, (Func<Schedule> Ours, Func<optim.Optimizer, TorchSchedule> Theirs, int Steps)> Schedules =
        new()
        {
            ["cosine"] = (() => new CosineDecay(9, 0.1), optimizer => CosineAnnealingLR(optimizer, 9, 0.1 * Rate), 10),
            ["steps"] = (() => new StepDecay(3, 0.5), optimizer => StepLR(optimizer, 3, 0.5), 12),
            ["linear"] = (() => new LinearDecay(8), optimizer => LambdaLR(optimizer, step => (8 - step) / 8.0), 8),
            ["warm-up"] = (() => new WarmUp(4), optimizer => LinearLR(optimizer, 0.25, 1, 3), 8),
            ["warm-up, then a cosine"] = (
                () => new WarmUp(3, new CosineDecay(5, 0.2)),
                optimizer => LambdaLR(
                    optimizer, step => step < 3 ? (step + 1) / 3.0 : 0.2 + (0.4 * (1 + Math.Cos(Math.PI * (step - 3) / 5)))),
                9),
        };

    public LiveOptimizerTests() => TorchRuntime.Load();

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    [LiveTheory]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 0.01)]
    [InlineData(0, 0.5)]
    public void AdamW_takes_TorchSharps_steps(double beta1, double decay)
    {
        using var scope = NewDisposeScope();
        (Parameter ours, TorchParameter theirs) = Pair(new Shape(37, 3), "θ");
        Optimizer optimizer = new AdamW([ours], Rate, beta1, 0.99, 1e-8, decay);
        using var torchOptimizer = optim.AdamW([theirs], Rate, beta1, 0.99, 1e-8, decay);
        for (int step = 0; step < 20; step++)
        {
            SetGradients(ours, theirs, $"{step}");
            optimizer.LearningRate = torchOptimizer.ParamGroups.Single().LearningRate = Rate / (1 + step);
            optimizer.Step();
            torchOptimizer.step();
            AssertClose(theirs, ours.Value, 1e-6);
        }
    }

    [LiveTheory]
    [InlineData(0.5)]
    [InlineData(11)]
    [InlineData(1000)]
    public void Gradients_are_clipped_as_TorchSharps(double maxNorm)
    {
        using var scope = NewDisposeScope();
        (Parameter Ours, TorchParameter Theirs)[] pairs = [Pair(new Shape(37, 3), "w"), Pair(new Shape(5), "b")];
        foreach ((Parameter ours, TorchParameter theirs) in pairs)
        {
            SetGradients(ours, theirs, ours.Name);
        }

        double norm = nn.utils.clip_grad_norm_(pairs.Select(pair => pair.Theirs), maxNorm);
        Assert.Equal(norm, new GradientClipping(pairs.Select(pair => pair.Ours), maxNorm).Clip(), 1e-6 * norm);
        Assert.All(pairs, pair => AssertClose(pair.Theirs.grad!, pair.Ours.Gradient, 1e-6));
    }

    [LiveTheory]
    [MemberData(nameof(ScheduleNames))]
    public void Schedules_have_TorchSharps_rates(string name)
    {
        (Func<Schedule> ours, Func<optim.Optimizer, TorchSchedule> theirs, int steps) = Schedules[name];
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD([new TorchParameter(zeros(1))], Rate);
        TorchSchedule scheduler = theirs(optimizer);
        Schedule schedule = ours();
        for (int step = 0; step < steps; step++)
        {
            Assert.Equal(optimizer.ParamGroups.Single().LearningRate, Rate * schedule.FactorAt(step), 1e-12);
            scheduler.step();
        }
    }

    private static (Parameter Ours, TorchParameter Theirs) Pair(Shape shape, string name)
    {
        var ours = new Parameter(name, shape);
        new RandomSource(1, name).FillNormal(ours.Value.Span);
        return (ours, new TorchParameter(From(ours.Value)));
    }

    private static void SetGradients(Parameter ours, TorchParameter theirs, string name)
    {
        new RandomSource(2, name).FillNormal(ours.Gradient.Span);
        theirs.grad = From(ours.Gradient);
    }

    private static TorchTensor From(MiniGan.Tensors.Tensor x) =>
        tensor(x.ToRowMajor(), [.. x.Shape.ToArray().Select(size => (long)size)]);

    private static void AssertClose(TorchTensor expected, MiniGan.Tensors.Tensor actual, double tolerance) => Assert.All(
        expected.detach().data<float>().ToArray().Zip(actual.ToRowMajor()),
        pair => Assert.InRange(Math.Abs(pair.Second - pair.First), 0, tolerance * (1 + Math.Abs(pair.First))));
}
