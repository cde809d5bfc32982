using MiniGan.Modules;
using MiniGan.Tensors;
using Check = MiniGan.Modules.GradientCheck;

namespace MiniGan.Tests.Modules;

public sealed class GradientCheckTests
{
    private static readonly Tensor X = Values.Normal(new Shape(2, 3, 4, 5), "x");

    [Fact]
    public void Right_gradients_differ_by_rounding_only()
    {
        Sequential network = [new Conv2D(3, 2, 3), new Flatten(), new Linear(12, 4)];
        Assert.InRange(Check.Backward(network, X), 0, 1e-3);
        Assert.InRange(Check.DoubleBackward(network, X), 0, 1e-3);
        Assert.InRange(Check.Backward(new Tanh(), X), 0, 1e-3);
        Assert.InRange(Check.DoubleBackward(new Tanh(), X), 0, 1e-3);
        Assert.Throws<NotSupportedException>(() => Check.DoubleBackward(new BatchNorm2D(3), X));
        Assert.Throws<ArgumentNullException>(() => Check.Backward(null!, X));
        Assert.Throws<ArgumentNullException>(() => Check.DoubleBackward(network, null!));
    }

    [Fact]
    public void Operands_are_left_as_they_were()
    {
        float[] before = X.ToRowMajor();
        var layer = new Conv2D(3, 2, 3);
        float[] weight = layer.Weight.Value.ToRowMajor();
        Check.Backward(layer, X);
        Check.DoubleBackward(layer, X);
        Assert.Equal(before, X.ToRowMajor());
        Assert.Equal(weight, layer.Weight.Value.ToRowMajor());
    }

    [Theory]
    [InlineData(2, 1, 1, 1)]
    [InlineData(1, 2, 1, 1)]
    [InlineData(1, 1, 2, 1)]
    [InlineData(1, 1, 1, 2)]
    public void Wrong_gradients_are_seen(float dx, float gradient, float ddy, float doubleGradient)
    {
        var wrong = new Scale(dx, gradient, ddy, doubleGradient) { Weight = 1.5f };
        Assert.Equal(dx != 1 || gradient != 1, Check.Backward(wrong, X) > 0.1);
        Assert.Equal(dx != 1 || ddy != 1 || doubleGradient != 1, Check.DoubleBackward(wrong, X) > 0.1);
    }

    /// <summary>y = w · x, with errors in what its derivatives are to be.</summary>
    private sealed class Scale(float dxError, float gradientError, float ddyError, float doubleError) : Module
    {
        private readonly Parameter weight = new("weight", new Shape(1));
        private Tensor x = X, dy = X;

        public float Weight { init => weight.Value.Span[0] = value; }

        public override IReadOnlyList<Parameter> Parameters => [weight];

        public override Tensor Forward(Tensor x) => Times(this.x = x, weight.Value.Span[0]);

        public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
        {
            this.dy = dy.Clone();
            if ((wanted & Gradients.Parameters) != 0)
            {
                weight.Gradient.Span[0] += gradientError * (float)Values.Dot(x, dy);
            }

            return Times(dy, dxError * weight.Value.Span[0]);
        }

        public override Tensor DoubleBackward(Tensor ddx)
        {
            weight.Gradient.Span[0] += doubleError * (float)Values.Dot(ddx, dy);
            return Times(ddx, ddyError * weight.Value.Span[0]);
        }

        private static Tensor Times(Tensor a, float factor)
        {
            Tensor result = a.Clone();
            foreach (ref float value in result.Span)
            {
                value *= factor;
            }

            return result;
        }
    }
}
