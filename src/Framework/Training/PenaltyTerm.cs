using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>A gradient penalty's way into D's gradients.</summary>
/// <param name="penalty">The penalty.</param>
/// <param name="discriminator">D.</param>
/// <param name="random">For the penalty's own points.</param>
internal sealed class PenaltyTerm(GradientPenalty penalty, Module discriminator, RandomSource random)
{
    private Tensor? ones, zeros, points;

    /// <summary>The penalty.</summary>
    public GradientPenalty Penalty => penalty;

    /// <summary>The stream of the penalty's own points.</summary>
    public RandomSource Random => random;

    /// <summary>The penalty when it was last computed, as if it were computed at each step.</summary>
    public double Last { get; set; }

    /// <summary>If it is taken at these points, and now: adds its gradient to those of D's parameters. D has just seen them.</summary>
    public void At(PenaltyPoint point, Tensor images, Tensor logits, long steps)
    {
        if (penalty.Point == point && steps % penalty.Interval == 0)
        {
            Accumulate(logits, images.Shape.N / logits.Shape.N);
        }
    }

    /// <summary>If it is taken at points of its own, and now: shows D those, and adds its gradient to those of D's parameters.</summary>
    public void Placed(Tensor real, Tensor fake, int packing, long steps)
    {
        if (penalty.Point != PenaltyPoint.Placed || steps % penalty.Interval != 0)
        {
            return;
        }

        if (points is null || points.Shape != real.Shape)
        {
            points = new Tensor(real.Shape);
        }

        penalty.Place(real, fake, packing, random, points);
        Accumulate(discriminator.Forward(points), packing);
    }

    /// <summary>
    /// g = ∂(Σ logits)/∂x, P(g), and by the adjoint of Backward ∂P/∂θ; where g depends on what modules saw, by a Backward without a loss.
    /// An image's logit depends on no other image, so that g holds each one's own gradient.
    /// </summary>
    private void Accumulate(Tensor logits, int packing)
    {
        if (ones is null || ones.Shape != logits.Shape)
        {
            (ones, zeros) = (new Tensor(logits.Shape), new Tensor(logits.Shape));
            for (int n = 0; n < logits.Shape.N; n++)
            {
                ones.Span[n * logits.Shape.C] = 1; // the logit; what follows are classes
            }
        }

        Last = penalty.Evaluate(discriminator.Backward(ones, Gradients.Input), out Tensor adjoint, packing, penalty.Interval);
        discriminator.DoubleBackward(adjoint);
        if (discriminator.HasCurvature)
        {
            discriminator.Backward(zeros!, Gradients.Parameters);
        }
    }
}
