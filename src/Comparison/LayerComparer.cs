using System.Globalization;
using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Comparison;

/// <summary>Runs a custom layer on a recorded case and compares all that was recorded.</summary>
/// <remarks>
/// Exact cases must agree to the last bit. Others may differ by 1e-4 + 1e-5 · |expected|: sums of some thousand products of values near 1
/// in another order differ by about the square root of their number times 2⁻²⁴ each.
/// </remarks>
internal static class LayerComparer
{
    private const double AbsoluteTolerance = 1e-4, RelativeTolerance = 1e-5;

    public static CaseResult Compare(LayerCase layerCase)
    {
        var differences = new Dictionary<string, double>();
        string? failure = null;

        void Check(string name, Tensor actual, Tensor? expected)
        {
            if (expected is not null)
            {
                (differences[name], string? problem) = Difference(name, actual, expected, layerCase.IsExact);
                failure ??= problem;
            }
        }

        try
        {
            ConvolutionModule layer = layerCase.CreateLayer();
            Check("y", layer.Forward(layerCase.X), layerCase.Y);
            if (layerCase.Dy is not null && failure is null)
            {
                Check("dx", layer.Backward(layerCase.Dy), layerCase.Dx);
                Check("dW", layer.Weight.Gradient, layerCase.WeightGradient);
                if (layer.Bias is not null)
                {
                    Check("db", layer.Bias.Gradient, layerCase.BiasGradient);
                }
            }
        }
        catch (ArgumentException exception)
        {
            failure = $"refused: {exception.Message}";
        }

        return new CaseResult(
            layerCase.Name, LayerName(layerCase.IsTransposed),
            Describe(layerCase.Window, layerCase.X.Shape, layerCase.Weight.Shape, layerCase.Bias?.Shape), differences, failure);
    }

    public static CaseResult Compare(RejectedCase rejected) => new(
        rejected.Name, LayerName(rejected.IsTransposed),
        $"x {rejected.X}, weight {rejected.Weight}, bias {rejected.Bias?.ToString() ?? "none"}: to be refused",
        new Dictionary<string, double>(),
        rejected.Refusal() is null ? $"not refused, though the built-in layer says: {rejected.Reason}" : null);

    private static (double Difference, string? Problem) Difference(string name, Tensor actual, Tensor expected, bool exact)
    {
        if (actual.Shape != expected.Shape)
        {
            return (double.NaN, $"{name} has shape {actual.Shape} instead of {expected.Shape}");
        }

        double most = 0;
        string? problem = null;
        ReadOnlySpan<float> actuals = actual.Span, expecteds = expected.Span;
        for (int i = 0; i < actuals.Length; i++)
        {
            double difference = Math.Abs((double)actuals[i] - expecteds[i]);
            most = Math.Max(most, difference);
            double allowed = exact ? 0 : AbsoluteTolerance + (RelativeTolerance * Math.Abs(expecteds[i]));
            if (problem is null && !(difference <= allowed))
            {
                problem = string.Create(
                    CultureInfo.InvariantCulture, $"{name}{Position(i, expected.Shape)} is {actuals[i]:R} instead of {expecteds[i]:R}");
            }
        }

        return (most, problem);
    }

    /// <summary>The logical indices (n, c, h, w) of the element at a place in memory.</summary>
    private static string Position(int offset, Shape shape)
    {
        if (shape.Rank < 4)
        {
            return $"[{offset}]";
        }

        (int position, int channel) = Math.DivRem(offset, shape.C);
        (int row, int column) = Math.DivRem(position, shape.W);
        return $"[{row / shape.H}, {channel}, {row % shape.H}, {column}]";
    }

    private static string LayerName(bool isTransposed) => isTransposed ? nameof(ConvTranspose2D) : nameof(Conv2D);

    private static string Describe(ConvolutionWindow window, Shape x, Shape weight, Shape? bias)
    {
        string text = $"x {x}, kernel {window.Kernel}, weight {weight}, stride {window.Stride}, padding {window.Padding}";
        text += window.Dilation == 1 ? "" : $", dilation {window.Dilation}";
        text += window.OutputPadding == 0 ? "" : $", output padding {window.OutputPadding}";
        text += window.Groups == 1 ? "" : $", groups {window.Groups}";
        return bias is null ? text + ", no bias" : text;
    }
}
