using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>y = [f₁(x), f₂(x), …]: the results of several modules side by side, on their channels, as in DenseNet and U-Net.</summary>
/// <remarks>
/// x: any shape → y: [N, ΣCᵢ, H, W] or [N, ΣFᵢ]. PyTorch's <c>torch.cat([f1(x), f2(x)], 1)</c>. In the state the modules are <c>0</c>,
/// <c>1</c>, ….
/// </remarks>
public sealed class Concat : Container
{
    private readonly Module[] branches;
    private readonly Tensor?[] parts, reusedParts;
    private Tensor? y, reusedY, reusedDx, reusedDdy;
    private Shape? input;
    private bool hadBackward;

    /// <summary>Joins modules.</summary>
    /// <param name="branches">f₁, f₂, …; at least one. For x itself: an empty <see cref="Lambda"/>, <see cref="Lambda.Identity"/>.</param>
    /// <exception cref="ArgumentException">There is none, or a module is null or there twice.</exception>
    public Concat(params IReadOnlyList<Module> branches)
        : base(Numbered(branches))
    {
        this.branches = [.. branches];
        (parts, reusedParts) = (new Tensor?[branches.Count], new Tensor?[branches.Count]);
    }

    /// <summary>y = [f₁(x), f₂(x), …].</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        (input, hadBackward) = (x.Shape, false);
        for (int i = 0; i < branches.Length; i++)
        {
            parts[i] = ForwardAt($"Concat[{i}]", branches[i], x);
        }

        return y = Joined(ref reusedY, x, nameof(x));
    }

    /// <summary>dx = Σ fᵢ's dx, each of its channels of dy.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        int first = 0;
        Tensor? dx = null;
        for (int i = 0; i < branches.Length; i++)
        {
            Tensor part = reusedParts[i] = Result(ref reusedParts[i], parts[i]!.Shape, dy);
            Copy(dy, part, first, join: false);
            first += part.Shape.C;
            Tensor of = branches[i].Backward(part, wanted);
            if ((wanted & Gradients.Input) != 0)
            {
                Tensor sum = dx ?? Result(ref reusedDx, input!.Value, dy, of);
                if (dx is null)
                {
                    of.Span.CopyTo(sum.Span);
                }
                else
                {
                    TensorPrimitives.Add<float>(sum.Span, of.Span, sum.Span);
                }

                dx = sum;
            }
        }

        return dx ?? NoGradient;
    }

    /// <summary>ddy = [f₁'s ddy, f₂'s ddy, …].</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, input, ddx);
        for (int i = 0; i < branches.Length; i++)
        {
            parts[i] = branches[i].DoubleBackward(ddx);
        }

        return Joined(ref reusedDdy, ddx, nameof(ddx));
    }

    private static IReadOnlyList<(string Name, Module Module)> Numbered(IReadOnlyList<Module> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        return branches.Count > 0
            ? [.. branches.Select((branch, i) => ($"{i}", branch))]
            : throw new ArgumentException("A Concat needs at least one module.", nameof(branches));
    }

    private Tensor Joined(ref Tensor? reused, Tensor source, string paramName)
    {
        Shape s = parts[0]!.Shape;
        int channels = 0;
        foreach (Tensor? part in parts)
        {
            Shape other = part!.Shape;
            channels += other.C;
            if (s.Rank is not (2 or 4) || other.Rank != s.Rank || (other.N, other.H, other.W) != (s.N, s.H, s.W))
            {
                throw new ArgumentException(
                    "Concat joins [N, C, H, W] of the same N, H and W, or [N, F] of the same N, but its modules make " +
                    $"{string.Join(", ", parts.Select(tensor => tensor!.Shape))}.",
                    paramName);
            }
        }

        Tensor joined = Result(ref reused, s.Rank == 4 ? new Shape(s.N, channels, s.H, s.W) : new Shape(s.N, channels), source);
        int first = 0;
        foreach (Tensor? part in parts)
        {
            Copy(joined, part!, first, join: true);
            first += part!.Shape.C;
        }

        return joined;
    }

    /// <summary>In memory the channels of a position are contiguous, so a part is a stretch of each position.</summary>
    private static void Copy(Tensor joined, Tensor part, int first, bool join)
    {
        int channels = part.Shape.C, all = joined.Shape.C;
        for (int p = 0; p < (channels == 0 ? 0 : part.Shape.Count / channels); p++)
        {
            Span<float> stretch = joined.Span.Slice((p * all) + first, channels), own = part.Span.Slice(p * channels, channels);
            if (join)
            {
                own.CopyTo(stretch);
            }
            else
            {
                stretch.CopyTo(own);
            }
        }
    }
}
