using System.Globalization;

namespace MiniGan.Samples.Explain;

/// <summary>How numbers and positions are written, everywhere alike.</summary>
internal static class Numerals
{
    /// <summary>At most five digits that count.</summary>
    public static string Format(double value) => value == 0 ? "0" : value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>Where element <paramref name="index"/> of [channels, height, width] is: <c>row,column</c>, after the channel if there are several.</summary>
    public static string Position(int index, int channels, int height, int width)
    {
        int row = index / width % height, column = index % width;
        return channels == 1 ? $"{row},{column}" : $"{index / (height * width)},{row},{column}";
    }
}
