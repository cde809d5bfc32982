using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>Several penalties at once, and those with points of their own, through the trainer.</summary>
public sealed class PenaltiesTests
{
    private const double Rate = 1e-3;

    private static readonly Tensor Real = Values.Normal(new Shape(4, 3, 4, 6), "real"), Z = Values.Normal(new Shape(4, 5), "z");

    private static readonly Dictionary<string, Func<GradientPenalty[]>> Cases = new()
    {
        ["R1 + R2"] = () => [new R1Penalty(3), new R2Penalty(5)],
        ["DRAGAN"] = () => [new DraganPenalty(7)],
        ["at the same points"] = () => [new R1Penalty(3), new R1Penalty(4, interval: 2)],
        ["each with points of its own"] = () => [new WganGpPenalty(2), new DraganPenalty(7), new DraganPenalty(4), new R2Penalty(1)],
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    /// <summary>By finite differences of D's loss and penalties, recomputed from D's logits and slopes alone.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_discriminator_descends_the_sum_of_its_penalties(string name)
    {
        GradientPenalty[] penalties = Cases[name]();
        Gan gan = ColourGan.Make();
        var trainer = new GanTrainer(gan, new WassersteinLoss(), new Sgd(Rate), new Sgd(Rate), seed: 3) { Penalties = penalties };
        Assert.Equal(penalties, trainer.Penalties);
        Tensor fake = gan.Generator.Forward(Z).Clone();
        Tensor[] points = [.. penalties.Select((penalty, i) => PointsOf(penalty, i, fake))];
        double[] Terms(Module discriminator) => [.. penalties.Select((penalty, i) =>
            penalty.Weight * ColourGan.Slopes(discriminator, points[i]).Average(norm => penalty switch
            {
                R1Penalty or R2Penalty => norm * norm / 2,
                _ => (norm - 1) * (norm - 1),
            }))];

        StepReport report = default;
        DescentCheck.Check(gan.Discriminator, Rate, () => report = trainer.Step(Real, Z), () =>
            gan.Discriminator.Forward(fake).ToRowMajor().Average() - gan.Discriminator.Forward(Real).ToRowMajor().Average() +
            Terms(gan.Discriminator).Zip(penalties, (term, penalty) => term * penalty.Interval).Sum());
        double[] before = Terms(ColourGan.Make().Discriminator);
        Assert.All(before, term => Assert.True(term > 0));
        Assert.Equal(before.Sum(), report.Penalty, 1e-4 * before.Sum());
    }

    [Fact]
    public void A_penalty_is_the_only_one_of_penalties()
    {
        var r1 = new R1Penalty(1);
        GanTrainer single = Trainer(r1), several = Trainer(r1, new R2Penalty(2, interval: 3));
        Assert.Same(r1, single.Penalty);
        Assert.Equal("R1Penalty, interval 1, point Real, weight 1", single.Settings["penalty"]);
        Assert.Null(several.Penalty);
        Assert.Equal(
            "R1Penalty, interval 1, point Real, weight 1 + R2Penalty, interval 3, point Generated, weight 2", several.Settings["penalty"]);
        Assert.Equal("none", Trainer().Settings["penalty"]);
        GanTrainer same = new(ColourGan.Make(), new HingeLoss(), new Sgd(Rate), new Sgd(Rate)) { Penalty = new R1Penalty(1) };
        Assert.Equal(same.Step(Real).Penalty, single.Step(Real).Penalty);
        Assert.Equal(WeightsOf(same), WeightsOf(single));
    }

    [Fact]
    public void A_list_that_changes_afterwards_changes_no_trainer()
    {
        GradientPenalty[] penalties = [new R1Penalty(1)];
        GanTrainer trainer = Trainer(penalties);
        penalties[0] = new R2Penalty(2);
        Assert.IsType<R1Penalty>(trainer.Penalty);
    }

    [Fact]
    public void Each_penalty_is_reported_as_it_was_last_computed()
    {
        GanTrainer trainer = Trainer(new R1Penalty(1, interval: 2), new R2Penalty(1, interval: 3)), other = Trainer();
        double[] reported = [.. Enumerable.Range(0, 4).Select(_ => trainer.Step(Real).Penalty)];
        Assert.Equal(reported[0], reported[1]);
        Assert.Equal(4, reported.Append(0).Distinct().Count()); // new at the steps 0, 2 and 3
        Assert.Equal(0, other.Step(Real).Penalty);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Trainer(new R1Penalty(1), null!));
        GanTrainer Both(bool first) => first
            ? new(ColourGan.Make(), new HingeLoss(), new Sgd(Rate), new Sgd(Rate)) { Penalty = new R1Penalty(1), Penalties = [] }
            : new(ColourGan.Make(), new HingeLoss(), new Sgd(Rate), new Sgd(Rate)) { Penalties = [new R1Penalty(1)], Penalty = null };
        Assert.Throws<InvalidOperationException>(() => Both(first: true));
        Assert.Throws<InvalidOperationException>(() => Both(first: false));
        Assert.Throws<ArgumentNullException>(
            () => new GanTrainer(ColourGan.Make(), new HingeLoss(), new Sgd(Rate), new Sgd(Rate)) { Penalties = null! });
    }

    /// <summary>A checkpoint of another number of penalties is that of another configuration.</summary>
    [Fact]
    public void A_state_of_other_penalties_is_refused()
    {
        GanTrainer two = Trainer(new R1Penalty(1), new R2Penalty(1));
        two.Step(Real);
        TrainerState state = two.Capture();
        Trainer(new R1Penalty(1), new R2Penalty(1)).Restore(state);
        Assert.Throws<FormatException>(() => Trainer(new R1Penalty(1)).Restore(state));
        Assert.Throws<FormatException>(() => two.Restore(Trainer(new R1Penalty(1)).Capture()));
        Assert.Contains(' ', state.Values["penalty"]);
        foreach (string wrong in (string[])["", "1", "1 2 3", "1 x", "1 NaN", "∞ 1", "1  2"])
        {
            var values = new Dictionary<string, string>(state.Values) { ["penalty"] = wrong };
            Assert.Throws<FormatException>(() => two.Restore(state with { Values = values }));
        }
    }

    private static GanTrainer Trainer(params GradientPenalty[] penalties) =>
        new(ColourGan.Make(), new HingeLoss(), new Sgd(Rate), new Sgd(Rate)) { Penalties = penalties };

    private static float[] WeightsOf(GanTrainer trainer) => [.. trainer.Gan.State.SelectMany(item => item.Value.ToRowMajor())];

    /// <summary>Where the penalty at a place among several must be taken, by the formulas of its paper.</summary>
    private static Tensor PointsOf(GradientPenalty penalty, int place, Tensor fake)
    {
        var random = new RandomSource(3, place == 0 ? "interpolation" : $"interpolation {place}");
        float[] x = Real.Span.ToArray(), other = fake.Span.ToArray();
        double mean = x.Average(), deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)));
        Tensor points = penalty is R2Penalty ? fake.Clone() : Real.Clone();
        if (penalty is WganGpPenalty or DraganPenalty)
        {
            for (int image = 0; image < 4; image++)
            {
                double share = random.NextDouble();
                for (int i = image * 72; i < (image + 1) * 72; i++)
                {
                    double way = penalty is WganGpPenalty ? other[i] - x[i] : 0.5 * deviation * random.NextDouble();
                    points.Span[i] = (float)(x[i] + (share * way));
                }
            }
        }

        return points;
    }
}
