using System.Text.Json.Nodes;
using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Runs.Reports;

/// <summary>
/// Describes the layers of a generator for the page that computes with them (<c>page/layers.js</c>): the one place that knows what that
/// page knows. Sizes and padding are settled here, so that the page has no geometry of its own; inference mode is meant, so a
/// normalisation is a scale and an offset per channel.
/// </summary>
/// <param name="weights">Takes the weights; a layer tells where its own begin.</param>
/// <param name="value">The numbers to take for a tensor of the state: its moving average, if there is one.</param>
internal sealed class GeneratorLayers(HalfWeights weights, Func<Tensor, Tensor> value)
{
    /// <summary>Describes a layer, and those within it.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="x">The shape of one input: [1, F] or [1, C, H, W]; afterwards that of its output.</param>
    /// <exception cref="FormatException">The page does not know such a layer.</exception>
    public JsonObject Describe(Module module, ref Shape x)
    {
        JsonObject layer = module switch
        {
            Sequential chain => Chain(chain, ref x),
            Residual { Children: [Module main, ..] } residual => Sum(main, residual.Children.ElementAtOrDefault(1), ref x),
            ConcatOneHot join => Join(join, ref x),
            Linear linear => Linear(linear, ref x),
            Reshape reshape when reshape.GetType() == typeof(Reshape) => Reshape(reshape, ref x),
            ConvolutionModule convolution when convolution.Window.Groups == 1 && convolution is Conv2D or ConvTranspose2D =>
                Convolution(convolution, ref x),
            BatchNorm2D norm => Normalization(norm),
            ConditionalBatchNorm2D { Children: [BatchNorm2D norm, Embedding embedding] } => Conditional(norm, embedding),
            Upsample2D { Mode: UpsampleMode.Nearest } upsample => Upsample(upsample, ref x),
            LeakyReLU leaky => new() { ["slope"] = leaky.Slope },
            Tanh or Sigmoid => [],
            _ => throw new FormatException($"Its layer {module} is none that the page can compute."),
        };
        layer.Insert(0, "type", module is ReLU ? nameof(LeakyReLU) : module.GetType().Name);
        layer["output"] = x.Rank == 2 ? new JsonArray(x.C) : new JsonArray(x.C, x.H, x.W);
        return layer;
    }

    private JsonObject Chain(Sequential chain, ref Shape x)
    {
        var layers = new JsonArray();
        foreach (Module module in chain)
        {
            layers.Add(Describe(module, ref x));
        }

        return new() { ["layers"] = layers };
    }

    private JsonObject Sum(Module main, Module? shortcut, ref Shape x)
    {
        Shape input = x;
        return new() { ["main"] = Describe(main, ref x), ["shortcut"] = shortcut is null ? null : Describe(shortcut, ref input) };
    }

    private static JsonObject Join(ConcatOneHot join, ref Shape x)
    {
        x = new Shape(1, x.C + join.Classes);
        return [];
    }

    private JsonObject Linear(Linear linear, ref Shape x)
    {
        x = new Shape(1, linear.Weight.Value.Shape.N);
        JsonObject layer = Weighted(linear);
        layer["inputs"] = linear.Weight.Value.Shape.C;
        return layer;
    }

    private static JsonObject Reshape(Reshape reshape, ref Shape x)
    {
        x = reshape.Dimensions is [int channels, int height, int width]
            ? new Shape(1, channels, height, width)
            : throw new FormatException($"Its layer {reshape} makes no images, and the page can compute only such.");
        return [];
    }

    private JsonObject Convolution(ConvolutionModule convolution, ref Shape x)
    {
        ConvolutionGeometry geometry = convolution.GeometryFor(x.H, x.W);
        x = convolution.OutputShape(x);
        ConvolutionAxis rows = geometry.Rows, columns = geometry.Columns;
        JsonObject layer = Weighted(convolution);
        layer["image"] = new JsonArray(geometry.ImageChannels, rows.Image, columns.Image);
        layer["map"] = new JsonArray(geometry.MapChannels, rows.Map, columns.Map);
        layer["kernel"] = new JsonArray(rows.Kernel, columns.Kernel);
        layer["stride"] = new JsonArray(rows.Stride, columns.Stride);
        layer["dilation"] = new JsonArray(rows.Dilation, columns.Dilation);
        layer["before"] = new JsonArray(rows.Before, columns.Before);
        return layer;
    }

    /// <summary>γ · (x − μ) / √(σ² + ε) + β = scale · x + offset.</summary>
    private JsonObject Normalization(BatchNorm2D norm)
    {
        Tensor mean = value(norm.RunningMean), variance = value(norm.RunningVariance);
        float[] scale = new float[mean.Shape.N], offset = new float[scale.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            double factor = (norm.Weight is null ? 1 : value(norm.Weight.Value)[c]) / Math.Sqrt(variance[c] + norm.Epsilon);
            scale[c] = (float)factor;
            offset[c] = (float)((norm.Bias is null ? 0 : value(norm.Bias.Value)[c]) - (factor * mean[c]));
        }

        return new() { ["scale"] = weights.Add(scale), ["offset"] = weights.Add(offset) };
    }

    private JsonObject Conditional(BatchNorm2D norm, Embedding embedding)
    {
        JsonObject layer = Normalization(norm);
        layer["embedding"] = weights.Add(value(embedding.Weight.Value));
        return layer;
    }

    private static JsonObject Upsample(Upsample2D upsample, ref Shape x)
    {
        var input = new JsonArray(x.C, x.H, x.W);
        x = upsample.Size is Size2D size
            ? new Shape(1, x.C, size.Height, size.Width)
            : new Shape(1, x.C, x.H * upsample.Scale.Height, x.W * upsample.Scale.Width);
        return new() { ["input"] = input };
    }

    private JsonObject Weighted(WeightedModule module) => new()
    {
        ["weight"] = weights.Add(value(module.Weight.Value)),
        ["bias"] = module.Bias is null ? null : weights.Add(value(module.Bias.Value)),
    };
}
