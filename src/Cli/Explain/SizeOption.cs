using System.CommandLine;
using System.Globalization;
using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>Options whose value is a size (<c>3</c> or <c>3x5</c>, height first) or a padding.</summary>
internal static class SizeOption
{
    private const int LargestPadding = 512;

    /// <summary>Makes an option of a size in a range.</summary>
    public static Option<Size2D?> Create(string name, string description, int minimum, int maximum) => new(name)
    {
        Description = description,
        HelpName = "N|HxW",
        CustomParser = argument =>
        {
            string text = argument.Tokens.Single().Value;
            int[]? numbers = Numbers(text, 'x', minimum, maximum);
            if (numbers is { Length: 1 or 2 })
            {
                return new Size2D(numbers[0], numbers[^1]);
            }

            argument.AddError($"{name} must be one size from {minimum} to {maximum}, or height and width as in 3x5, but is '{text}'");
            return null;
        },
    };

    /// <summary>Makes the option of the padding.</summary>
    public static Option<Padding?> CreatePadding(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "valid|same|N|T,L,B,R",
        CustomParser = argument =>
        {
            string text = argument.Tokens.Single().Value;
            switch (text)
            {
                case "valid":
                    return Padding.Valid;
                case "same":
                    return Padding.Same;
                default:
                    int[]? numbers = Numbers(text, ',', 0, LargestPadding);
                    if (numbers is { Length: 1 })
                    {
                        return (Padding)numbers[0];
                    }

                    if (numbers is { Length: 4 })
                    {
                        return Padding.Explicit(numbers[0], numbers[1], numbers[2], numbers[3]);
                    }

                    argument.AddError(
                        $"{name} must be valid, same, one number, or four as in 1,1,0,0 (top, left, bottom, right) from 0 to " +
                        $"{LargestPadding}, but is '{text}'");
                    return null;
            }
        },
    };

    private static int[]? Numbers(string text, char separator, int minimum, int maximum)
    {
        string[] words = text.Replace('×', 'x').Split(separator);
        int[] numbers = new int[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) ||
                numbers[i] < minimum ||
                numbers[i] > maximum)
            {
                return null;
            }
        }

        return numbers;
    }
}
