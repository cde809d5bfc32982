using System.Text.Json.Nodes;
using MiniGan.Cli.Common;
using MiniGan.Cli.Explain;
using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>The page computes by itself: here its arithmetic is held against the library's, to the last bit, on integers.</summary>
public sealed class PageArithmeticTests : IDisposable
{
    private readonly PageArithmetic page = new();

    public void Dispose() => page.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void It_agrees_with_the_library_in_hundreds_of_settings(bool isTransposed, ulong seed)
    {
        var random = new RandomSource(seed, "page arithmetic");
        int accepted = 0, refused = 0;
        var paddings = new HashSet<PaddingKind>();
        bool dilated = false, extended = false, uneven = false, grouped = false;
        while (accepted < 300 || refused < 30)
        {
            (JsonObject json, LessonSettings? settings) = DrawnSettings.Next(random, isTransposed);
            if (settings is null || Try(settings) is not { } lesson)
            {
                Assert.NotEqual("", page.Refusal(json));
                refused++;
                continue;
            }

            Assert.Equal("", page.Refusal(json));
            AssertSame(lesson, page.Run(HtmlPage.SettingsFor(settings), lesson.Input, lesson.Kernel, lesson.OutputGradient));
            accepted++;
            paddings.Add(settings.Window.Padding.Kind);
            dilated |= settings.Window.Dilation.Height > 1;
            extended |= settings.Window.OutputPadding.Width > 0;
            uneven |= !lesson.Overlap.IsEven;
            grouped |= settings.Window.Groups > 1;
        }

        // What was drawn covers what was meant.
        Assert.Equal(3, paddings.Count);
        Assert.True(dilated && uneven && grouped && (extended || !isTransposed));
    }

    [Theory]
    [InlineData("kernel", "[0, 3]")]
    [InlineData("kernel", "[3, 2.5]")]
    [InlineData("stride", "[1, 0]")]
    [InlineData("dilation", "[-1, 1]")]
    [InlineData("input", "[2, 4]")]
    [InlineData("outputPadding", "[0, 1]")]
    [InlineData("inputChannels", "0")]
    [InlineData("outputChannels", "-1")]
    [InlineData("groups", "0")]
    [InlineData("groups", "2")]
    [InlineData("padding", """{"kind": "explicit", "top": -1, "left": 0, "bottom": 0, "right": 0}""")]
    public void What_cannot_be_is_refused_with_a_reason(string name, string value)
    {
        JsonObject settings = HtmlPage.SettingsFor(
            new LessonRequest(false, (4, 5), (3, 3), null, null, null, null, null, null, null, null).Work().Settings);
        Assert.Equal("", page.Refusal(settings));
        settings[name] = JsonNode.Parse(value);
        Assert.EndsWith(".", page.Refusal(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_refused()
    {
        Lesson lesson = new LessonRequest(true, (2, 3), (3, 2), null, null, null, null, null, null, null, null).Work();
        JsonObject settings = HtmlPage.SettingsFor(lesson.Settings);
        Assert.Contains(
            "x must have 6", (string)page.Run(settings, lesson.Input[1..], lesson.Kernel, lesson.OutputGradient)["refused"]!,
            StringComparison.Ordinal);
        Assert.Contains(
            "w must have 6", (string)page.Run(settings, lesson.Input, lesson.Kernel[1..], lesson.OutputGradient)["refused"]!,
            StringComparison.Ordinal);
        Assert.Contains(
            "dy must have 16", (string)page.Run(settings, lesson.Input, lesson.Kernel, lesson.OutputGradient[1..])["refused"]!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_written_as_the_command_line_writes_them()
    {
        var random = new RandomSource(1, "page numerals");
        double[] values =
        [
            0, -0.0, 1, -9_999_999, 9_999_999, 10_000_000, 12_345_678, -12_345_678, 12_346.5, 99_999.5, 99_999.6, 0.1, 1e-4, 1e-5, -1.5e-5,
            9.99996e-5, 1e-40, 3e38, 0.5, 12_344.5,
            .. Enumerable.Range(0, 400).Select(i => (random.NextInt(2_000_001) - 1_000_000) * Math.Pow(10, random.NextInt(40) - 22)),
        ];
        Assert.Equal(values.Select(Numerals.Format), page.Format(values));
    }

    [Theory]
    [InlineData(1e-40, 0, 1e-40, true)] // below what float32 holds in full
    [InlineData(1, 1.000009, 1, true)]
    [InlineData(1, 1.000011, 1, false)]
    public void Agreement_is_what_it_is_on_the_command_line(double a, double b, double magnitude, bool holds)
    {
        Assert.Equal(holds, page.Agree(a, b, magnitude));
        Assert.Equal(holds, Agreement.Of("", [(float)a], [b], [magnitude]).Holds);
    }

    [Fact]
    public void Sums_that_float32_cannot_hold_are_refused()
    {
        JsonObject settings = HtmlPage.SettingsFor(
            new LessonRequest(false, (1, 1), (1, 1), null, null, null, null, null, null, null, null).Work().Settings);
        Assert.Contains("float32", (string)page.Run(settings, [1e30f], [1e30f], [1])["refused"]!, StringComparison.Ordinal);
        Assert.Null(page.Run(settings, [1e30f], [1], [1])["refused"]);
    }

    private static void AssertSame(Lesson lesson, JsonNode result)
    {
        Assert.Equal(lesson.Output, Numbers(result["y"]!));
        JsonArray ways = result["ways"]!.AsArray();
        Assert.Equal(lesson.Settings.IsTransposed ? 3 : 2, ways.Count);
        Assert.All(ways, way => Assert.Equal(lesson.Output, Numbers(way![1]!)));
        Assert.Equal(lesson.InputGradient, Numbers(result["dx"]!));
        Assert.Equal(lesson.KernelGradient, Numbers(result["dw"]!));
        Assert.Equal(lesson.Matrix!.Cast<float>(), Numbers(result["matrix"]!));
        Assert.Equal([lesson.OutputShape.H, lesson.OutputShape.W], result["outputSize"]!.AsArray().Select(value => (int)value!));
        Assert.Equal(
            lesson.Entries,
            result["entries"]!.AsArray().Select(entry =>
                new MatrixEntry((int)entry!["row"]!, (int)entry["column"]!, (int)entry["weight"]!, (int)entry["tap"]!)));
        Assert.Equal(SizeFormula.Lines(lesson.Settings, lesson.Geometry), result["formula"]!.AsArray().Select(line => (string)line!));
        Assert.Equal(lesson.Overlap.IsEven, (bool)result["overlap"]!["even"]!);
        ConvolutionGeometry g = lesson.Geometry;
        Assert.Equal(
            Enumerable.Range(0, g.ImagePositions).Select(i => lesson.Overlap[i / g.Columns.Image, i % g.Columns.Image]),
            result["overlap"]!["counts"]!.AsArray().Select(count => (int)count!));
        Assert.All(lesson.Forward.Concat(lesson.Backward), agreement => Assert.Equal((true, 0.0), (agreement.Holds, agreement.Difference)));
    }

    private static float[] Numbers(JsonNode values) => [.. values.AsArray().Select(value => (float)value!)];

    private static Lesson? Try(LessonSettings settings)
    {
        try
        {
            ConvolutionGeometry geometry = settings.Geometry();
            int count = settings.InputChannels * settings.Input.Height * settings.Input.Width;
            return new Lesson(settings, geometry, LessonValues.Random(geometry, count, (ulong)count));
        }
        catch (UserException)
        {
            return null;
        }
    }
}
