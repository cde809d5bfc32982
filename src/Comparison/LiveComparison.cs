using System.Runtime.InteropServices;
using MiniGan.Tensors;
using MiniGan.TorchSharp;

namespace MiniGan.Comparison;

/// <summary>The hand-written layers against TorchSharp's, here and now.</summary>
public static class LiveComparison
{
    /// <summary>
    /// Runs TorchSharp's layers on the operands of recorded cases, and compares the hand-written ones with what they give.
    /// </summary>
    /// <param name="cases">The cases; what was recorded is replaced by TorchSharp's results.</param>
    public static IEnumerable<CaseResult> Compare(CaseFile cases)
    {
        ArgumentNullException.ThrowIfNull(cases);
        return cases.Cases.Select(recorded => Compare(cases, recorded));
    }

    private static CaseResult Compare(CaseFile cases, LayerCase recorded)
    {
        try
        {
            recorded.CreateLayer().OutputShape(recorded.X.Shape); // what the hand-written layer refuses is not computed either
            return (cases with { Cases = [Recompute(recorded)], Rejected = [] }).Compare().Single();
        }
        catch (Exception exception) when (exception is ArgumentException or ExternalException)
        {
            return new CaseResult(
                recorded.Name, recorded.IsTransposed ? nameof(TorchConvTranspose2D) : nameof(TorchConv2D),
                $"x {recorded.X.Shape}, weight {recorded.Weight.Shape}",
                new Dictionary<string, double>(), $"refused: {exception.Message.Split('\n')[0]}");
        }
    }

    private static LayerCase Recompute(LayerCase recorded)
    {
        int mapChannels = recorded.Weight.Shape.N, imageChannels = recorded.Weight.Shape.C * recorded.Window.Groups;
        using TorchConvolution layer = recorded.IsTransposed
            ? new TorchConvTranspose2D(mapChannels, imageChannels, recorded.Window, recorded.Bias is not null)
            : new TorchConv2D(imageChannels, mapChannels, recorded.Window, recorded.Bias is not null);
        recorded.Weight.Span.CopyTo(layer.Weight.Value.Span);
        layer.Bias?.Value.CopyFromRowMajor(recorded.Bias!.ToRowMajor());
        Tensor y = layer.Forward(recorded.X), dy = recorded.Dy ?? y;
        return recorded with
        {
            Y = y,
            Dy = dy,
            Dx = layer.Backward(dy),
            WeightGradient = layer.Weight.Gradient,
            BiasGradient = layer.Bias?.Gradient,
            IsExact = recorded.IsExact && recorded.Dy is not null,
        };
    }
}
