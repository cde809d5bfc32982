using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>A small GAN for images of 3×4×6, whose discriminator's slopes are about 1.</summary>
internal static class ColourGan
{
    /// <summary>The same each time.</summary>
    public static Gan Make(bool dropout = false)
    {
        RandomSource.Default = new RandomSource(1, "weights");
        Sequential ofGenerator = [new Conv2D(2, 2, 3, padding: 1), new Tanh()];
        Sequential generator = [new Linear(5, 48), new Reshape(2, 4, 6), new Residual(ofGenerator), new Conv2D(2, 3, 1), new Tanh()];
        Sequential main = [new Conv2D(4, 4, 3, padding: 1), new LeakyReLU(0.2f), .. dropout ? [new Dropout(0.3)] : Array.Empty<Module>()];
        Sequential discriminator =
            [new Conv2D(3, 4, 3, padding: 1), new LeakyReLU(0.2f), new Residual(main), new Flatten(), new Linear(96, 1)];

        // Larger weights than the default, so that slopes pass 1.
        foreach (Parameter parameter in discriminator.Parameters)
        {
            new RandomSource(1, parameter.Value.Shape.ToString()).FillNormal(parameter.Value.Span, 0, 0.3f);
        }

        return new Gan(generator, discriminator, latentSize: 5);
    }

    /// <summary>|∂D/∂x| of each image.</summary>
    public static IEnumerable<double> Slopes(Module discriminator, Tensor x)
    {
        Tensor logits = discriminator.Forward(x), ones = new(logits.Shape);
        ones.Span.Fill(1);
        float[] gradients = discriminator.Backward(ones, Gradients.Input).ToRowMajor();
        return [.. gradients.Chunk(3 * 4 * 6).Select(g => Math.Sqrt(g.Sum(value => (double)value * value)))];
    }
}
