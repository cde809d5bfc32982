using System.Globalization;
using MiniGan.Training;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>A step of both engines from the same state.</summary>
/// <param name="Managed">What this library's measured.</param>
/// <param name="TorchSharp">What TorchSharp's did.</param>
/// <param name="Differences">How far they are apart, a quantity each.</param>
public sealed record EngineStep(StepReport Managed, StepReport TorchSharp, IReadOnlyList<EngineDifference> Differences)
{
    /// <summary>Whether rounding in float32 explains all differences.</summary>
    public bool Passed => Differences.All(difference => difference.Passed);

    /// <summary>For example <c>step 3: losses 1.2E-07, …</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {Managed.Step}: {string.Join(", ", Differences.Select(difference => string.Create(
            CultureInfo.InvariantCulture, $"{difference.Quantity} {difference.Value:0.0E+0}{(difference.Passed ? "" : " (!)")}")))}");
}
