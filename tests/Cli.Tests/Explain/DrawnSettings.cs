using System.Text.Json.Nodes;
using MiniGan.Cli.Explain;
using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>Settings to try the page with.</summary>
internal static class DrawnSettings
{
    /// <summary>Sizes that differ along the axes; now and then a window that cannot be, for which there are no settings.</summary>
    public static (JsonObject Json, LessonSettings? Settings) Next(RandomSource random, bool isTransposed)
    {
        int height = 1 + random.NextInt(5), kernelHeight = 1 + random.NextInt(4);
        Size2D input = (height, height + 1 + random.NextInt(2)), kernel = (kernelHeight, kernelHeight == 1 ? 2 : kernelHeight - 1);
        Size2D stride = (1 + random.NextInt(3), 1 + random.NextInt(3)),
            dilation = (1 + random.NextInt(2), 1 + random.NextInt(2)), extra = 0;
        Padding padding = default;
        switch (random.NextInt(3))
        {
            case 0: break;
            case 1: padding = Padding.Same; break;
            default:
                padding = Padding.Explicit(random.NextInt(3), random.NextInt(3), random.NextInt(3), random.NextInt(3));
                extra = isTransposed ? (random.NextInt(2), random.NextInt(3)) : default;
                break;
        }

        int groups = 1 + random.NextInt(2);
        int inputChannels = groups * (1 + random.NextInt(2)), outputChannels = groups * (1 + random.NextInt(2));
        JsonObject json = HtmlPage.SettingsFor(new LessonSettings(
            isTransposed, input, new ConvolutionWindow(kernel, stride, padding, dilation, groups: groups), inputChannels, outputChannels));
        json["outputPadding"] = new JsonArray(extra.Height, extra.Width);
        try
        {
            return (json,
                new LessonSettings(
                    isTransposed, input, new ConvolutionWindow(kernel, stride, padding, dilation, extra, groups), inputChannels,
                    outputChannels));
        }
        catch (ArgumentException)
        {
            return (json, null);
        }
    }
}
