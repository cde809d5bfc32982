using System.Globalization;
using MiniGan.Convolution;

namespace MiniGan.PyTorch;

/// <summary>Values as Python writes them.</summary>
internal static class Python
{
    /// <summary>One number for both, or a pair.</summary>
    public static string Both(Size2D size) => Both(size.Height, size.Width);

    /// <summary>One number for both, or a pair.</summary>
    public static string Both(int height, int width) => height == width ? $"{height}" : $"({height}, {width})";

    /// <summary>A number, as short as it can be told.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    /// <summary>A number, as short as it can be told.</summary>
    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    /// <summary>True or False.</summary>
    public static string Truth(bool value) => value ? "True" : "False";

    /// <summary>A call in one line; arguments that are null are left out.</summary>
    public static string Call(string name, params ReadOnlySpan<string?> arguments) =>
        $"{name}({string.Join(", ", arguments.ToArray().Where(argument => argument is not null))})";
}
