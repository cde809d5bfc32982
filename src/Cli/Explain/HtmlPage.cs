using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Cli.Common;
using MiniGan.Convolution;
using MiniGan.Runs.Reports;

namespace MiniGan.Cli.Explain;

/// <summary>
/// The page of a lesson: one file that needs nothing else, put together from the resources under <c>page/</c> and the lesson's numbers.
/// What the layer computed goes with it, and the page compares its own arithmetic with that.
/// </summary>
internal static class HtmlPage
{
    private const int LargestKernel = 11, LargestStep = 8, LargestPadding = 48, MostChannels = 4, LargestSide = 48, LargestMatrix = 200_000,
        Hues = 7;

    // In the order in which they need each other.
    private static readonly string[] Styles = ["layout.css", "cells.css"],
        Computing =
        [
            "numerals.js", "geometry.js", "products.js", "sizes.js", "worked.js", "direction.js", "examples.js", "address.js",
        ],
        Shared = ["apng.js", "dom.js"],
        Showing =
        [
            "model.js", "colours.js", "surface.js", "matrices.js", "grids.js", "words.js", "figures.js", "stage.js", "player.js",
            "toolbar.js", "steps.js", "real.js", "guide.js", "overlap.js", "backward.js", "ways.js", "insight.js", "still.js",
            "download.js", "share.js", "page.js",
        ];

    /// <summary>Why a lesson is too large for a page, or null if it is not.</summary>
    public static string? Obstacle(Lesson lesson)
    {
        ConvolutionWindow w = lesson.Settings.Window;
        Padding p = w.Padding;
        int side = new[] { lesson.InputShape.H, lesson.InputShape.W, lesson.OutputShape.H, lesson.OutputShape.W }.Max();
        long matrix = (long)lesson.Input.Length * lesson.Output.Length;
        return Larger(w.Kernel, LargestKernel) ? $"it shows kernels up to {LargestKernel}×{LargestKernel}."
            : Larger(w.Stride, LargestStep) ? $"it shows strides up to {LargestStep}."
            : Larger(w.Dilation, LargestStep) ? $"it shows dilations up to {LargestStep}."
            : new[] { p.Top, p.Left, p.Bottom, p.Right }.Max() > LargestPadding ? $"it shows padding up to {LargestPadding}."
            : Math.Max(lesson.InputShape.C, lesson.OutputShape.C) > MostChannels ? $"it shows up to {MostChannels} channels."
            : side > LargestSide ? $"it shows sides up to {LargestSide} pixels, and this one has {side}."
            : matrix > LargestMatrix ? $"it shows matrices of up to {LargestMatrix} places, and this one has {matrix}."
            : null;
    }

    /// <summary>The page.</summary>
    /// <exception cref="UserException">The lesson is too large for it.</exception>
    public static string Render(Lesson lesson, bool backward, TrainedLayer? layer = null)
    {
        if (Obstacle(lesson) is { } obstacle)
        {
            throw new UserException($"--out: the page cannot show this: {obstacle} Give smaller sizes, or --no-html.");
        }

        string script = Script();
        return OnePage.Fill(Resource("page.html"), new Dictionary<string, string>
        {
            // Nothing that the numbers or the address hold can run as a script, and the page can speak to nobody.
            ["policy"] = "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src " +
                $"{OnePage.HashOf(script)}; base-uri 'none'; form-action 'none'",
            ["theme.css"] = OnePage.Resource("pages/theme.css"),
            ["styles"] = OnePage.Join(Styles.Select(Resource)),
            ["script"] = script,
            ["data"] = Data(lesson, backward, layer).ToJsonString(), // with < and > as \u003C and \u003E
        });
    }

    /// <summary>The page's own arithmetic, which needs no document.</summary>
    public static string Arithmetic() => OnePage.Join(Computing.Select(Resource));

    private static string Script() =>
        OnePage.Join(
            [.. Computing.Select(Resource), .. Shared.Select(name => OnePage.Resource($"report/{name}")), .. Showing.Select(Resource)]);

    /// <summary>A part of the page, as it is in <c>page/</c>.</summary>
    private static string Resource(string name) => OnePage.Resource($"explain/{name}", Assembly.GetExecutingAssembly());

    /// <summary>The settings as the page's arithmetic takes them.</summary>
    public static JsonObject SettingsFor(LessonSettings settings)
    {
        ConvolutionWindow w = settings.Window;
        return new()
        {
            ["transposed"] = settings.IsTransposed,
            ["input"] = Pair(settings.Input),
            ["kernel"] = Pair(w.Kernel),
            ["stride"] = Pair(w.Stride),
            ["dilation"] = Pair(w.Dilation),
            ["outputPadding"] = Pair(w.OutputPadding),
            ["padding"] = new JsonObject
            {
                ["kind"] = w.Padding.Kind switch { PaddingKind.Valid => "valid", PaddingKind.Same => "same", _ => "explicit" },
                ["top"] = w.Padding.Top,
                ["left"] = w.Padding.Left,
                ["bottom"] = w.Padding.Bottom,
                ["right"] = w.Padding.Right,
            },
            ["inputChannels"] = settings.InputChannels,
            ["outputChannels"] = settings.OutputChannels,
            ["groups"] = w.Groups,
        };
    }

    private static JsonObject Data(Lesson lesson, bool backward, TrainedLayer? layer) => new()
    {
        ["settings"] = SettingsFor(lesson.Settings),
        ["x"] = Numbers(lesson.Input),
        ["w"] = Numbers(lesson.Kernel),
        ["dy"] = Numbers(lesson.OutputGradient),
        ["expected"] = new JsonObject
        {
            ["y"] = Numbers(lesson.Output),
            ["dx"] = Numbers(lesson.InputGradient),
            ["dw"] = Numbers(lesson.KernelGradient),
        },
        ["backward"] = backward,
        ["real"] = layer?.ToJson(),
        ["limits"] = new JsonObject
        {
            ["input"] = LargestSide,
            ["kernel"] = LargestKernel,
            ["stride"] = LargestStep,
            ["dilation"] = LargestStep,
            ["outputPadding"] = LargestStep - 1,
            ["padding"] = LargestPadding,
            ["channels"] = MostChannels,
            ["side"] = LargestSide,
            ["matrix"] = LargestMatrix,
        },
        ["palette"] = JsonSerializer.SerializeToNode(Enumerable.Range(1, LargestKernel).Select(columns =>
            Enumerable.Range(0, Hues).Select(row =>
                Enumerable.Range(0, columns).Select(column => TapPalette.At(row, column, columns).ToString())))),
    };

    private static bool Larger(Size2D size, int limit) => Math.Max(size.Height, size.Width) > limit;

    private static JsonArray Pair(Size2D size) => [size.Height, size.Width];

    private static JsonArray Numbers(float[] values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
