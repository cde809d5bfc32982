using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

/// <summary>Operands that do not fit are refused by name before anything is computed: below, addresses are bare.</summary>
public sealed class ConvolutionOperandTests
{
    private readonly ConvolutionOperator op = new(ConvolutionGeometry.ForImage(new ConvolutionWindow((2, 3)), 2, 4, 5, 6));

    private Tensor Image => new(op.Geometry.ImageShape(1));

    private Tensor Map => new(op.Geometry.MapShape(1));

    private Tensor Weight => new(op.Geometry.WeightShape);

    [Fact]
    public void Shapes_of_another_geometry_are_refused()
    {
        Tensor wrong = new(new Shape(1, 2, 5, 5)), two = new(op.Geometry.MapShape(2)), none = new(new Shape(0, 2, 5, 6));
        Says("must be [1, 2, 5, 6], [N, imageC, H, W], but is [1, 2, 5, 5]", "image", () => op.Apply(wrong, Weight, null, Map));
        Says("must be [1, 4, 4, 4], [N, mapC, h, w], but is [2, 4, 4, 4]", "map", () => op.Apply(Image, Weight, null, two));
        Says("must be [0, 4, 4, 4]", "map", () => op.Apply(none, Weight, null, Map));
        Says("must be [4, 2, 2, 3], [mapC, imageC / groups, kh, kw]", "weight", () => op.Apply(Image, wrong, null, Map));
        Says("must be [4], [channels of the output], but is [3]", "bias", () => op.Apply(Image, Weight, new(new Shape(3)), Map));
        Says("must be [1, 4, 4, 4]", "map", () => op.ApplyTransposed(wrong, Weight, null, Image));
        Says("must be [4, 2, 2, 3]", "weight", () => op.ApplyTransposed(Map, wrong, null, Image));
        Says("must be [2], [channels of the output], but is [4]", "bias", () => op.ApplyTransposed(Map, Weight, new(new Shape(4)), Image));
        Says("must be [1, 2, 5, 6]", "image", () => op.ApplyTransposed(Map, Weight, null, wrong));
        Says("must be [1, 2, 5, 6]", "image", () => op.AccumulateWeightGradient(wrong, Map, Weight));
        Says("must be [1, 4, 4, 4]", "map", () => op.AccumulateWeightGradient(Image, two, Weight));
        Says("must be [4, 2, 2, 3]", "weight", () => op.AccumulateWeightGradient(Image, Map, wrong));
        Says("must be [4, 2, 2, 3]", "weight", () => op.ToMatrix(wrong));
    }

    [Fact]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>("geometry", () => new ConvolutionOperator(null!));
        Assert.Throws<ArgumentNullException>("image", () => op.Apply(null!, Weight, null, Map));
        Assert.Throws<ArgumentNullException>("weight", () => op.Apply(Image, null!, null, Map));
        Assert.Throws<ArgumentNullException>("map", () => op.Apply(Image, Weight, null, null!));
        Assert.Throws<ArgumentNullException>("weight", () => op.ToMatrix(null!));
    }

    [Fact]
    public void One_tensor_cannot_be_both_sides()
    {
        ConvolutionOperator same = new(ConvolutionGeometry.ForImage(new ConvolutionWindow(1), 2, 2, 3, 3));
        Tensor both = new(same.Geometry.ImageShape(1)), weight = new(same.Geometry.WeightShape);
        Says("must be two tensors", "map", () => same.Apply(both, weight, null, both));
        Says("must be two tensors", "map", () => same.ApplyTransposed(both, weight, null, both));
    }

    [Fact]
    public void A_matrix_too_large_for_an_array_is_refused()
    {
        ConvolutionOperator large = new(ConvolutionGeometry.ForImage(new ConvolutionWindow(3, 1, 1), 64, 64, 28, 28));
        Assert.Contains(
            "C would have 50176 × 50176 elements",
            Assert.Throws<ArgumentException>(() => large.ToMatrix(new(large.Geometry.WeightShape))).Message, StringComparison.Ordinal);
    }

    private static void Says(string expected, string parameter, Action act) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(parameter, act).Message, StringComparison.Ordinal);
}
