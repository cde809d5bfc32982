namespace MiniGan.Cli.Explain;

/// <summary>
/// A colour for each tap of a kernel, the same in the terminal, the page and the pictures: a hue for each row of the kernel, lighter to
/// darker along it. The hues alternate between blue and orange sides, and neighbours differ in lightness, so that those who do not see red
/// or green apart can follow too. No colour is ever the only sign: the number stands beside it.
/// </summary>
internal static class TapPalette
{
    /// <summary>OKLCH hue and chroma of the kernel's rows (Ottosson 2020, "A perceptual color space for image processing").</summary>
    private static readonly (double Hue, double Chroma, double Shift)[] Rows =
    [
        (255, 0.13, 0), (65, 0.13, 0.05), (345, 0.13, -0.02), (170, 0.10, 0.02), (295, 0.13, -0.05), (105, 0.13, 0.08), (25, 0.14, -0.03),
    ];

    private const double Lightest = 0.84, Darkest = 0.52;

    /// <summary>A colour, 8 bits a part.</summary>
    public readonly record struct Rgb(byte R, byte G, byte B)
    {
        /// <summary>As in a style sheet.</summary>
        public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";

        /// <summary>Whether dark letters are easier to read on it than light ones: the higher contrast of WCAG 2.2.</summary>
        public bool IsLight => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B)) > 0.18;

        private static double Linear(byte part) => part <= 10 ? part / 255.0 / 12.92 : Math.Pow(((part / 255.0) + 0.055) / 1.055, 2.4);
    }

    /// <summary>The colour of a tap.</summary>
    /// <param name="row">Its row in the kernel.</param>
    /// <param name="column">Its column.</param>
    /// <param name="columns">The kernel's width.</param>
    public static Rgb At(int row, int column, int columns)
    {
        (double hue, double chroma, double shift) = Rows[row % Rows.Length];
        double lightness = columns == 1 ? (Lightest + Darkest) / 2 : Lightest - ((Lightest - Darkest) * column / (columns - 1));
        return FromOklch(lightness + shift, chroma, hue * Math.PI / 180);
    }

    private static Rgb FromOklch(double lightness, double chroma, double hue)
    {
        double a = chroma * Math.Cos(hue), b = chroma * Math.Sin(hue);
        double l = Math.Pow(lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        double m = Math.Pow(lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        double s = Math.Pow(lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        return new(
            Part((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s)),
            Part((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s)),
            Part((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s)));
    }

    private static byte Part(double linear)
    {
        double value = Math.Clamp(linear, 0, 1);
        return (byte)Math.Round(255 * (value <= 0.0031308 ? 12.92 * value : (1.055 * Math.Pow(value, 1 / 2.4)) - 0.055));
    }
}
