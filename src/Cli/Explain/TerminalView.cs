using System.Globalization;
using MiniGan.Convolution;
using Spectre.Console;

namespace MiniGan.Cli.Explain;

/// <summary>
/// A lesson as text: the grids, the size, C, the single products, the overlaps, the gradients, and whether the views agree.
/// </summary>
/// <param name="lesson">The lesson.</param>
/// <param name="console">Where it is written; its width says what fits.</param>
/// <param name="hasPage">Whether a page goes with it, which shows what does not fit.</param>
internal sealed partial class TerminalView(Lesson lesson, IAnsiConsole console, bool hasPage)
{
    private const int MostRows = 64, MostGrids = 12, MostPieces = 12, MostSums = 16, MostTerms = 30;

    private readonly ConvolutionGeometry g = lesson.Geometry;
    private readonly LessonSettings settings = lesson.Settings;

    /// <summary>Writes all of it.</summary>
    /// <param name="backward">Whether the gradients are shown.</param>
    public void Write(bool backward)
    {
        WriteTitle();
        WriteSides();
        Heading("Size of the output");
        foreach (string line in SizeFormula.Lines(settings, g))
        {
            Line(line);
        }

        WriteMatrix();
        if (settings.IsTransposed)
        {
            WriteScatter();
            WriteStretched();
        }
        else
        {
            WriteSums();
        }

        WriteOverlap();
        if (backward)
        {
            WriteBackward();
        }

        Heading("Checked just now");
        if (lesson.Matrix is null)
        {
            Line("C has too many places to be built here: its products are not among what follows.");
        }

        foreach (Agreement agreement in backward ? lesson.Forward.Concat(lesson.Backward) : lesson.Forward)
        {
            string how = agreement.Difference == 0
                ? "exactly"
                : string.Create(CultureInfo.InvariantCulture, $"within {agreement.Difference:G2}, float32's rounding");
            Line(agreement.Holds
                ? $"{agreement.What}: agrees with the layer in all {agreement.Values} values, {how}."
                : $"{agreement.What}: DISAGREES with the layer by {agreement.Difference.ToString("G4", CultureInfo.InvariantCulture)}.");
        }
    }

    private void WriteTitle()
    {
        ConvolutionWindow w = settings.Window;
        string extra = w.OutputPadding == default(Size2D) ? "" : $", output padding {w.OutputPadding}";
        Line(
            $"{(settings.IsTransposed ? "Transposed convolution" : "Convolution")}: x {Sizes(lesson.InputShape)} → y " +
            $"{Sizes(lesson.OutputShape)}",
            new Style(decoration: Decoration.Bold));
        Line($"kernel {w.Kernel}, stride {w.Stride}, padding {w.Padding}, dilation {w.Dilation}{extra}");
    }

    private void WriteSides()
    {
        Heading(
            settings.IsTransposed
                ? "y = Cᵀ · x: each value of x times the kernel, laid down, overlaps summed"
                : "y = C · x: the kernel slides over x, a sum of products at each step");
        WriteGrids(
            [.. Channels("x", lesson.Input, lesson.InputShape), .. Kernels("w", lesson.Kernel),
                .. Channels("y", lesson.Output, lesson.OutputShape)],
            $"x has {lesson.Input.Length} numbers, w {lesson.Kernel.Length} and y {lesson.Output.Length} ({Range(lesson.Output)})");
    }

    private void WriteSums()
    {
        Heading("Step by step: x · w under the kernel, summed");
        ILookup<int, MatrixEntry> sums = lesson.Entries.TakeWhile(entry => entry.Row < MostSums).ToLookup(entry => entry.Row);
        for (int row = 0; row < Math.Min(lesson.Output.Length, MostSums); row++)
        {
            MatrixEntry[] terms = [.. sums[row]];
            string shown = terms.Length == 0
                ? "nothing but padding"
                : string.Join(
                    " + ",
                    terms.Take(MostTerms).Select(term =>
                        $"{Numerals.Format(lesson.Input[term.Column])}·{Numerals.Format(lesson.Kernel[term.Weight])}"));
            Line(
                $"y[{Position(row, lesson.OutputShape)}] = " +
                $"{shown}{(terms.Length > MostTerms ? $" + {terms.Length - MostTerms} more" : "")} = " +
                $"{Numerals.Format(lesson.Output[row])}");
        }

        if (lesson.Output.Length > MostSums)
        {
            Line($"… and {lesson.Output.Length - MostSums} more.");
        }

        if (lesson.Entries.Length < MatrixEntry.Bound(g))
        {
            Line("Taps that lie on padding multiply a zero and are left out.");
        }
    }

    private void WriteOverlap()
    {
        OverlapMap overlap = lesson.Overlap;
        Heading(settings.IsTransposed ? "Overlap: how many taps reach each pixel of y" : "Overlap: how many taps read each pixel of x");
        var grid = new Sheet(g.Rows.Image, g.Columns.Image, () =>
            TextBlock.Grid(
                "", Indices(g.Rows.Image), Indices(g.Columns.Image), g.Columns.Image, (row, column) => new($"{overlap[row, column]}")));
        WriteGrids([grid], $"a map of {g.Rows.Image}×{g.Columns.Image}");
        Line(overlap.IsEven
            ? "Even away from the edges: the taps fall evenly onto the phases of the stride."
            : $"Uneven: onto the phases of the stride fall {string.Join(" and ", overlap.RowPhases)} rows and " +
                $"{string.Join(" and ", overlap.ColumnPhases)} columns of the kernel; this is where checkerboards come from.");
    }

    private void WriteBackward()
    {
        Heading(
            settings.IsTransposed
                ? "Backward: dx = C · dy, the other product, and dW = Σ x · dy"
                : "Backward: dx = Cᵀ · dy, the other product, and dW = Σ x · dy");
        WriteGrids(
            [
                .. Channels("dy", lesson.OutputGradient, lesson.OutputShape),
                .. Channels("dx", lesson.InputGradient, lesson.InputShape),
                .. Kernels("dW", lesson.KernelGradient),
            ],
            $"dx has {lesson.InputGradient.Length} numbers ({Range(lesson.InputGradient)}) and dW {lesson.KernelGradient.Length} " +
            $"({Range(lesson.KernelGradient)})");
    }

    private TapPalette.Rgb ColourOf(int tap) => TapPalette.At(tap / g.Columns.Kernel, tap % g.Columns.Kernel, g.Columns.Kernel);

    private void Heading(string text)
    {
        console.WriteLine();
        Line(text, new Style(decoration: Decoration.Bold));
    }

    private void Line(string text, Style? style = null)
    {
        console.Write(text, style ?? Style.Plain);
        console.WriteLine();
    }

    private void Write(IEnumerable<TextBlock> blocks)
    {
        foreach (TextBlock block in blocks)
        {
            console.Write(block);
        }
    }
}
