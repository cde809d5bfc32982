namespace MiniGan.Convolution;

/// <summary>How the padding of a convolution is given.</summary>
public enum PaddingKind
{
    /// <summary>No padding: the kernel stays inside (Keras's <c>valid</c>).</summary>
    Valid,

    /// <summary>
    /// The padding follows from the sizes, so that the small side is the large side divided by the stride (Keras's <c>same</c>).
    /// </summary>
    Same,

    /// <summary>Four numbers (PyTorch's and ONNX's way).</summary>
    Explicit,
}
