namespace MiniGan.Tests;

/// <summary>A test that needs libtorch.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LiveFactAttribute : FactAttribute
{
    public LiveFactAttribute() => Skip = LibTorchRequirement.SkipReason;
}
