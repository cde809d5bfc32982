using MiniGan.Tensors;

namespace MiniGan.TorchSharp.Networks;

/// <summary>Values from this library's tensors into TorchSharp's and back, in place.</summary>
internal static class TensorTransfer
{
    /// <summary>Overwrites a tensor of TorchSharp, of any precision and on any device.</summary>
    public static void CopyTo(this Tensor from, TorchTensor to)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        to.copy_(from.ToTorch());
    }

    /// <summary>Overwrites a tensor of this library; what is float64 is rounded.</summary>
    public static void CopyTo(this TorchTensor from, Tensor to)
    {
        if (to.Shape.Count > 0)
        {
            using var scope = torch.NewDisposeScope();
            to.CopyFromRowMajor(from.detach().to(torch.ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
        }
    }

    /// <summary>The value of a tensor of one element.</summary>
    public static double ToDouble(this TorchTensor tensor)
    {
        using TorchTensor wide = tensor.to(torch.ScalarType.Float64);
        return wide.item<double>();
    }
}
