using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = x / √(mean over channels of x² + ε), at each pixel by itself: it keeps a generator's features from growing (Karras et al. 2018,
/// "Progressive growing of GANs for improved quality, stability, and variation", section 4.2).
/// </summary>
/// <remarks>x, y: [N, C, H, W], or rows [N, C].</remarks>
public sealed class PixelNorm : SmoothModule
{
    private readonly Action<int> compute, differentiate, differentiateTwice;

    private Tensor? x, y, dy, ddx, dx, curvature;
    private ChannelChunks chunks;

    /// <summary>Makes the module.</summary>
    /// <param name="epsilon">ε, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is not a positive number.</exception>
    public PixelNorm(double epsilon = 1e-8)
    {
        Epsilon = epsilon > 0 && double.IsFinite(epsilon)
            ? epsilon
            : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε must be a positive number.");
        (compute, differentiate, differentiateTwice) = (ComputeChunk, DifferentiateChunk, DifferentiateTwiceChunk);
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) => x.Rank is 2 or 4
        ? x
        : throw new ArgumentException($"PixelNorm expects x: [N, C, H, W] or [N, C], but got {x}.", nameof(x));

    /// <inheritdoc/>
    protected override void Compute(Tensor x, Tensor y)
    {
        (this.x, this.y) = (x, y);
        Run(compute);
    }

    /// <inheritdoc/>
    protected override void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters)
    {
        if (dx is not null)
        {
            (this.x, this.y, this.dy, this.dx) = (x, y, dy, dx);
            Run(differentiate);
        }
    }

    /// <inheritdoc/>
    protected override void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature)
    {
        (this.x, this.y, this.dy, this.ddx, dx, this.curvature) = (x, y, dy, ddx, ddy, curvature);
        Run(differentiateTwice);
    }

    private void Run(Action<int> chunk)
    {
        chunks = ChannelChunks.Of(x!);
        Parallelism.For(chunks.Count, chunk);
    }

    private void ComputeChunk(int chunk)
    {
        for (int p = chunks.First(chunk); p < chunks.End(chunk); p++)
        {
            Standardization.Apply(Position(x!, p), Position(y!, p), Epsilon, centred: false);
        }
    }

    private void DifferentiateChunk(int chunk)
    {
        for (int p = chunks.First(chunk); p < chunks.End(chunk); p++)
        {
            Standardization.Differentiate(Position(y!, p), R(p), Position(dy!, p), Position(dx!, p), centred: false);
        }
    }

    private unsafe void DifferentiateTwiceChunk(int chunk)
    {
        var ofDy = new Span<float>(ThreadScratch.Floats(chunks.Channels), chunks.Channels);
        for (int p = chunks.First(chunk); p < chunks.End(chunk); p++)
        {
            ReadOnlySpan<float> own = Position(y!, p), d = Position(dy!, p), v = Position(ddx!, p);
            Span<float> ofDdx = Position(dx!, p);
            float r = R(p);
            Standardization.Differentiate(own, r, v, ofDdx, centred: false);
            Standardization.Differentiate(own, r, d, ofDy, centred: false);
            Standardization.Curvature(own, r, d, v, ofDy, ofDdx, Position(curvature!, p));
        }
    }

    private float R(int position) => Standardization.InverseRoot(Position(x!, position), Epsilon);

    private Span<float> Position(Tensor tensor, int position) => tensor.Span.Slice(position * chunks.Channels, chunks.Channels);
}
