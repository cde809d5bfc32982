using System.Globalization;
using System.Text.Json.Nodes;
using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Report;

/// <summary>The networks layer by layer, as data of the page: what the layers are, what comes out of each, how much it learns.</summary>
internal static class NetworkSummary
{
    /// <summary>Sends images through both networks, in inference mode, and looks at each layer. The weights and running statistics stay as they are.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="packing">How many images the discriminator judges at a time.</param>
    public static JsonObject Of(Gan model, int packing)
    {
        // Only shapes are told, so any pictures will do: those of networks that diverged are no numbers.
        Tensor latent = model.Latents(1, new RandomSource(0, "network summary")), pictures = new(model.ImageShape.Batch(packing));
        model.SetLabels(model.Classes == 0 ? [] : new int[1]);
        return new() { ["generator"] = Network(model.Generator, latent), ["discriminator"] = Network(model.Discriminator, pictures) };
    }

    private static JsonObject Network(Module network, Tensor x)
    {
        JsonNode input = Dimensions(x);
        var layers = new JsonArray();
        bool wasTraining = network.IsTraining;

        // What is remembered beside the parameters must stay, too: a spectral norm settles its vectors at its first Forward, in inference as well.
        var parameters = network.Parameters.Select(parameter => parameter.Value).ToHashSet();
        (Tensor Value, float[] Copy)[] remembered = [.. network.State.Where(item => !parameters.Contains(item.Value)).Select(item => (item.Value, item.Value.Span.ToArray()))];
        network.SetTraining(false);
        try
        {
            foreach (Module module in network is Sequential chain ? chain : (IEnumerable<Module>)[network])
            {
                x = module.Forward(x);
                layers.Add(new JsonObject { ["name"] = module.GetType().Name, ["detail"] = Detail(module), ["output"] = Dimensions(x), ["parameters"] = module.ParameterCount });
            }
        }
        finally
        {
            network.SetTraining(wasTraining);
            foreach ((Tensor value, float[] copy) in remembered)
            {
                copy.CopyTo(value.Span);
            }
        }

        return new() { ["input"] = input, ["layers"] = layers, ["parameters"] = network.ParameterCount };
    }

    /// <summary>The shape without the batch.</summary>
    private static JsonArray Dimensions(Tensor x) => new([.. x.Shape.ToArray()[1..].Select(size => JsonValue.Create(size))]);

    private static string Detail(Module module) => module switch
    {
        ConvolutionModule m => string.Join(", ", new[]
        {
            $"{m.InputChannels} → {m.OutputChannels}", $"kernel {m.Window.Kernel}", Unless(m.Window.Stride == 1, $"stride {Short(m.Window.Stride)}"),
            Unless(m.Window.Dilation == 1, $"dilation {Short(m.Window.Dilation)}"), Unless(m.Window.Groups == 1, $"{m.Window.Groups} groups"),
            Unless(m.Window.Padding == default, $"padding {Short(m.Window.Padding)}"),
        }.Where(part => part.Length > 0)),
        SpectralNorm m => $"{m.Inner.GetType().Name}: {Detail(m.Inner)}",
        JoinClass m => $"{m.Classes} classes",
        SelectClass m => $"of {m.Classes} classes",
        Pack m => $"{m.Size} images",
        Linear m => $"{m.Weight.Value.Shape.C} → {m.Weight.Value.Shape.N}",
        LeakyReLU { Slope: > 0 } m => string.Create(CultureInfo.InvariantCulture, $"slope {m.Slope}"),
        Dropout m => string.Create(CultureInfo.InvariantCulture, $"probability {m.Probability}"),
        _ => "",
    };

    private static string Unless(bool usual, string text) => usual ? "" : text;

    private static string Short(Size2D size) => size.Height == size.Width ? $"{size.Height}" : $"{size}";

    private static string Short(Padding padding) =>
        padding.Kind == PaddingKind.Explicit && padding.Top == padding.Left && padding.Top == padding.Bottom && padding.Top == padding.Right ? $"{padding.Top}" : $"{padding}";
}
