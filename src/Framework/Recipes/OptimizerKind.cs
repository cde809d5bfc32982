namespace MiniGan.Recipes;

/// <summary>How parameters follow their gradients.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Optimizers.Adam"/>, with β₁ and β₂.</summary>
    Adam,

    /// <summary><see cref="Optimizers.RmsProp"/>, with β₂ as its decay.</summary>
    RmsProp,

    /// <summary><see cref="Optimizers.Sgd"/>, with β₁ as its momentum.</summary>
    Sgd,
}
