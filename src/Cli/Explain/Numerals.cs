using System.Globalization;

namespace MiniGan.Cli.Explain;

/// <summary>How numbers and positions are written, everywhere alike.</summary>
internal static class Numerals
{
    private const double LargestWhole = 1e7;

    /// <summary>Whole numbers as they are; of others and of very large ones the five digits that count most.</summary>
    public static string Format(double value) =>
        value == 0
            ? "0"
            : value.ToString(Math.Abs(value) < LargestWhole && value == Math.Truncate(value) ? "F0" : "G5", CultureInfo.InvariantCulture);

    /// <summary>
    /// Where element <paramref name="index"/> of [channels, height, width] is: <c>row,column</c>, after the channel if there are several.
    /// </summary>
    public static string Position(int index, int channels, int height, int width)
    {
        int row = index / width % height, column = index % width;
        return channels == 1 ? $"{row},{column}" : $"{index / (height * width)},{row},{column}";
    }
}
