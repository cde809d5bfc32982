using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;

namespace MiniGan.Cli.Bench;

/// <summary>
/// Floating-point operations of the matrix products of a step; what is done an element (normalisation, activation, Adam), and attention, is
/// not counted.
/// </summary>
internal static class StepProducts
{
    /// <summary>For each layer with weights, in the order of the data, the operations of one of its products.</summary>
    public static double[] Of(Module network, Tensor x)
    {
        var operations = new List<double>();
        Walk(network, x, operations);
        return [.. operations];
    }

    /// <summary>
    /// G: y, and at its turn dW, and dx of all but the first layer. D: y, dW, and dx of all but the first layer, of real and of generated
    /// images; y and dx at G's turn; and for a penalty dx, and the two products of its derivative, after a y of its own where it has points
    /// of its own.
    /// </summary>
    public static double OfStep(double[] generator, double[] discriminator, Recipe recipe)
    {
        double g = generator.Sum(), d = discriminator.Sum();
        double turn = ((2 * g) - generator[0] + (2 * d)) / recipe.DiscriminatorSteps;
        double penalty = recipe.Penalty switch
        {
            PenaltyKind.R1 => 3 * d / recipe.PenaltyInterval,
            PenaltyKind.WganGp => 4 * d / recipe.PenaltyInterval,
            _ => 0,
        };
        return g + turn + (6 * d) - (2 * discriminator[0]) + penalty;
    }

    private static void Walk(Module module, Tensor x, List<double> operations)
    {
        switch (module)
        {
            case Sequential chain:
                foreach (Module part in chain)
                {
                    Walk(part, x, operations);
                    x = part.Forward(x).Clone();
                }

                break;
            case Residual or Concat or ProjectionLogit:
                foreach (Module part in module.Children)
                {
                    Walk(part, x, operations);
                }

                break;
            case SpectralNorm { Inner: not Embedding } norm:
                Walk(norm.Inner, x, operations);
                break;
            case ConvolutionModule or Linear:
                // Each weight meets each position of the map, the smaller side, once.
                Tensor weight = ((WeightedModule)module).Weight.Value, y = module.Forward(x);
                int positions = Math.Min(x.Shape.H * x.Shape.W, y.Shape.H * y.Shape.W);
                operations.Add(2.0 * x.Shape.N * positions * weight.Shape.Count);
                break;
        }
    }
}
