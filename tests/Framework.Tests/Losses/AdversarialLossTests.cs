using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.Tests.Losses;

/// <summary>What each loss is, by its paper's formula, written out once more here; and what all have in common.</summary>
public sealed class AdversarialLossTests
{
    private static readonly Dictionary<string, Game> Games =
        new()
        {
            ["non-saturating"] = new(
                () => new NonSaturatingLoss(), z => -Math.Log(Probability(z)), z => -Math.Log(1 - Probability(z)),
                z => -Math.Log(Probability(z))),
            ["smoothed"] = new(
                () => new NonSaturatingLoss(0.9), z => -(0.9 * Math.Log(Probability(z))) - (0.1 * Math.Log(1 - Probability(z))),
                z => -Math.Log(1 - Probability(z)), z => -Math.Log(Probability(z))),
            ["least squares"] = new(() => new LeastSquaresLoss(), z => (z - 1) * (z - 1) / 2, z => z * z / 2, z => (z - 1) * (z - 1) / 2),
            ["hinge"] = new(() => new HingeLoss(), z => Math.Max(0, 1 - z), z => Math.Max(0, 1 + z), z => -z),
            ["Wasserstein"] = new(() => new WassersteinLoss(), z => -z, z => z, z => -z),
        };

    private static readonly float[] Logits = [-3.5f, -1.25f, -0.75f, 0, 0.5f, 0.875f, 1.5f, 4];

    public static TheoryData<string> Names => [.. Games.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Means_and_derivatives_are_those_of_the_formula(string name)
    {
        (Func<AdversarialLoss> make, Func<double, double> real, Func<double, double> fake, Func<double, double> generator) = Games[name];
        AdversarialLoss loss = make();
        Tensor z = Tensor.FromRowMajor(new Shape(Logits.Length, 1), Logits);
        foreach ((Func<Tensor, double> mean, Func<double, double> term) in new[]
        {
            ((Func<Tensor, double>)loss.Real, real), (loss.Fake, fake), (loss.Generator, generator),
        })
        {
            Assert.Equal(Logits.Average(logit => term(logit)), mean(z), 1e-12);
            Tensor dz = loss.Backward();
            Assert.Equal(z.Shape, dz.Shape);
            for (int i = 0; i < Logits.Length; i++)
            {
                double slope = (term(Logits[i] + 1e-5) - term(Logits[i] - 1e-5)) / 2e-5;
                Assert.Equal(slope / Logits.Length, dz[i, 0], 1e-7);
            }
        }
    }

    /// <summary>Where the hinge has its kink, the loss is at rest: there is nothing left to gain.</summary>
    [Fact]
    public void The_hinge_is_at_rest_at_its_kink()
    {
        var loss = new HingeLoss();
        Assert.Equal(0, loss.Real(Tensor.FromRowMajor(new Shape(1), [1])));
        Assert.Equal(0, loss.Backward()[0]);
        Assert.Equal(0, loss.Fake(Tensor.FromRowMajor(new Shape(1), [-1])));
        Assert.Equal(0, loss.Backward()[0]);
    }

    /// <summary>A probability where the loss makes one of the logit, else the logit itself.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_score_is_the_mean_of_what_D_says(string name)
    {
        double score = Games[name].Make().Score(Tensor.FromRowMajor(new Shape(Logits.Length, 1), Logits));
        Assert.Equal(Logits.Average(z => name is "non-saturating" or "smoothed" ? Probability(z) : z), score, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_batch_may_change_its_size_and_its_gradient_is_reused(string name)
    {
        AdversarialLoss loss = Games[name].Make();
        loss.Real(Tensor.FromRowMajor(new Shape(2, 1), [0.25f, 0.25f]));
        Tensor two = loss.Backward();
        float half = two[0, 0];
        Assert.Same(two, loss.Backward());
        loss.Real(Tensor.FromRowMajor(new Shape(1, 1), [0.25f]));
        Assert.Equal([2 * half], loss.Backward().ToRowMajor());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_loss_hides_what_is_no_number(string name)
    {
        AdversarialLoss loss = Games[name].Make();
        Tensor logits = Tensor.FromRowMajor(new Shape(2, 1), [0.5f, float.NaN]);
        Assert.All(new[] { loss.Real(logits), loss.Fake(logits), loss.Generator(logits) }, value => Assert.True(double.IsNaN(value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bad_input_is_refused(string name)
    {
        AdversarialLoss loss = Games[name].Make();
        Assert.Contains(
            "needs Real, Fake or Generator",
            Assert.Throws<InvalidOperationException>(() => loss.Backward()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => loss.Real(null!));
        Assert.Throws<ArgumentNullException>(() => loss.Score(null!));
        Tensor none = new(new Shape(0, 1));
        Assert.All(new Action[] { () => loss.Real(none), () => loss.Fake(none), () => loss.Generator(none) },
            mean => Assert.Contains("batch is empty", Assert.Throws<ArgumentException>(mean).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.0001)]
    [InlineData(double.NaN)]
    public void A_target_outside_its_range_is_refused(double target) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NonSaturatingLoss(target));

    private static double Probability(double z) => 1 / (1 + Math.Exp(-z));

    private sealed record Game(
        Func<AdversarialLoss> Make, Func<double, double> Real, Func<double, double> Fake, Func<double, double> Generator);
}
