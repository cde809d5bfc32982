using MiniGan.Models;
using MiniGan.Recipes;

namespace MiniGan.Tests.Training;

/// <summary>The recipe of the tests that follow a step by hand: plain SGD, so that a step is the gradient.</summary>
internal static class Descending
{
    public static Recipe Recipe { get; } = new(Preset.R1, width: 3, latentSize: 4, batchSize: 6, learningRate: 1e-3, beta1: 0, seed: 5)
    {
        Optimizer = OptimizerKind.Sgd,
        DiscriminatorNormalization = NormalizationKind.None,
    };
}
