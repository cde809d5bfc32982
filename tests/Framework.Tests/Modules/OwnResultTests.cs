using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>A module reuses its results in training: not where they are its own next input and still needed.</summary>
public sealed class OwnResultTests
{
    /// <summary>As A_modules_own_result_may_be_its_next_input, forward and backward, of modules that have others within.</summary>
    [Theory]
    [InlineData("Residual")]
    [InlineData("Residual of nothing")]
    [InlineData("Concat")]
    [InlineData("ConditionalBatchNorm2D")]
    public void A_containers_own_result_may_be_its_next_input(string name)
    {
        Module Make() => name switch
        {
            "Residual" => Filled(new Residual(new Conv2D(4, 4, 3, padding: 1), new Conv2D(4, 4, 1))),
            "Residual of nothing" => Filled(new Residual(Lambda.Identity(), new Conv2D(4, 4, 1))),
            "Concat" => Filled(new Concat(new Conv2D(4, 2, 1), new Conv2D(4, 2, 3, padding: 1))),
            _ => FilledConditional(),
        };
        Tensor x = Values.Normal(new Shape(2, 4, 3, 5), "x"), dy = Values.Normal(x.Shape, "dy");
        (float[] Y, float[] Dx, float[][] Gradients) Twice(bool copies)
        {
            Tensor Copy(Tensor tensor) => copies ? tensor.Clone() : tensor;
            Module module = Make();
            float[] y = module.Forward(Copy(module.Forward(x))).ToRowMajor();
            float[] dx = module.Backward(Copy(module.Backward(dy))).ToRowMajor();
            return (y, dx, [.. module.Parameters.Select(parameter => parameter.Gradient.ToRowMajor())]);
        }

        (float[] y, float[] dx, float[][] gradients) = Twice(copies: true);
        (float[] ownY, float[] ownDx, float[][] ownGradients) = Twice(copies: false);
        Assert.Equal(y, ownY);
        Assert.Equal(dx, ownDx);
        Assert.Equal(gradients, ownGradients);
    }

    [Fact]
    public void A_modules_own_result_may_be_its_next_input()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(2), [1, -1]);
        var leaky = new LeakyReLU(0.5f);
        Assert.Equal([1, -0.25f], leaky.Forward(leaky.Forward(x)).ToRowMajor());
        Assert.Equal([1, 0.25f], leaky.Backward(leaky.Backward(Tensor.FromRowMajor(new Shape(2), [1, 1]))).ToRowMajor());
        Assert.Equal([1, -1], x.ToRowMajor());

        var twice = new Conv2D(3, 3, 3, padding: 1);
        Initializers.HeNormal(twice, new RandomSource(1, "w"));
        Tensor image = Values.Normal(new Shape(2, 3, 4, 5), "image");
        float[] expected = twice.Forward(twice.Forward(image).Clone()).ToRowMajor();
        Assert.Equal(expected, twice.Forward(twice.Forward(image)).ToRowMajor());
    }

    private static ConditionalBatchNorm2D FilledConditional()
    {
        var norm = new ConditionalBatchNorm2D(4, 3);
        ((Embedding)norm.Children[1]).SetLabels([2, 0]);
        // γ = 1 would hide what is mixed up.
        new RandomSource(1, "w").FillNormal(norm.Parameters[0].Value.Span);
        return norm;
    }

    private static T Filled<T>(T module)
        where T : Module
    {
        Initializers.HeNormal(module, new RandomSource(1, "w"));
        return module;
    }
}
