using System.Globalization;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>How far the two engines are apart in a quantity after a step from the same state.</summary>
/// <param name="Quantity">For example <c>generator gradients</c>.</param>
/// <param name="Where">The tensor where it is largest; empty of a number.</param>
/// <param name="Value">The relative difference of this library's result and TorchSharp's in float32.</param>
/// <param name="Tolerance">What rounding in float32 explains; see <see cref="EngineComparison"/>.</param>
/// <param name="Managed">The relative difference of this library's result and TorchSharp's in float64.</param>
/// <param name="TorchSharp">That of TorchSharp's in float32 and in float64.</param>
public readonly record struct EngineDifference(
    string Quantity, string Where, double Value, double Tolerance, double Managed, double TorchSharp)
{
    /// <summary>Whether rounding explains it.</summary>
    public bool Passed => Value <= Tolerance;

    /// <summary>For example <c>generator gradients 1.2E-06 at generator.3.weight</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Quantity} {Value:0.0E+00}{(Where.Length > 0 ? $" at {Where}" : "")}{(Passed ? "" : " (!)")}");
}
