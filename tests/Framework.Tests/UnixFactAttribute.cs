namespace MiniGan.Tests;

/// <summary>A test of what Windows does not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    /// <summary>Skips it there.</summary>
    /// <param name="reason">What Windows lacks.</param>
    public UnixFactAttribute(string reason)
    {
        Reason = reason;
        Skip = OperatingSystem.IsWindows() ? reason : null;
    }

    /// <summary>What Windows lacks.</summary>
    public string Reason { get; }
}
