using MiniGan.Tensors;

namespace MiniGan.TorchSharp;

/// <summary>
/// Between this library's tensors (channels-last in memory) and TorchSharp's (row-major); both ways the values are copied.
/// </summary>
public static class TensorConversion
{
    /// <summary>A float32 TorchSharp tensor on the CPU with the same shape and values.</summary>
    /// <param name="tensor">What to copy.</param>
    public static TorchTensor ToTorch(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TorchRuntime.Load();
        return torch.tensor(tensor.ToRowMajor(), [.. tensor.Shape.ToArray().Select(dimension => (long)dimension)]);
    }

    /// <summary>A tensor of this library with the same shape and values.</summary>
    /// <param name="tensor">A float32 tensor of rank 1 to 4, on any device.</param>
    /// <exception cref="ArgumentException">The tensor is not float32, or its rank is not 1 to 4.</exception>
    public static Tensor ToMiniGan(this TorchTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.dtype != torch.ScalarType.Float32)
        {
            throw new ArgumentException(
                $"Only float32 tensors can be taken over, but this one is {tensor.dtype}. Convert it by .to(torch.float32).",
                nameof(tensor));
        }

        using var scope = torch.NewDisposeScope();
        var shape = new Shape([.. tensor.shape.Select(dimension => checked((int)dimension))]);
        return Tensor.FromRowMajor(shape, shape.Count == 0 ? [] : tensor.detach().cpu().contiguous().data<float>().ToArray());
    }
}
