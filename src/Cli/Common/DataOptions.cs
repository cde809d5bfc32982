using System.CommandLine;
using MiniGan.Data;
using MiniGan.Runs.Folders;

namespace MiniGan.Cli.Common;

/// <summary>The options of a command that say what the images of its data become.</summary>
internal static class DataOptions
{
    private static readonly Option<(int Height, int Width)?> Size = new("--size")
    {
        Description =
            $"Rows and columns of the images, {Pictures.LeastSide} to {Pictures.MostSide}; the middle of each is resized. " +
            "[default: as the data have them; of pictures of different sizes, what fits them, at most 64]",
        HelpName = "N|HxW",
        CustomParser = argument =>
        {
            string text = argument.Tokens.Single().Value;
            if (ImageSettings.ParseSize(text) is (int height, int width) &&
                height is >= Pictures.LeastSide and <= Pictures.MostSide && width is >= Pictures.LeastSide and <= Pictures.MostSide)
            {
                return (height, width);
            }

            argument.AddError(
                $"--size must be a number from {Pictures.LeastSide} to {Pictures.MostSide}, or height and width as 48x64, but is '{text}'");
            return null;
        },
    };

    private static readonly Option<int?> Channels = new("--channels")
    {
        Description = "1 for grey images, 3 for colour. [default: as the data have them; pictures are grey if all of them are]",
        HelpName = "1|3",
        CustomParser = argument =>
        {
            string text = argument.Tokens.Single().Value;
            if (text is not ("1" or "3"))
            {
                argument.AddError($"--channels must be 1 (grey) or 3 (colour), but is '{text}'");
            }

            return text == "1" ? 1 : 3;
        },
    };

    /// <summary>Of arrays.</summary>
    public static readonly Option<ImageLayout?> Layout = CommandLine.Choice<ImageLayout>(
        "--layout", "Where the channels of an array are. [default: the dimension that is 1 or 3]");

    private static readonly Option<bool> Flip = new("--flip")
    {
        Description = "Mirror half of the images, others in each epoch: for things that have no right and left.",
    };

    private static readonly Option<bool> Balance = new("--balance")
    {
        Description = "Draw as many images of each label, however many there are of it: so that rare kinds are learned, too.",
    };

    /// <summary>Those of what is read, which does not depend on how often.</summary>
    public static IReadOnlyList<Option> Reading { get; } = [Size, Channels, Layout];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [.. Reading, Flip, Balance];

    /// <summary>What they say.</summary>
    public static ImageSettings Of(ParseResult parsed) => new()
    {
        Size = parsed.GetValue(Size),
        Channels = parsed.GetValue(Channels),
        Layout = parsed.GetValue(Layout),
        Flip = parsed.GetValue(Flip),
        Balance = parsed.GetValue(Balance),
    };
}
