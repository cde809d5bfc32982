using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = γ · (x − μ) / √(σ² + ε) + β, a channel at a time, over batch and pixels (Ioffe and Szegedy 2015, algorithm 1). In training μ and σ²
/// are those of the batch and the running ones move towards them; in inference they are the running ones.
/// </summary>
/// <remarks>
/// x, y: [N, C, H, W]; weight γ, bias β, running_mean and running_var: [C]. As PyTorch's <c>BatchNorm2d</c>, whose
/// running variance is the unbiased one.
/// </remarks>
/// <example>
/// <code>
/// Sequential block = [new Conv2D(3, 16, 3, padding: 1, bias: false), new BatchNorm2D(16), new ReLU()];
/// block.SetTraining(false); // running statistics from now on
/// </code>
/// </example>
public sealed class BatchNorm2D : Module
{
    private readonly Tensor mean, scale, meanDy, tilt, offset;
    private readonly Tensor? batches;
    private readonly ChannelSums sums;
    private readonly ChannelMap<Normalization> normalize = new();
    private readonly ChannelMap<NormalizationGradient> normalizeBackward = new();
    private double[] inverseDeviation = [];
    private Tensor? x, y, reusedY, reusedDx;
    private bool usedBatch;

    /// <summary>Makes a layer with γ = 1, β = 0, running mean 0 and running variance 1.</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="epsilon">ε, added to the variance; positive.</param>
    /// <param name="momentum">
    /// The weight of the newest batch in the running statistics, in [0, 1]; Keras's momentum is 1 minus this. Null for the plain mean of
    /// all batches so far, of which <c>num_batches_tracked</c> in the state tells the number: a float32, which counts to 2²⁴.
    /// </param>
    /// <param name="affine">Whether to learn γ and β.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public BatchNorm2D(int channels, double epsilon = 1e-5, double? momentum = 0.1, bool affine = true)
    {
        if (channels < 1 || !(epsilon > 0 && double.IsFinite(epsilon)) || !(momentum is null or (>= 0 and <= 1)))
        {
            throw new ArgumentException(
                $"BatchNorm2D needs at least 1 channel, a positive epsilon and a momentum from 0 to 1, but got {channels}, " +
                $"{epsilon} and {momentum}.");
        }

        Epsilon = epsilon;
        Momentum = momentum;
        var shape = new Shape(channels);
        (Weight, Bias) = affine ? (new Parameter("weight", shape, Ones), new Parameter("bias", shape)) : (null, null);
        (RunningMean, RunningVariance) = (Tensor.Deferred(shape), Tensor.Deferred(shape, Ones));
        (mean, scale, meanDy, tilt) = (Tensor.Deferred(shape), Tensor.Deferred(shape), Tensor.Deferred(shape), Tensor.Deferred(shape));
        offset = Tensor.Deferred(shape);
        sums = new ChannelSums(channels);
        Parameters = affine ? [Weight!, Bias!] : [];
        State = [.. base.State, new("running_mean", RunningMean), new("running_var", RunningVariance)];
        if (momentum is null)
        {
            batches = Tensor.Deferred(new Shape(1));
            State = [.. State, new("num_batches_tracked", batches)];
        }
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>The weight of the newest batch in the running statistics; null for the mean of all batches.</summary>
    public double? Momentum { get; }

    /// <summary>γ; null if there is none.</summary>
    public Parameter? Weight { get; }

    /// <summary>β; null if there is none.</summary>
    public Parameter? Bias { get; }

    /// <summary>The running mean, [C].</summary>
    public Tensor RunningMean { get; }

    /// <summary>The running (unbiased) variance, [C].</summary>
    public Tensor RunningVariance { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> State { get; }

    /// <inheritdoc/>
    internal override bool ForgetsResults => true;

    /// <inheritdoc/>
    internal override Module? FusedWith(Module next) =>
        next is LeakyReLU { WorksInPlace: true } rectifier ? new RectifiedBatchNorm(this, rectifier.Slope) : null;

    /// <summary>y = γ · (x − μ) / √(σ² + ε) + β; in training the running statistics move by the momentum.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Forward(x, slope: 1);

    /// <summary>The same, followed by a rectifier with this slope.</summary>
    internal Tensor Forward(Tensor x, float slope)
    {
        ArgumentNullException.ThrowIfNull(x);
        int channels = RunningMean.Shape.N, count = x.Shape.Count / channels;
        if (x.Shape.Rank != 4 || x.Shape.C != channels)
        {
            throw new ArgumentException($"BatchNorm2D expects x: [N, {channels}, H, W], but got {x.Shape}.", nameof(x));
        }

        if (IsTraining && count < 2)
        {
            throw new ArgumentException(
                $"BatchNorm2D needs more than one value per channel to train, but x is {x.Shape}. Use a larger batch, or inference mode.",
                nameof(x));
        }

        this.x = x;
        usedBatch = IsTraining;
        if (inverseDeviation.Length == 0)
        {
            inverseDeviation = new double[channels];
        }

        if (IsTraining)
        {
            MeasureBatch(x, count);
        }
        else
        {
            RunningMean.Span.CopyTo(mean.Span);
            for (int c = 0; c < channels; c++)
            {
                inverseDeviation[c] = Inverse(RunningVariance[c]);
            }
        }

        for (int c = 0; c < channels; c++)
        {
            scale[c] = (float)((Weight?.Value[c] ?? 1) * inverseDeviation[c]);
        }

        Bias?.Value.Span.CopyTo(offset.Span); // as it is now, for Backward, too
        y = Result(ref reusedY, x.Shape, x);
        normalize.Run(x, x, mean, scale, offset, offset, offset, slope, y);
        return y;
    }

    /// <summary>
    /// With x̂ = (x − μ) / √(σ² + ε), M values a channel and sums over a channel: dβ += Σ dy, dγ += Σ dy · x̂, and in training
    /// dx = γ / √(σ² + ε) · (dy − Σ dy / M − x̂ · Σ(dy · x̂) / M), since μ and σ² depend on x, too; in inference dx = γ / √(σ² + ε) · dy.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All) => Backward(dy, wanted, slope: 1);

    /// <summary>The same through that rectifier: whether y was positive is computed again.</summary>
    internal Tensor Backward(Tensor dy, Gradients wanted, float slope)
    {
        CheckBackward(y, dy);
        int channels = RunningMean.Shape.N, count = x!.Shape.Count / channels;
        sums.SumProducts(dy, x, mean, scale, offset, slope, out ReadOnlySpan<double> sumDy, out ReadOnlySpan<double> sumDyDeviation);
        if ((wanted & Gradients.Parameters) != 0 && Weight is not null)
        {
            for (int c = 0; c < channels; c++)
            {
                Weight.Gradient[c] += (float)(sumDyDeviation[c] * inverseDeviation[c]);
                Bias!.Gradient[c] += (float)sumDy[c];
            }
        }

        if ((wanted & Gradients.Input) == 0)
        {
            return NoGradient;
        }

        for (int c = 0; c < channels; c++)
        {
            meanDy[c] = usedBatch ? (float)(sumDy[c] / count) : 0;
            tilt[c] = usedBatch ? (float)(sumDyDeviation[c] * inverseDeviation[c] * inverseDeviation[c] / count) : 0;
        }

        Tensor dx = Result(ref reusedDx, x.Shape, dy);
        normalizeBackward.Run(dy, x, mean, scale, meanDy, tilt, offset, slope, dx);
        return dx;
    }

    /// <summary>Not supported: an image's logit would depend on the whole batch, so that no gradient is an image's own.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx) => throw new NotSupportedException(NoDoubleBackward);

    /// <summary>Why no gradient penalty goes with it.</summary>
    internal const string NoDoubleBackward =
        "BatchNorm2D has no DoubleBackward, which a gradient penalty needs: it mixes the images of a batch, and the penalty takes the " +
        "gradient of each by itself. Use InstanceNorm2D, GroupNorm or LayerNorm in the discriminator, or no penalty.";

    /// <summary>1 / √(σ² + ε); of values whose squares are too large for a number not 0, which would hide them.</summary>
    private double Inverse(double variance) => double.IsFinite(variance) ? 1 / Math.Sqrt(variance + Epsilon) : double.NaN;

    private static void Ones(Tensor tensor) => tensor.Span.Fill(1);

    private void MeasureBatch(Tensor x, int count)
    {
        if (batches is not null)
        {
            batches[0]++;
        }

        double newest = Momentum ?? 1 / (double)batches![0];
        sums.Moments(x, out ReadOnlySpan<double> means, out ReadOnlySpan<double> squaredDeviations);
        for (int c = 0; c < means.Length; c++)
        {
            mean[c] = (float)means[c];
            double variance = squaredDeviations[c] / count;
            inverseDeviation[c] = Inverse(variance);
            RunningMean[c] += (float)(newest * (mean[c] - RunningMean[c]));
            RunningVariance[c] += (float)(newest * ((variance * count / (count - 1)) - RunningVariance[c]));
        }
    }
}
