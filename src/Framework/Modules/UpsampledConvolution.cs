using MiniGan.Convolution;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// A 3×3 convolution of an image that is twice as large by the nearest pixel, as one transposed convolution with 4×4 taps, which are sums
/// of the 3×3: a pixel of the large image sees at most two rows and two columns of the small one, so 4 products do for 9, and the large
/// image is never made (Aitken et al. 2017, "Checkerboard artifact free sub-pixel convolution").
/// </summary>
/// <remarks>
/// A row o of y meets row i of x by tap k where ⌊(o + k − 1) / 2⌋ = i: with a = o − 2i + 1, the place in a transposed convolution's kernel
/// of stride 2 and padding 1, by k = 2 − a and k = 3 − a. So K[a] = W[2 − a] + W[3 − a], without those that are none; columns likewise.
/// The parameters are the convolution's: this module has none.
/// </remarks>
internal sealed unsafe class UpsampledConvolution : Module
{
    private const int Taps = 3, SumTaps = 4;

    private readonly Upsample2D upsample;
    private readonly Conv2D convolution;
    private readonly ChannelSums biasSums;
    private readonly Action<int> turnTap, sumTaps, spreadGradient, turnGradient;

    private ConvolutionOperator? matrix;
    private Tensor? x, y, dy, sums, sumGradient, turned, reusedY, reusedDx, reusedDdy;

    /// <summary>Makes the module; see <see cref="For"/>.</summary>
    private UpsampledConvolution(Upsample2D upsample, Conv2D convolution)
    {
        (this.upsample, this.convolution) = (upsample, convolution);
        biasSums = new ChannelSums(convolution.OutputChannels);
        (turnTap, sumTaps, spreadGradient, turnGradient) = (TurnTap, SumUp, SpreadGradient, TurnGradient);
    }

    internal override bool ForgetsResults => true;

    private int Inputs => convolution.InputChannels;

    private int Outputs => convolution.OutputChannels;

    /// <summary>The two modules in one; null if they are other modules than that.</summary>
    public static UpsampledConvolution? For(Upsample2D upsample, Module next) =>
        upsample is { Mode: UpsampleMode.Nearest, Size: null } && upsample.Scale == 2
            && next is Conv2D convolution && convolution.Window == new ConvolutionWindow(Taps, padding: 1)
            ? new UpsampledConvolution(upsample, convolution)
            : null;

    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        convolution.CheckInput(x.Shape);
        FollowMode();
        (this.x, dy) = (x, null);
        if (matrix is null || matrix.Geometry.MapShape(x.Shape.N) != x.Shape)
        {
            var window = new ConvolutionWindow(SumTaps, stride: 2, padding: 1);
            matrix = new ConvolutionOperator(ConvolutionGeometry.ForMap(window, Inputs, Outputs, x.Shape.H, x.Shape.W));
        }

        sums ??= new Tensor(new Shape(Inputs, Outputs, SumTaps, SumTaps));
        turned ??= new Tensor(new Shape(Inputs, Outputs, Taps, Taps));
        Parallelism.For(Taps * Taps, turnTap);
        Parallelism.For(Inputs, sumTaps);
        y = Result(ref reusedY, matrix.Geometry.ImageShape(x.Shape.N), x);
        matrix.ApplyTransposed(map: x, sums, convolution.Bias?.Value, image: y);
        return y;
    }

    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        FollowMode();
        this.dy = dy;
        if ((wanted & Gradients.Parameters) != 0)
        {
            AccumulateWeightGradient(x!, dy);
            if (convolution.Bias is not null)
            {
                biasSums.AccumulateSum(dy, convolution.Bias.Gradient);
            }
        }

        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        Tensor dx = Result(ref reusedDx, x!.Shape, dy);
        matrix!.Apply(image: dy, sums!, bias: null, map: dx);
        return dx;
    }

    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(dy, x?.Shape, ddx);
        FollowMode();
        AccumulateWeightGradient(ddx, dy);
        Tensor ddy = Result(ref reusedDdy, dy.Shape, ddx);
        matrix!.ApplyTransposed(map: ddx, sums!, bias: null, image: ddy);
        return ddy;
    }

    /// <summary>What users know it as.</summary>
    public override string ToString() => $"{upsample}, {convolution}";

    /// <summary>Nobody sees this module to switch it.</summary>
    private void FollowMode()
    {
        if (IsTraining != convolution.IsTraining)
        {
            SetTraining(convolution.IsTraining);
        }
    }

    private void AccumulateWeightGradient(Tensor x, Tensor dy)
    {
        sumGradient ??= new Tensor(sums!.Shape);
        sumGradient.Span.Clear();
        matrix!.AccumulateWeightGradient(image: dy, map: x, sumGradient);
        Parallelism.For(Inputs, spreadGradient);
        Parallelism.For(Outputs, turnGradient);
    }

    /// <summary>turned[in, ·, tap] = W[·, in, tap].</summary>
    private void TurnTap(int tap) => Transposition.Copy(
        convolution.Weight.Value.Pointer + (tap * Inputs), Taps * Taps * Inputs, turned!.Pointer + (tap * Outputs), Taps * Taps * Outputs,
        Outputs, Inputs);

    /// <summary>K[in] from W[in].</summary>
    private void SumUp(int input)
    {
        Of(sums!, input, SumTaps, 0, 0, SumTaps * SumTaps).Clear();
        for (int y = 0; y < Taps; y++)
        {
            for (int x = 0; x < Taps; x++)
            {
                ReadOnlySpan<float> tap = Of(turned!, input, Taps, y, x);
                for (int place = 0; place < 4; place++)
                {
                    Span<float> sum = SumOf(sums!, input, y, x, place);
                    TensorPrimitives.Add(sum, tap, sum);
                }
            }
        }
    }

    /// <summary>dW[in] from dK[in]: the adjoint.</summary>
    private void SpreadGradient(int input)
    {
        for (int y = 0; y < Taps; y++)
        {
            for (int x = 0; x < Taps; x++)
            {
                Span<float> tap = Of(turned!, input, Taps, y, x);
                tap.Clear();
                for (int place = 0; place < 4; place++)
                {
                    TensorPrimitives.Add(tap, SumOf(sumGradient!, input, y, x, place), tap);
                }
            }
        }
    }

    /// <summary>gradient[out] += what <see cref="SpreadGradient"/> made, which lies as [in][tap][out].</summary>
    private void TurnGradient(int output)
    {
        Span<float> gradient = convolution.Weight.Gradient.Span.Slice(output * Taps * Taps * Inputs, Taps * Taps * Inputs);
        float* from = turned!.Pointer + output;
        for (int input = 0; input < Inputs; input++)
        {
            for (int tap = 0; tap < Taps * Taps; tap++, from += Outputs)
            {
                gradient[(tap * Inputs) + input] += *from;
            }
        }
    }

    /// <summary>One of the four sums that a tap is in.</summary>
    private Span<float> SumOf(Tensor weights, int input, int y, int x, int place) =>
        Of(weights, input, SumTaps, Taps - 1 - y + (place / 2), Taps - 1 - x + (place % 2));

    private Span<float> Of(Tensor weights, int input, int width, int y, int x, int taps = 1) =>
        weights.Span.Slice(((((input * width) + y) * width) + x) * Outputs, taps * Outputs);
}
