using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>The gradient penalty of a configuration: where it is taken, how often, and its way into D's gradients.</summary>
internal sealed class DiscriminatorPenalty
{
    private readonly Sequential discriminator;
    private readonly GradientPenalty penalty;
    private readonly int interval, packing;
    private readonly bool atReal;
    private readonly RandomSource random;
    private Tensor? ones, between;

    /// <summary>Makes the penalty. Computed only now and then, it weighs as many times as much.</summary>
    public DiscriminatorPenalty(Sequential discriminator, GanConfiguration configuration)
    {
        this.discriminator = discriminator;
        (interval, packing) = (configuration.PenaltyInterval, configuration.Packing);
        atReal = configuration.Penalty == PenaltyKind.R1;
        double weight = configuration.PenaltyWeight * interval;
        penalty = atReal ? new R1Penalty(weight) : new LipschitzPenalty(weight);
        random = new RandomSource(configuration.Seed, "interpolation");
    }

    /// <summary>Where the points between real and generated images come from.</summary>
    public RandomSource Random => random;

    /// <summary>The penalty when it was last computed, as if it were computed each time.</summary>
    public double Last { get; set; }

    /// <summary>If it is taken at real images, and now: adds its gradient to those of D's parameters. D has just seen the real images.</summary>
    public void AtReal(Tensor logits, long steps)
    {
        if (atReal && steps % interval == 0)
        {
            Accumulate(logits);
        }
    }

    /// <summary>If it is taken between real and generated images, and now: shows D such images, and adds its gradient to those of D's parameters.</summary>
    public void Between(Tensor real, Tensor fake, long steps)
    {
        if (atReal || steps % interval != 0)
        {
            return;
        }

        if (real.Shape != fake.Shape)
        {
            throw new ArgumentException($"The penalty is taken between a real and a generated image, so there must be as many of each, but they are {real.Shape} and {fake.Shape}.", nameof(real));
        }

        if (between is null || between.Shape != real.Shape)
        {
            between = new Tensor(real.Shape);
        }

        // x̂ = x + ε (G(z) − x), one ε a logit.
        int length = real.Shape.Count / real.Shape.N * packing;
        for (int start = 0; start < real.Shape.Count; start += length)
        {
            TensorPrimitives.Lerp(real.Span.Slice(start, length), fake.Span.Slice(start, length), (float)random.NextDouble(), between.Span.Slice(start, length));
        }

        Accumulate(discriminator.Forward(between));
    }

    /// <summary>g = ∂(Σ logits)/∂x, P(g), and by the adjoint of Backward ∂P/∂θ. An image's logit depends on no other image, so that g holds each one's own gradient.</summary>
    private void Accumulate(Tensor logits)
    {
        if (ones is null || ones.Shape != logits.Shape)
        {
            ones = new Tensor(logits.Shape);
            ones.Span.Fill(1);
        }

        Last = penalty.Evaluate(discriminator.Backward(ones, Gradients.Input), out Tensor adjoint, packing) / interval;
        discriminator.DoubleBackward(adjoint);
    }
}
