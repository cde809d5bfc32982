using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>
/// The formula of the output's size with the numbers put in; the page has the same in JavaScript, and a test holds them together.
/// </summary>
internal static class SizeFormula
{
    /// <summary>The lines for both axes; one set where they are alike.</summary>
    public static IReadOnlyList<string> Lines(LessonSettings settings, ConvolutionGeometry geometry)
    {
        Padding p = settings.Window.Padding;
        string[] rows = Axis(settings, geometry.Rows, p.Top, p.Bottom, settings.Window.OutputPadding.Height);
        string[] columns = Axis(settings, geometry.Columns, p.Left, p.Right, settings.Window.OutputPadding.Width);
        return rows.SequenceEqual(columns)
            ? Labelled("height and width", rows)
            : [.. Labelled("height", rows), .. Labelled("width", columns)];
    }

    private static string[] Labelled(string label, string[] lines) => [$"{label}: {lines[0]}", .. lines[1..].Select(line => $"  {line}")];

    private static string[] Axis(LessonSettings settings, ConvolutionAxis axis, int before, int after, int extra)
    {
        (int n, int o) = settings.IsTransposed ? (axis.Map, axis.Image) : (axis.Image, axis.Map);
        (int k, int s, int d) = (axis.Kernel, axis.Stride, axis.Dilation);
        int e = ((k - 1) * d) + 1, reach = ((axis.Map - 1) * s) + e;
        string extent = $"e = (k − 1)·d + 1 = ({k} − 1)·{d} + 1 = {e}, the kernel's extent";
        return (settings.IsTransposed, settings.Window.Padding.Kind) switch
        {
            (false, PaddingKind.Valid) => [$"out = ⌊(n − e) / s⌋ + 1 = ⌊({n} − {e}) / {s}⌋ + 1 = {o}", extent],
            (false, PaddingKind.Same) =>
            [
                $"out = ⌈n / s⌉ = ⌈{n} / {s}⌉ = {o}",
                $"zeros = max((out − 1)·s + e − n, 0) = max(({o} − 1)·{s} + {e} − {n}, 0) = {Math.Max(reach - n, 0)}: " +
                $"{Halves(Math.Max(reach - n, 0))}",
                extent,
            ],
            (false, _) => [$"out = ⌊(n + before + after − e) / s⌋ + 1 = ⌊({n} + {before} + {after} − {e}) / {s}⌋ + 1 = {o}", extent],
            (true, PaddingKind.Valid) => [$"out = (n − 1)·s + max(e, s) = ({n} − 1)·{s} + max({e}, {s}) = {o}", extent],
            (true, PaddingKind.Same) =>
            [
                $"out = n·s = {n}·{s} = {o}",
                $"cut = max((n − 1)·s + e − out, 0) = max(({n} − 1)·{s} + {e} − {o}, 0) = {Math.Max(reach - o, 0)}: " +
                $"{Halves(Math.Max(reach - o, 0))}",
                extent,
            ],
            (true, _) =>
            [
                $"out = (n − 1)·s + e − before − after + output padding = ({n} − 1)·{s} + {e} − {before} − {after} + {extra} = {o}",
                extent,
            ],
        };
    }

    private static string Halves(int total) => $"{total / 2} before, {total - (total / 2)} after";
}
