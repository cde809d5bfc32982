using System.Globalization;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>How far a module of a network is from its translation.</summary>
/// <param name="Place">Where it is, for example <c>discriminator.3</c>.</param>
/// <param name="Module">The module.</param>
/// <param name="Quantity">Where the difference is largest: y, dx, a parameter's gradient, …; see <see cref="ModuleComparison"/>.</param>
/// <param name="Value">The difference, relative to the quantity's largest value.</param>
public readonly record struct ModuleDifference(string Place, string Module, string Quantity, double Value)
{
    /// <summary>What rounding in float32 explains; a wrong derivative is off by about 1.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Whether rounding explains it.</summary>
    public bool Passed => Value <= Tolerance;

    /// <summary>For example <c>generator.9 Tanh: dx 2.0E+00</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Place} {Module}: {Quantity} {Value:0.0E+00}");
}
