using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Runs.Logs;
using MiniGan.Runs.Views;
using MiniGan.Tensors;
using MiniGan.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MiniGan.Tests.Cli;

public sealed class TerminalTests
{
    private const string HideCursor = "\e[?25l", ShowCursor = "\e[?25h";

    private static readonly EvaluationReport Evaluation = new(1000, 12.345, 0.75, 0.5, new ClassFigures(8.9, 0.9, []));

    [Fact]
    public void A_curve_goes_from_the_lowest_to_the_highest()
    {
        Assert.Equal("▁▂▃▄▅▆▇█", Sparkline.Of([0, 1, 2, 3, 4, 5, 6, 7]));
        Assert.Equal("█▁▅", Sparkline.Of([-1, -2, -1.5]));
        Assert.Equal("▄▄▄", Sparkline.Of([3, 3, 3]));
        Assert.Equal("▁ █ ", Sparkline.Of([1e-9, double.NaN, 2e-9, double.PositiveInfinity]));
        Assert.Equal(" ", Sparkline.Of([double.NaN]));
        Assert.Equal("", Sparkline.Of([]));
    }

    [Fact]
    public void A_picture_has_two_pixels_a_character()
    {
        // 3 wide, 3 high, grey; the last row has nothing below it.
        var picture = new HalfBlockPicture(new Bitmap(3, 3, 1, [10, 10, 200, 20, 20, 30, 1, 2, 2]));
        Segment[] segments = [.. picture.GetSegments(Terminal(80, 24, out _))];
        Style Grey(byte top, byte? below) => new(new Color(top, top, top), below is byte b ? new Color(b, b, b) : null);
        Assert.Equal(
            [("▀▀", Grey(10, 20)), ("▀", Grey(200, 30)), ("\n", Style.Plain), ("▀", Grey(1, null)),
                ("▀▀", Grey(2, null)), ("\n", Style.Plain)],
            segments.Select(segment => (segment.Text, segment.IsLineBreak ? Style.Plain : segment.Style)));

        picture = new HalfBlockPicture(new Bitmap(1, 2, 3, [1, 2, 3, 4, 5, 6]));
        IAnsiConsole terminal = Terminal(80, 24, out StringWriter output);
        terminal.Write(picture);
        Assert.Contains("38;2;1;2;3", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("48;2;4;5;6", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(120, 33, 4, 2, 28)] // 120 × 40 without the lines above
    [InlineData(80, 18, 5, 2, 14)] // 80 × 24
    [InlineData(300, 15, 10, 1, 28)]
    [InlineData(300, 60, 10, 1, 28)]
    [InlineData(100, 60, 3, 3, 28)]
    [InlineData(40, 40, 2, 5, 14)]
    [InlineData(16, 8, 1, 1, 14)]
    public void As_many_samples_as_fit_are_shown_in_full_or_in_half_size(int width, int height, int columns, int rows, int size)
    {
        Bitmap picture = SamplePreview.Draw(Images(100), width, height)!;
        Assert.Equal((1 + (columns * (size + 1)), 1 + (rows * (size + 1))), (picture.Width, picture.Height));
        Assert.True(picture.Width <= width && picture.Height <= 2 * height);
        for (int i = 0; i < columns * rows; i++)
        {
            int left = 1 + (i % columns * (size + 1)), top = 1 + (i / columns * (size + 1));
            Assert.Equal(10 * i, picture.Pixels[(top * picture.Width) + left]);
            Assert.Equal(255, picture.Pixels[((top + size - 1) * picture.Width) + left + size - 1]);
        }
    }

    [Fact]
    public void Half_size_is_the_mean_of_two_by_two_pixels()
    {
        var image = new Tensor(new Shape(1, 1, 4, 6));
        image.CopyFromRowMajor(
            [.. new float[] { 1, 3, 0, 0, 8, 8, 5, 7, 0, 4, 8, 8, 0, 0, 2, 2, 6, 6, 0, 0, 2, 2, 6, 2 }.Select(x => (x / 127.5f) - 1)]);
        Bitmap picture = SamplePreview.Draw(image, 10, 5)!;
        Assert.Equal((5, 4), (picture.Width, picture.Height));
        Assert.Equal([0, 0, 0, 0, 0, 0, 4, 1, 8, 0, 0, 0, 2, 5, 0, 0, 0, 0, 0, 0], picture.Pixels);
    }

    [Theory]
    [InlineData(15, 30)]
    [InlineData(80, 7)]
    [InlineData(0, 0)]
    [InlineData(-3, -3)]
    public void Where_no_sample_fits_there_is_none(int width, int height) => Assert.Null(SamplePreview.Draw(Images(10), width, height));

    [Fact]
    public void The_panel_says_how_far_the_run_is()
    {
        var panel = new TrainingPanel(200, 50);
        Assert.Equal(
            [new string('━', 68) + "   0 %  0:00", "step 0 of 200   epoch 1 of 4", "loss D", "loss G", ""],
            Lines(panel, 80).Select(line => line.TrimEnd()));
        Assert.Equal("step 0 of 200", Lines(new TrainingPanel(200, stepsPerEpoch: 0), 80)[1].TrimEnd());
        panel.Update(50, Means(1, 0.5), TimeSpan.FromSeconds(1), default);
        panel.Update(100, Means(2, 0.75), TimeSpan.FromSeconds(65.9), TimeSpan.FromSeconds(3725));
        Assert.Equal(
            [
                new string('━', 54) + "  50 %  1:05, 1:02:05 left",
                "step 100 of 200   epoch 2 of 4   1000 images/s   D(x) 0.60   D(G(z)) 0.40",
                "loss D   2.000  ▁█  1.00 to 2.00",
                "loss G   0.750  ▁█  0.50 to 0.75",
                "",
            ],
            Lines(panel, 80).Select(line => line.TrimEnd()));

        panel.Update(100, Evaluation);
        Assert.Equal("Fréchet distance 12.35   classifier score 8.90   precision 0.75   recall 0.50", Lines(panel, 80)[4].TrimEnd());
        for (int i = 0; i < 100; i++)
        {
            panel.Update(200, Means(i, i), TimeSpan.FromHours(25), default);
        }

        string[] lines = Lines(panel, 80);
        Assert.Equal(new string('━', 64) + " 100 %  25:00:00", lines[0]);
        Assert.Equal(40, lines[2].Count(c => c is >= '▁' and <= '█'));
        Assert.Contains("60.00 to 99.00", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_panel_is_never_wider_than_the_terminal()
    {
        var panel = new TrainingPanel(3_000_000, 93);
        panel.Update(2_900_000, Means(1234.5, double.NaN), TimeSpan.FromHours(200), TimeSpan.FromHours(1000));
        panel.Update(2_900_000, Evaluation);
        for (int width = 1; width <= 150; width++)
        {
            string[] lines = Lines(panel, width);
            Assert.Equal(TrainingPanel.Rows, lines.Length);
            Assert.All(lines, line => Assert.Equal(width, line.Length));
        }
    }

    [Fact]
    public void The_live_view_draws_in_its_place_and_shows_the_cursor_again()
    {
        IAnsiConsole terminal = Terminal(80, 24, out StringWriter output);
        var view = new LiveView(terminal, Images);
        view.ShowSamples(0, Images(100));
        view.Show(2, 1, show =>
        {
            Assert.Contains("step 0 of 2", output.ToString(), StringComparison.Ordinal);
            show(Report(1));
            view.ShowEvaluation(1, Evaluation);
            output.GetStringBuilder().Clear();
            show(Report(2));
            // over 5 lines and the 16 rows of samples below them
            Assert.StartsWith("\r\e[21A", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("step 2 of 2", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("Fréchet distance 12.35", output.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("▀", output.ToString(), StringComparison.Ordinal); // the same samples: they stand there
            Assert.EndsWith("\e[16B", output.ToString(), StringComparison.Ordinal);

            output.GetStringBuilder().Clear();
            view.ShowSamples(2, Images(100));
            show(Report(2));
            Assert.Contains("▀", output.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(ShowCursor, output.ToString(), StringComparison.Ordinal);
        });
        Assert.EndsWith(ShowCursor, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_or_is_stopped_leaves_the_cursor_visible()
    {
        IAnsiConsole terminal = Terminal(80, 24, out StringWriter output);
        Assert.Throws<IOException>(() => new LiveView(terminal, null).Show(2, 1, _ => throw new IOException("full")));
        Assert.StartsWith(HideCursor, output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(ShowCursor, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_that_was_resized_is_drawn_anew()
    {
        IAnsiConsole terminal = Terminal(120, 40, out StringWriter output);
        var view = new LiveView(terminal, Images);
        view.ShowSamples(0, Images(100));
        view.Show(1, 1, show =>
        {
            output.GetStringBuilder().Clear();
            (terminal.Profile.Width, terminal.Profile.Height) = (50, 20);
            show(Report(1));
            Assert.StartsWith("\e[2J\e[H", output.ToString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(ColorSystemSupport.TrueColor, "38;2;80;80;80")]
    [InlineData(ColorSystemSupport.EightBit, "38;5;239")]
    [InlineData(ColorSystemSupport.Standard, "░")]
    [InlineData(ColorSystemSupport.NoColors, "░")]
    public void Samples_are_shown_in_what_colours_there_are(ColorSystemSupport colors, string expected)
    {
        IAnsiConsole terminal = Terminal(80, 24, out StringWriter output, colors);
        var view = new LiveView(terminal, Images);
        view.ShowSamples(0, Images(100));
        view.Show(1, 1, show => show(Report(1)));
        Assert.Contains(expected, output.ToString(), StringComparison.Ordinal);
        Assert.Equal(expected != "░", output.ToString().Contains('▀', StringComparison.Ordinal));
    }

    [Fact]
    public void Shades_are_the_mean_of_two_pixels_one_above_the_other()
    {
        // Of three rows the last has nothing below it; of colours, luma counts.
        var picture = new ShadePicture(new Bitmap(5, 3, 1, [0, 60, 128, 190, 255, 0, 70, 128, 190, 255, 0, 255, 0, 255, 0]));
        Assert.Equal(" ░▒▓█\n █ █ \n", Text(picture, 80));
        Assert.Equal(" ░▒\n █ \n", Text(picture, 3));
        Assert.Equal("░▓ \n", Text(new ShadePicture(new Bitmap(3, 1, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255])), 80));
    }

    [Fact]
    public void With_no_preview_or_where_there_are_only_letters_there_are_no_samples()
    {
        foreach (bool preview in (bool[])[false, true])
        {
            IAnsiConsole terminal = Terminal(80, 24, out StringWriter output);
            terminal.Profile.Capabilities.Unicode = !preview;
            var view = new LiveView(terminal, preview ? Images : null);
            view.ShowSamples(0, Images(100));
            view.Show(1, 1, show => show(Report(1)));
            Assert.Contains("step 1 of 1", output.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("▀", output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lines_say_what_time_is_left_and_end_with_the_samples_only_on_a_terminal()
    {
        foreach (bool isTerminal in (bool[])[false, true])
        {
            IAnsiConsole terminal = Terminal(80, 24, out StringWriter drawn, ColorSystemSupport.EightBit);
            terminal.Profile.Capabilities.Ansi = false; // TERM=dumb
            using var lines = new StringWriter();
            var view = new PlainView(lines, isTerminal ? terminal : null);
            view.Show(40, 0, show =>
            {
                view.ShowSamples(0, Images(100));
                show(Report(1));
                show(Report(20)); // nineteen steps took next to no time, so the other twenty will
                show(Report(40));
            });
            string[] said = lines.ToString().TrimEnd('\n').Split('\n');
            Assert.Equal(2, said.Length);
            Assert.EndsWith(" images/s  0:00 left", said[0], StringComparison.Ordinal);
            Assert.EndsWith(" images/s", said[1], StringComparison.Ordinal);
            Assert.Equal(isTerminal, drawn.ToString().Contains('░', StringComparison.Ordinal));
        }
    }

    private static IAnsiConsole Terminal(
        int width, int height, out StringWriter output, ColorSystemSupport colors = ColorSystemSupport.TrueColor)
    {
        output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = colors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(output),
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (width, height, true);
        return console;
    }

    private static string[] Lines(TrainingPanel panel, int width) =>
        string.Concat(panel.GetSegments(Terminal(width, 24, out _)).Select(segment => segment.Text)).TrimEnd('\n').Split('\n');

    private static string Text(Renderable picture, int width) =>
        string.Concat(picture.GetSegments(Terminal(width, 24, out _)).Select(segment => segment.Text));

    private static StepReport Report(long step) => new(step, 1.5, 0.75, 0.6, 0.4, 0, 1000);

    private static StepMeans Means(double discriminatorLoss, double generatorLoss)
    {
        var means = new StepMeans();
        means.Add(new StepReport(1, discriminatorLoss, generatorLoss, 0.6, 0.4, 0, 1000));
        return means;
    }

    /// <summary>Image i has the brightness 10 i in its first 14 × 14 pixels and 255 in its last.</summary>
    private static Tensor Images(int count)
    {
        var images = new Tensor(new Shape(count, 1, 28, 28));
        for (int n = 0; n < count; n++)
        {
            for (int i = 0; i < 14 * 14; i++)
            {
                images[n, 0, i / 14, i % 14] = (10 * n / 127.5f) - 1;
                images[n, 0, 14 + (i / 14), 14 + (i % 14)] = 1;
            }
        }

        return images;
    }
}
