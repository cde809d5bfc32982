using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Data;

namespace MiniGan.Runs.Folders;

/// <summary>How the images of a run were made from its data, as <c>config.json</c> holds it: enough to make the same again.</summary>
internal sealed record ImageSettings
{
    private const string SizeName = "size", ChannelsName = "channels", LayoutName = "layout", FlipName = "flip", BalanceName = "balance",
        NamesName = "labelNames";

    /// <summary>Height and width; null if the data decide.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>1 or 3; null if the data decide.</summary>
    public int? Channels { get; init; }

    /// <summary>Where the channels of an array are; null if its shape tells.</summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>Whether half of the images are mirrored.</summary>
    public bool Flip { get; init; }

    /// <summary>Whether as many images of each label are drawn.</summary>
    public bool Balance { get; init; }

    /// <summary>The names of the labels 0, 1, 2, …; empty if they have none.</summary>
    public IReadOnlyList<string> LabelNames { get; init; } = [];

    /// <summary>Reads what <see cref="Write"/> wrote; of a run of an earlier version, nothing.</summary>
    /// <exception cref="FormatException">A value is none that may be there.</exception>
    /// <exception cref="InvalidOperationException">A value is of another kind.</exception>
    public static ImageSettings Read(JsonObject run) => new()
    {
        Size = (string?)run[SizeName] is not string size ? null
            : ParseSize(size) ?? throw new FormatException($"Its '{SizeName}' is no height and width as 64x64."),
        Channels = (int?)run[ChannelsName] is null or 1 or 3
            ? (int?)run[ChannelsName]
            : throw new FormatException($"Its '{ChannelsName}' are neither 1 nor 3."),
        Layout = (string?)run[LayoutName] is not string layout ? null
            : Enum.GetValues<ImageLayout>().Cast<ImageLayout?>().FirstOrDefault(value => NameOf(value!.Value) == layout)
                ?? throw new FormatException($"Its '{LayoutName}' is neither channels-last nor channels-first."),
        Flip = (bool?)run[FlipName] ?? false,
        Balance = (bool?)run[BalanceName] ?? false,
        LabelNames = [.. run[NamesName]?.AsArray().Select(name =>
            (string?)name ?? throw new FormatException("One of its labels has a name that is null."))
            ?? []],
    };

    /// <summary>Height and width from <c>64</c> or <c>48x64</c>; null if it is neither, or one is no positive number.</summary>
    public static (int Height, int Width)? ParseSize(string text)
    {
        string[] sides = text.Split('x', 'X', '×');
        return sides.Length is 1 or 2 && IsSide(sides[0], out int height) && IsSide(sides[^1], out int width) ? (height, width) : null;

        static bool IsSide(string side, out int value) =>
            int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out value) &&
            value is > 0 and <= 4096;
    }

    /// <summary>Adds the settings to a configuration.</summary>
    public void Write(JsonObject run)
    {
        run[SizeName] = Size is (int height, int width) ? $"{height}x{width}" : null;
        run[ChannelsName] = Channels;
        run[LayoutName] = Layout is ImageLayout layout ? NameOf(layout) : null;
        run[FlipName] = Flip;
        run[BalanceName] = Balance;
        run[NamesName] = LabelNames.Count == 0 ? null : new JsonArray([.. LabelNames.Select(name => JsonValue.Create(name))]);
    }

    private static string NameOf(ImageLayout layout) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{layout}");
}
