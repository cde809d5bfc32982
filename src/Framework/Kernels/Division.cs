namespace MiniGan.Kernels;

/// <summary>Division of whole numbers.</summary>
internal static class Division
{
    /// <summary>⌈value / divisor⌉, for a value of at least 0 and a divisor of at least 1.</summary>
    public static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
