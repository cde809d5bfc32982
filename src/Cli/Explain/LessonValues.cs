using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Cli.Explain;

/// <summary>The numbers of an explanation, row-major.</summary>
/// <param name="Input">x: [in, H, W].</param>
/// <param name="Kernel">w: [mapC, imageC / groups, kh, kw].</param>
/// <param name="OutputGradient">dy: [out, H, W], or null to count.</param>
internal sealed record LessonValues(float[] Input, float[] Kernel, float[]? OutputGradient = null)
{
    private const int LargestDigit = 9, LargestRandom = 4;

    /// <summary>
    /// Numbers that are easy to follow by hand: the kernel is 1, 2, 3, … along its rows, starting again after 9; each further kernel starts
    /// a number later, so that kernels differ. x starts at 2: a first product 1 · w would look like the kernel itself.
    /// </summary>
    public static LessonValues Counting(ConvolutionGeometry geometry, int inputCount)
    {
        float[] kernel = [.. Enumerable.Range(0, geometry.WeightShape.Count).Select(i => Digit((i % geometry.Taps) + (i / geometry.Taps)))];
        return new(Counting(inputCount), kernel);
    }

    /// <summary>2, 3, …, 9, 1, 2, ….</summary>
    public static float[] Counting(int count) => [.. Enumerable.Range(1, count).Select(Digit)];

    /// <summary>Integers from −4 to 4.</summary>
    public static LessonValues Random(ConvolutionGeometry geometry, int inputCount, ulong seed)
    {
        var random = new RandomSource(seed, "explain");
        return new(Draw(inputCount), Draw(geometry.WeightShape.Count));

        float[] Draw(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextInt((2 * LargestRandom) + 1) - LargestRandom))];
    }

    private static float Digit(int index) => (index % LargestDigit) + 1;
}
