using MiniGan.Training;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>A step of both engines from the same state.</summary>
/// <param name="Managed">What this library's measured.</param>
/// <param name="TorchSharp">What TorchSharp's did.</param>
/// <param name="Kind">What the step did: which penalties it took, and whether G played.</param>
/// <param name="Differences">How far they are apart, a quantity each.</param>
public sealed record EngineStep(StepReport Managed, StepReport TorchSharp, string Kind, IReadOnlyList<EngineDifference> Differences)
{
    /// <summary>For example <c>step 3: losses 1.2E-07, …</c>.</summary>
    public override string ToString() => $"step {Managed.Step}: {string.Join(", ", Differences)}";
}
