using MiniGan.Cli.Explain;

namespace MiniGan.Tests.Cli.Explain;

public sealed class TapPaletteTests
{
    // Linear RGB as a dichromat sees it: Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of
    // Color Vision Deficiency", severity 1.
    private static readonly double[][] Everyone = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    private static readonly double[][] Protanopia =
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
    private static readonly double[][] Deuteranopia =
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];

    [Fact]
    public void The_taps_of_a_3x3_kernel_can_be_told_apart_by_everyone()
    {
        TapPalette.Rgb[] colours = [.. Enumerable.Range(0, 9).Select(tap => TapPalette.At(tap / 3, tap % 3, 3))];
        foreach (double[][] eye in new[] { Everyone, Protanopia, Deuteranopia })
        {
            for (int a = 0; a < colours.Length; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    double distance = Distance(Oklab(colours[a], eye), Oklab(colours[b], eye));
                    Assert.True(distance > 0.05, $"{colours[a]} and {colours[b]}: {distance}");
                }
            }
        }
    }

    [Fact]
    public void The_number_on_a_tap_can_be_read()
    {
        for (int columns = 1; columns <= 11; columns++)
        {
            for (int tap = 0; tap < columns * 11; tap++)
            {
                TapPalette.Rgb colour = TapPalette.At(tap / columns, tap % columns, columns);
                double[] linear = Linear(colour);
                double luminance = (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
                double contrast = colour.IsLight ? (luminance + 0.05) / 0.05 : 1.05 / (luminance + 0.05);
                Assert.True(contrast >= 4.5, $"{colour}: {contrast}"); // WCAG 2.2, level AA
            }
        }
    }

    private static double[] Linear(TapPalette.Rgb colour) =>
        [.. new[] { colour.R, colour.G, colour.B }.Select(part => part / 255.0).Select(part =>
            part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];

    private static double[] Oklab(TapPalette.Rgb colour, double[][] eye)
    {
        double[] rgb = Linear(colour);
        double[] seen = [.. eye.Select(row => Math.Clamp((row[0] * rgb[0]) + (row[1] * rgb[1]) + (row[2] * rgb[2]), 0, 1))];
        double l = Math.Cbrt((0.4122214708 * seen[0]) + (0.5363325363 * seen[1]) + (0.0514459929 * seen[2]));
        double m = Math.Cbrt((0.2119034982 * seen[0]) + (0.6806995451 * seen[1]) + (0.1073969566 * seen[2]));
        double s = Math.Cbrt((0.0883024619 * seen[0]) + (0.2817188376 * seen[1]) + (0.6299787005 * seen[2]));
        return
        [
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s),
        ];
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());
}
