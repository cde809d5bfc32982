using CsCheck;
using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Tests.Convolution;

/// <summary>What must hold for every geometry, beside the named ones of <see cref="Geometries"/>.</summary>
public sealed class ConvolutionLawTests
{
    /// <summary>The map's size is a count: at how many multiples of the stride the kernel still lies on the padded image.</summary>
    [Fact]
    public void A_convolution_has_a_step_wherever_the_kernel_fits() => Law.Holds(RandomGeometries.Axes, axis =>
    {
        (int before, int after) = axis.Padding switch
        {
            PaddingKind.Explicit => (axis.Before, axis.After),
            PaddingKind.Valid => (0, 0),
            _ => SamePadding(axis.Size, axis),
        };
        int map = 0;
        for (int start = -before; start + axis.Extent <= axis.Size + after; start += axis.Stride)
        {
            map++;
        }

        if (map == 0)
        {
            Assert.Throws<ArgumentException>(() => ForImage(axis, axis.Size));
            return;
        }

        Assert.Equal(new ConvolutionAxis(axis.Size, map, axis.Kernel, axis.Stride, axis.Dilation, before), ForImage(axis, axis.Size));
    }, count: 1000);

    /// <summary>
    /// The image's size is an extent: as far as the scattered kernels reach, less the padding; at least the stride for
    /// each step where there is none.
    /// </summary>
    [Fact]
    public void A_transposed_convolution_reaches_as_far_as_it_scatters() => Law.Holds(RandomGeometries.Axes, axis =>
    {
        int reached = 0;
        for (int step = 0; step < axis.Size; step++)
        {
            for (int tap = 0; tap < axis.Kernel; tap++)
            {
                reached = Math.Max(reached, (step * axis.Stride) + (tap * axis.Dilation) + 1);
            }
        }

        (int image, int before) = axis.Padding switch
        {
            PaddingKind.Explicit => (reached - axis.Before - axis.After + axis.OutputPadding, axis.Before),
            PaddingKind.Valid => (Math.Max(reached, axis.Size * axis.Stride), 0),
            _ => (axis.Size * axis.Stride, SamePadding(axis.Size * axis.Stride, axis).Before),
        };
        if (image < 1)
        {
            Assert.Throws<ArgumentException>(() => ForMap(axis, axis.Size));
            return;
        }

        Assert.Equal(new ConvolutionAxis(image, axis.Size, axis.Kernel, axis.Stride, axis.Dilation, before), ForMap(axis, axis.Size));
    }, count: 1000);

    /// <summary>
    /// Both layers have one matrix: from the size that a transposed convolution makes, the convolution of the same
    /// window comes back, axis for axis.
    /// </summary>
    [Fact]
    public void Convolving_what_a_transposed_convolution_made_has_its_geometry() =>
        Law.Holds(RandomGeometries.Axes.Where(axis => axis.OutputPadding < axis.Stride), axis =>
        {
            if (axis.Padding == PaddingKind.Explicit &&
                ((axis.Size - 1) * axis.Stride) + axis.Extent + axis.OutputPadding - axis.Before - axis.After < 1)
            {
                return; // refused: see above
            }

            ConvolutionAxis transposed = ForMap(axis, axis.Size);
            Assert.Equal(transposed, ForImage(axis, transposed.Image));
        }, count: 1000);

    /// <summary>
    /// What the convolution's stride rounds off, output padding gives back: with the remainder as output padding the transposed
    /// convolution ends at the image's size.
    /// </summary>
    [Fact]
    public void Output_padding_restores_the_size_that_a_stride_rounded_off() => Law.Holds(RandomGeometries.Axes, drawn =>
    {
        RandomGeometries.Axis axis = drawn with { Padding = PaddingKind.Explicit };
        int steps = axis.Size + axis.Before + axis.After - axis.Extent;
        if (steps < 0)
        {
            return; // does not fit: see above
        }

        int map = ForImage(axis, axis.Size).Map;
        Assert.Equal(axis.Size, ForMap(axis with { OutputPadding = steps % axis.Stride }, map).Image);
    }, count: 1000);

    /// <summary>
    /// ⟨C x, y⟩ = ⟨x, Cᵀ y⟩, and each product is that of the direct loops, to the last bit: the values are multiples of 1/8.
    /// </summary>
    [Fact]
    public void The_products_are_adjoint_and_equal_the_direct_loops() =>
        Law.Holds(Gen.Select(RandomGeometries.All, Gen.OneOf([.. KernelRegistry.All.Where(kernels => kernels.IsSupported)])), drawn =>
        {
            ((int batch, _, ConvolutionGeometry geometry), KernelSet kernels) = drawn;
            var op = new ConvolutionOperator(geometry, kernels);
            Tensor x = Values.OnGrid(geometry.ImageShape(batch), "image"), y = Values.OnGrid(geometry.MapShape(batch), "map"),
                weight = Values.OnGrid(geometry.WeightShape, "weight");
            Tensor cx = Values.Poisoned(y.Shape), cty = Values.Poisoned(x.Shape), gradient = new(weight.Shape);
            op.Apply(x, weight, null, cx);
            op.ApplyTransposed(y, weight, null, cty);
            op.AccumulateWeightGradient(x, y, gradient);
            Assert.Equal(Values.Dot(cx, y), Values.Dot(x, cty));
            Assert.Equal(Values.Dot(cx, y), Values.Dot(weight, gradient)); // ⟨C(w) x, y⟩ is linear in w, too, so its gradient gives it back
            AssertSame(DirectConvolution.Apply(geometry, x, weight), cx);
            AssertSame(DirectConvolution.ApplyTransposed(geometry, y, weight), cty);
            AssertSame(DirectConvolution.WeightGradient(geometry, x, y), gradient);
        });

    /// <summary>
    /// The fewest zeros, all in all, with which a kernel begins on every stride-th pixel of the image; the odd one comes last.
    /// </summary>
    private static (int Before, int After) SamePadding(int image, RandomGeometries.Axis axis)
    {
        int last = (image - 1) / axis.Stride * axis.Stride, zeros = 0;
        while (last + axis.Extent > image + zeros)
        {
            zeros++;
        }

        return (zeros / 2, zeros - (zeros / 2));
    }

    private static ConvolutionAxis ForImage(RandomGeometries.Axis axis, int image) =>
        ConvolutionGeometry.ForImage(axis.Window(transposed: false), 1, 1, image, image).Rows;

    private static ConvolutionAxis ForMap(RandomGeometries.Axis axis, int map) =>
        ConvolutionGeometry.ForMap(axis.Window(transposed: true), 1, 1, map, map).Rows;

    private static void AssertSame(double[,,,] expected, Tensor actual) =>
        Assert.Equal(expected.Cast<double>(), actual.ToRowMajor().Select(value => (double)value));
}
