namespace MiniGan.Tests;

/// <summary>A test with data that needs libtorch.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LiveTheoryAttribute : TheoryAttribute
{
    public LiveTheoryAttribute() => Skip = LibTorchRequirement.SkipReason;
}
