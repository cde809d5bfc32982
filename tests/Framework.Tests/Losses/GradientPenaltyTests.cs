using MiniGan.Losses;
using MiniGan.Tensors;

namespace MiniGan.Tests.Losses;

public sealed class GradientPenaltyTests
{
    /// <summary>g₁ = (3, 4), of length 5, and g₂ = (0, ½), of length ½.</summary>
    private static readonly Tensor TwoImages = Tensor.FromRowMajor(new Shape(2, 2), [3, 4, 0, 0.5f]);

    /// <summary>γ/2 · (25 + ¼) / 2, whose derivative is γ g / 2.</summary>
    [Fact]
    public void R1_by_hand()
    {
        var penalty = new R1Penalty(6);
        Assert.Equal(6 * 25.25 / 4, penalty.Evaluate(TwoImages, out Tensor adjoint), 1e-12);
        Assert.Equal([9, 12, 0, 1.5f], adjoint.ToRowMajor());
        Assert.Equal(6, penalty.Weight);
    }

    /// <summary>As R1, but for where it is taken.</summary>
    [Fact]
    public void R2_by_hand()
    {
        var penalty = new R2Penalty(6, interval: 4);
        Assert.Equal((PenaltyPoint.Generated, 6, 4), (penalty.Point, penalty.Weight, penalty.Interval));
        Assert.Equal(6 * 25.25 / 4, penalty.Evaluate(TwoImages, out Tensor adjoint), 1e-12);
        Assert.Equal([9, 12, 0, 1.5f], adjoint.ToRowMajor());
    }

    /// <summary>λ · (4² + (−½)²) / 2, whose derivative is λ · 2 (|g| − 1) · g / |g| / 2.</summary>
    [Fact]
    public void WGAN_GP_and_DRAGAN_by_hand()
    {
        Assert.All(new GradientPenalty[] { new WganGpPenalty(5), new DraganPenalty(5) }, penalty =>
        {
            Assert.Equal(5 * 16.25 / 2, penalty.Evaluate(TwoImages, out Tensor adjoint), 1e-12);
            Assert.Equal([12, 16, 0, -2.5f], adjoint.ToRowMajor());
        });
    }

    /// <summary>A critic that is flat has the penalty λ and no direction to grow steeper in.</summary>
    [Fact]
    public void WGAN_GP_at_a_gradient_of_zero()
    {
        Assert.Equal(5, new WganGpPenalty(5).Evaluate(new Tensor(new Shape(1, 2)), out Tensor adjoint));
        Assert.Equal([0, 0], adjoint.ToRowMajor());
    }

    /// <summary>A pack's images have one gradient between them, of length √25.25, and there is one pack.</summary>
    [Fact]
    public void Packed_images_have_one_gradient()
    {
        Assert.Equal(6 * 25.25 / 2, new R1Penalty(6).Evaluate(TwoImages, out Tensor adjoint, packing: 2), 1e-5);
        Assert.Equal([18, 24, 0, 3], adjoint.ToRowMajor());
    }

    /// <summary>
    /// Between each real image and its generated one, at one random share per pack: the same share of every pixel of the pack's images.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WGAN_GP_places_points_between_images(int packing)
    {
        Tensor real = Values.Normal(new Shape(4, 2, 3, 3), "real"), fake = Values.Normal(real.Shape, "fake"),
            points = Values.Poisoned(real.Shape);
        var penalty = new WganGpPenalty();
        Assert.Equal((PenaltyPoint.Placed, 10, 1), (penalty.Point, penalty.Weight, penalty.Interval));
        penalty.Place(real, fake, packing, new RandomSource(5, "points"), points);
        var random = new RandomSource(5, "points");
        for (int start = 0; start < points.Span.Length; start += 18 * packing)
        {
            double share = random.NextDouble();
            for (int i = start; i < start + (18 * packing); i++)
            {
                Assert.Equal(real.Span[i] + (share * (fake.Span[i] - real.Span[i])), points.Span[i], 1e-5);
            }
        }
    }

