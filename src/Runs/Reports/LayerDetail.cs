using System.Globalization;
using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Training;

namespace MiniGan.Runs.Reports;

/// <summary>The settings of a layer in words.</summary>
internal static class LayerDetail
{
    /// <summary>
    /// For example <c>64 → 32, kernel 4×4, stride 2, padding 1</c>; empty of a layer without settings, or one that is not known here.
    /// </summary>
    public static string Of(Module module) => module switch
    {
        ConvolutionModule m => string.Join(", ", new[]
        {
            $"{m.InputChannels} → {m.OutputChannels}", $"kernel {m.Window.Kernel}",
            Unless(m.Window.Stride == 1, $"stride {Short(m.Window.Stride)}"),
            Unless(m.Window.Dilation == 1, $"dilation {Short(m.Window.Dilation)}"),
            Unless(m.Window.Groups == 1, $"{m.Window.Groups} groups"),
            Unless(m.Window.Padding == default, $"padding {Short(m.Window.Padding)}"), Unless(m.Bias is not null, "no bias"),
        }.Where(part => part.Length > 0)),
        SpectralNorm m => $"{m.Inner.GetType().Name}: {Of(m.Inner)}",
        ConcatOneHot m => $"{m.Classes} classes",
        ClassLogit m => $"of {m.Classes} classes",
        Pack m => $"{m.Size} images",
        Linear m => $"{m.Weight.Value.Shape.C} → {m.Weight.Value.Shape.N}{Unless(m.Bias is not null, ", no bias")}",
        LeakyReLU { Slope: > 0 } m => string.Create(CultureInfo.InvariantCulture, $"slope {m.Slope}"),
        DropoutModule m => string.Create(CultureInfo.InvariantCulture, $"probability {m.Probability}"),
        Container m => string.Join("; ", Parts(m).Select(Named)),
        BatchNorm2D { Momentum: null } m => string.Create(CultureInfo.InvariantCulture, $"mean of all batches, epsilon {m.Epsilon}"),
        BatchNorm2D m => string.Create(CultureInfo.InvariantCulture, $"momentum {m.Momentum}, epsilon {m.Epsilon}"),
        _ when module.GetType().Assembly != typeof(Module).Assembly => SettingsText.Of(module, typeof(Module).Assembly),
        _ => InParentheses(module.ToString()),
    };

    /// <summary>The layers within a container; a layer that is normalised spectrally stays within its norm.</summary>
    private static IEnumerable<Module> Parts(Module module) =>
        module is SpectralNorm || module.Children.Count == 0 ? [module] : module.Children.SelectMany(Parts);

    private static string Named(Module module) =>
        Of(module) is { Length: > 0 } detail ? $"{module.GetType().Name}: {detail}" : module.GetType().Name;

    private static string InParentheses(string text) => text.IndexOf('(') is int start and >= 0 ? text[(start + 1)..].TrimEnd(')') : "";

    private static string Unless(bool usual, string text) => usual ? "" : text;

    private static string Short(Size2D size) => size.Height == size.Width ? $"{size.Height}" : $"{size}";

    private static string Short(Padding padding) =>
        padding.Kind == PaddingKind.Explicit && padding.Top == padding.Left && padding.Top == padding.Bottom && padding.Top == padding.Right
            ? $"{padding.Top}"
            : $"{padding}";
}
