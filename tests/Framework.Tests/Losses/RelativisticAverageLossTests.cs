using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.Tests.Losses;

public sealed class RelativisticAverageLossTests
{
    private static readonly float[] Reals = [-1.625f, 0.25f, 0.625f, 2], Fakes = [-2, -0.75f, 1.25f];

    public static TheoryData<string> Inner => ["non-saturating", "hinge"];

    [Theory]
    [MemberData(nameof(Inner))]
    public void Values_and_derivatives_are_those_of_the_formula(string name)
    {
        Func<double, double> ofReal = name == "hinge" ? z => Math.Max(0, 1 - z) : z => Math.Log(1 + Math.Exp(-z));
        Func<double, double> ofFake = name == "hinge" ? z => Math.Max(0, 1 + z) : z => Math.Log(1 + Math.Exp(z));
        double D(double[] real, double[] fake) =>
            real.Average(z => ofReal(z - fake.Average())) + fake.Average(z => ofFake(z - real.Average()));
        double G(double[] real, double[] fake) =>
            fake.Average(z => ofReal(z - real.Average())) + real.Average(z => ofFake(z - fake.Average()));
        double[] real = [.. Reals.Select(z => (double)z)], fake = [.. Fakes.Select(z => (double)z)];
        RelativisticAverageLoss loss = Make(name);
        Tensor reals = Logits(Reals), fakes = Logits(Fakes);

        loss.Against(fakes);
        Assert.Equal(real.Average(z => ofReal(z - fake.Average())), loss.Real(reals), 1e-6);
        AssertSlopes(real, moved => D(moved, fake), loss.Backward());
        loss.Against(reals);
        Assert.Equal(fake.Average(z => ofFake(z - real.Average())), loss.Fake(fakes), 1e-6);
        AssertSlopes(fake, moved => D(real, moved), loss.Backward());
        Assert.Equal(G(real, fake), loss.Generator(fakes), 1e-6);
        AssertSlopes(fake, moved => G(real, moved), loss.Backward());
    }

    [Fact]
    public void A_mean_of_what_is_huge_is_no_infinity()
    {
        RelativisticAverageLoss loss = Make("non-saturating");
        Tensor huge = Logits([1e38f, 1e38f, 1e38f, 1e38f]);
        loss.Against(huge);
        Assert.Equal(Math.Log(2), loss.Real(huge), 1e-6);
    }

    /// <summary>A trainer's logits are D's own tensor, which its next Forward overwrites.</summary>
    [Fact]
    public void The_others_are_copied()
    {
        RelativisticAverageLoss loss = Make("hinge");
        Tensor others = Logits(Fakes);
        loss.Against(others);
        double before = loss.Real(Logits(Reals));
        others.Span.Fill(9);
        Assert.Equal(before, loss.Real(Logits(Reals)));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new RelativisticAverageLoss(null!));
        RelativisticAverageLoss loss = Make("hinge");
        Assert.Contains(
            "by Against first", Assert.Throws<InvalidOperationException>(() => loss.Real(Logits(Reals))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => loss.Backward());
        Assert.Throws<ArgumentNullException>(() => loss.Against(null!));
        Assert.Throws<ArgumentException>(() => loss.Against(new Tensor(new Shape(0, 1))));
        loss.Against(Logits(Fakes));
        Assert.Throws<ArgumentException>(() => loss.Fake(new Tensor(new Shape(0, 1))));
        Assert.Throws<ArgumentNullException>(() => loss.Generator(null!));
        Assert.Equal(Reals.Average(), loss.Score(Logits(Reals)), 1e-6);
    }

    private static RelativisticAverageLoss Make(string name) =>
        new(name == "hinge" ? new HingeLoss() : new NonSaturatingLoss());

    private static Tensor Logits(float[] values) => Tensor.FromRowMajor(new Shape(values.Length, 1), values);

    private static void AssertSlopes(double[] at, Func<double[], double> function, Tensor actual)
    {
        for (int i = 0; i < at.Length; i++)
        {
            double Moved(double by) => function([.. at.Select((z, j) => j == i ? z + by : z)]);
            Assert.Equal((Moved(1e-5) - Moved(-1e-5)) / 2e-5, actual.Span[i], 1e-6);
        }
    }
}
