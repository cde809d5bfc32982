namespace MiniGan.Kernels;

/// <summary>y = softmax(x) of a row, with its first and second derivative: yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ), J = diag(y) − y · yᵀ.</summary>
internal static class SoftmaxRow
{
    /// <summary>y = softmax(x), from x − max x, so that no exp overflows. y may be x.</summary>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        if (!x.IsEmpty)
        {
            TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
            TensorPrimitives.Exp(y, y);
            TensorPrimitives.Divide(y, TensorPrimitives.Sum<float>(y), y);
        }
    }

    /// <summary>dx = J · dy = y ∘ (dy − ⟨y, dy⟩). dx may be dy.</summary>
    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        TensorPrimitives.Subtract(dy, TensorPrimitives.Dot(y, dy), dx);
        TensorPrimitives.Multiply(dx, y, dx);
    }

    /// <summary>
    /// sum += ∂⟨ddx, J · dy⟩/∂y = ddx ∘ dy − ⟨y, ddx⟩ · dy − ⟨y, dy⟩ · ddx, which <see cref="Backward"/> takes on to x.
    /// </summary>
    public static void AddCurvature(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, ReadOnlySpan<float> ddx, Span<float> sum)
    {
        float ofDdx = TensorPrimitives.Dot(y, ddx), ofDy = TensorPrimitives.Dot(y, dy);
        TensorPrimitives.MultiplyAdd(ddx, dy, sum, sum);
        TensorPrimitives.MultiplyAdd(dy, -ofDdx, sum, sum);
        TensorPrimitives.MultiplyAdd(ddx, -ofDy, sum, sum);
    }
}