    /// <summary>
    /// x + ε · ½ std(x) · u: of elements ±3 about 1 the deviation is 3. One ε per pack, one u per element, G(z) of no account.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DRAGAN_places_points_beside_real_images(int packing)
    {
        Tensor real = new(new Shape(4, 2, 3, 3)), points = Values.Poisoned(real.Shape), fake = Values.Poisoned(real.Shape);
        for (int i = 0; i < real.Span.Length; i++)
        {
            real.Span[i] = i % 2 == 0 ? 4 : -2;
        }

        var penalty = new DraganPenalty();
        Assert.Equal((PenaltyPoint.Placed, 10, 1), (penalty.Point, penalty.Weight, penalty.Interval));
        penalty.Place(real, fake, packing, new RandomSource(5, "points"), points);
        var random = new RandomSource(5, "points");
        for (int start = 0; start < points.Span.Length; start += 18 * packing)
        {
            double scale = random.NextDouble() * 3 / 2;
            for (int i = start; i < start + (18 * packing); i++)
            {
                Assert.Equal(real.Span[i] + (scale * random.NextDouble()), points.Span[i], 1e-6);
            }
        }
    }

    /// <summary>Equal elements, whose mean square is no exact square, deviate by 0 and not by a root of less.</summary>
    [Fact]
    public void DRAGAN_takes_images_of_one_value()
    {
        Tensor real = new(new Shape(2, 3, 5, 7)), points = Values.Poisoned(real.Shape);
        real.Span.Fill(0.1f);
        new DraganPenalty().Place(real, real, 1, new RandomSource(5, "points"), points);
        Assert.All(points.ToRowMajor(), value => Assert.Equal(0.1, value, 1e-6));
    }

    /// <summary>Computed every so many steps it counts as many times, but is as large as it is.</summary>
    [Fact]
    public void An_interval_multiplies_the_gradient_but_not_the_value()
    {
        var penalty = new R1Penalty(6, interval: 4);
        Assert.Equal((PenaltyPoint.Real, 4), (penalty.Point, penalty.Interval));
        Assert.Equal(6 * 25.25 / 4, penalty.Evaluate(TwoImages, out Tensor adjoint, times: penalty.Interval), 1e-12);
        Assert.Equal([36, 48, 0, 6], adjoint.ToRowMajor());
        Assert.Throws<ArgumentOutOfRangeException>(() => new R1Penalty(1, interval: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WganGpPenalty(1, interval: -1));
    }

    [Fact]
    public void The_number_of_images_may_change()
    {
        var penalty = new R1Penalty(1);
        penalty.Evaluate(TwoImages, out Tensor first);
        penalty.Evaluate(TwoImages, out Tensor again);
        Assert.Same(first, again);
        Assert.Equal(4.5, penalty.Evaluate(Tensor.FromRowMajor(new Shape(1, 1), [3]), out Tensor adjoint));
        Assert.Equal([3], adjoint.ToRowMajor());
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var penalty = new R1Penalty(0);
        Assert.Throws<ArgumentNullException>(() => penalty.Evaluate(null!, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => penalty.Evaluate(TwoImages, out _, packing: 0));
        Assert.Contains(
            "packs of 3", Assert.Throws<ArgumentException>(() => penalty.Evaluate(new Tensor(new Shape(4, 2)), out _, packing: 3)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "batch is empty", Assert.Throws<ArgumentException>(() => penalty.Evaluate(new Tensor(new Shape(0, 2)), out _)).Message,
            StringComparison.Ordinal);
        Assert.All(new[] { -1, double.NaN, double.PositiveInfinity }, weight =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new WganGpPenalty(weight));
            Assert.Throws<ArgumentOutOfRangeException>(() => new R2Penalty(weight));
            Assert.Throws<ArgumentOutOfRangeException>(() => new DraganPenalty(weight));
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => new R2Penalty(1, interval: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DraganPenalty(1, interval: 0));
        var dragan = new DraganPenalty();
        var random = new RandomSource(1, "points");
        Assert.Throws<ArgumentNullException>("real", () => dragan.Place(null!, TwoImages, 1, random, TwoImages));
        Assert.Throws<ArgumentNullException>("random", () => dragan.Place(TwoImages, TwoImages, 1, null!, TwoImages));
        Assert.Throws<ArgumentNullException>("points", () => dragan.Place(TwoImages, TwoImages, 1, random, null!));
        Tensor none = new(new Shape(0, 1, 2, 2)), three = new(new Shape(3, 1, 2, 2));
        Assert.All(new GradientPenalty[] { dragan, new WganGpPenalty() }, penalty =>
        {
            AssertRefused("in packs of 1, but got [0, 1, 2, 2]", () => penalty.Place(none, none, 1, random, none));
            AssertRefused("in packs of 2, but got [3, 1, 2, 2]", () => penalty.Place(three, three, 2, random, three));
            AssertRefused("of the same shape", () => penalty.Place(three, three, 1, random, none));
        });

        static void AssertRefused(string why, Action place) =>
            Assert.Contains(why, Assert.Throws<ArgumentException>(place).Message, StringComparison.Ordinal);
    }
}
