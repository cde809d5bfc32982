using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Appends to each image how much it differs from others of its batch, so that a discriminator sees a generator that always makes the
/// same image: y = [x, s], where s is the standard deviation of each element over a group of images, averaged over the elements (Karras,
/// Aila, Laine and Lehtinen 2018, "Progressive growing of GANs for improved quality, stability, and variation", section 3).
/// </summary>
/// <remarks>
/// <para>
/// x: [N, C, H, W] → y: [N, C + F, H, W]. With G = min(group size, N), image n is in group n mod (N / G). The channels are cut into F
/// equal parts, each with an s of its own: s = mean over the part's elements of σ = √(Σ d² / G + 10⁻⁸), where d = x − mean of x over the
/// group, written to a channel of all images of the group.
/// </para>
/// <para>
/// As <c>MinibatchStdLayer</c> in StyleGAN2-ADA. A gradient penalty on it needs care: the gradient of an image's logit is no longer that
/// of the image alone.
/// </para>
/// </remarks>
public sealed class MinibatchStdDev : SmoothModule
{
    private readonly Action<int> computeGroup, backwardGroup, doubleBackwardGroup;

    private Tensor? x, dy, ddx, result, curvature;
    private double[] sums = [];
    private ImageGroups groups;

    /// <summary>Makes the module.</summary>
    /// <param name="groupSize">Images in a group, at least 1; of a smaller batch, all.</param>
    /// <param name="channels">F, the number of appended channels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is less than 1.</exception>
    public MinibatchStdDev(int groupSize = 4, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        (GroupSize, Channels) = (groupSize, channels);
        (computeGroup, backwardGroup, doubleBackwardGroup) = (ComputeGroup, BackwardGroup, DoubleBackwardGroup);
    }

    /// <summary>Images in a group; of a smaller batch, all.</summary>
    public int GroupSize { get; }

    /// <summary>F, the number of appended channels.</summary>
    public int Channels { get; }

    /// <summary>For example <c>MinibatchStdDev(4)</c>.</summary>
    public override string ToString() => $"MinibatchStdDev({GroupSize}{(Channels > 1 ? $", {Channels} channels" : "")})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x)
    {
        Positions.RequireImages(x, nameof(MinibatchStdDev));
        if (x.C == 0 || x.C % Channels != 0)
        {
            throw new ArgumentException(
                $"MinibatchStdDev that appends {Channels} channels expects x: [N, C, H, W] with C a multiple of {Channels}, but got {x}.",
                nameof(x));
        }

        int size = Math.Min(GroupSize, x.N);
        return size == 0 || x.N % size == 0
            ? new Shape(x.N, x.C + Channels, x.H, x.W)
            : throw new ArgumentException(
                $"MinibatchStdDev cannot divide {x.N} images into groups of {GroupSize}: x is {x}. Use a batch size that is a multiple " +
                $"of {GroupSize}, a smaller batch, or another group size.",
                nameof(x));
    }

    /// <inheritdoc/>
    protected override void Compute(Tensor x, Tensor y)
    {
        (this.x, result) = (x, y);
        Run(computeGroup);
    }

    /// <summary>
    /// With r the sum of dy over the group's part of the appended channel and E elements of it: dx = dy + r / (E · G) · d / σ.
    /// </summary>
    /// <inheritdoc/>
    protected override void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters)
    {
        if (dx is not null)
        {
            (this.x, this.dy, result) = (x, dy, dx);
            Run(backwardGroup);
        }
    }

    /// <summary>
    /// ddy = [ddx, Σ ddx · d / σ / (E · G)], and ∂P/∂x = r / (E · G) / σ · (ddx − its mean over the group − d · Σ(ddx · d) / (G · σ²)), the
    /// last sum over the group.
    /// </summary>
    /// <inheritdoc/>
    protected override void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature)
    {
        (this.x, this.dy, this.ddx, result, this.curvature) = (x, dy, ddx, ddy, curvature);
        Run(doubleBackwardGroup);
    }

    private void Run(Action<int> runGroup)
    {
        groups = new ImageGroups(x!.Shape, GroupSize);
        if (sums.Length < 2 * groups.Count * Channels)
        {
            sums = new double[2 * groups.Count * Channels];
        }

        Parallelism.For(groups.Count, runGroup);
    }

    private void ComputeGroup(int m)
    {
        Span<double> deviations = Sums(m, 0);
        deviations.Clear();
        Rows(out Span<float> d, out Span<float> sigma, out _, out _);
        for (int p = 0; p < groups.Places; p++)
        {
            groups.Center(x!, m, p, d, sigma);
            AddParts(sigma, deviations);
            for (int i = 0; i < groups.Size; i++)
            {
                groups.At(x!, m, i, p).CopyTo(groups.At(result!, m, i, p));
            }
        }

        Append(m, deviations, 1.0 / Elements);
    }

    private void BackwardGroup(int m)
    {
        Span<double> slopes = Slopes(m);
        Rows(out Span<float> d, out Span<float> sigma, out _, out _);
        for (int p = 0; p < groups.Places; p++)
        {
            groups.Center(x!, m, p, d, sigma);
            Divide(slopes, sigma);
            for (int i = 0; i < groups.Size; i++)
            {
                Span<float> own = ImageGroups.Row(d, i, sigma.Length), from = groups.At(dy!, m, i, p)[..sigma.Length];
                TensorPrimitives.MultiplyAdd(own, sigma, from, groups.At(result!, m, i, p));
            }
        }
    }

    private void DoubleBackwardGroup(int m)
    {
        Span<double> slopes = Slopes(m), changes = Sums(m, 1);
        changes.Clear();
        Rows(out Span<float> d, out Span<float> sigma, out Span<float> mean, out Span<float> product);
        for (int p = 0; p < groups.Places; p++)
        {
            groups.Center(x!, m, p, d, sigma);
            groups.Mean(ddx!, m, p, mean);
            product.Clear();
            for (int i = 0; i < groups.Size; i++)
            {
                Span<float> a = groups.At(ddx!, m, i, p);
                a.CopyTo(groups.At(result!, m, i, p));
                TensorPrimitives.MultiplyAdd(a, ImageGroups.Row(d, i, sigma.Length), product, product);
            }

            TensorPrimitives.Divide(product, sigma, product);
            AddParts(product, changes);
            TensorPrimitives.Divide(product, sigma, product);
            TensorPrimitives.Multiply(product, 1f / groups.Size, product);
            Divide(slopes, sigma);
            for (int i = 0; i < groups.Size; i++)
            {
                Span<float> c = groups.At(curvature!, m, i, p), own = ImageGroups.Row(d, i, sigma.Length);
                TensorPrimitives.Multiply(own, product, own);
                TensorPrimitives.Subtract(groups.At(ddx!, m, i, p), own, c);
                TensorPrimitives.Subtract(c, mean, c);
                TensorPrimitives.Multiply(c, sigma, c);
            }
        }

        Append(m, changes, 1.0 / ((double)Elements * groups.Size));
    }

    /// <summary>Of each part, r / (E · G).</summary>
    private Span<double> Slopes(int m)
    {
        Span<double> slopes = Sums(m, 0);
        slopes.Clear();
        for (int place = 0; place < groups.Size * groups.Places; place++)
        {
            Span<float> appended = Appended(dy!, m, place);
            for (int f = 0; f < Channels; f++)
            {
                slopes[f] += appended[f];
            }
        }

        foreach (ref double slope in slopes)
        {
            slope /= (double)Elements * groups.Size;
        }

        return slopes;
    }

    /// <summary>Writes sums · factor to the appended channels of a group.</summary>
    private void Append(int m, Span<double> sums, double factor)
    {
        for (int place = 0; place < groups.Size * groups.Places; place++)
        {
            Span<float> appended = Appended(result!, m, place);
            for (int f = 0; f < Channels; f++)
            {
                appended[f] = (float)(sums[f] * factor);
            }
        }
    }

    /// <summary>Adds to the sum of each part its channels.</summary>
    private void AddParts(Span<float> channels, Span<double> sums)
    {
        int length = channels.Length / Channels;
        for (int f = 0; f < Channels; f++)
        {
            sums[f] += TensorPrimitives.Sum<float>(channels.Slice(f * length, length));
        }
    }

    /// <summary>Each part's channels ← its numerator / channels.</summary>
    private void Divide(Span<double> numerators, Span<float> channels)
    {
        int length = channels.Length / Channels;
        for (int f = 0; f < Channels; f++)
        {
            Span<float> part = channels.Slice(f * length, length);
            TensorPrimitives.Divide((float)numerators[f], part, part);
        }
    }

    /// <summary>E.</summary>
    private int Elements => x!.Shape.C / Channels * groups.Places;

    private Span<double> Sums(int m, int which) => sums.AsSpan(((m * 2) + which) * Channels, Channels);

    /// <summary>Working memory of the thread: a row of channels per image of the group, and three more.</summary>
    private unsafe void Rows(out Span<float> d, out Span<float> sigma, out Span<float> mean, out Span<float> product)
    {
        int channels = x!.Shape.C;
        var all = new Span<float>(ThreadScratch.Floats(checked((groups.Size + 3) * channels)), (groups.Size + 3) * channels);
        d = all[..(groups.Size * channels)];
        sigma = all.Slice(d.Length, channels);
        mean = all.Slice(d.Length + channels, channels);
        product = all[(d.Length + (2 * channels))..];
    }

    /// <summary>The appended channels at one of the positions of all images of a group.</summary>
    private Span<float> Appended(Tensor tensor, int m, int place) =>
        groups.At(tensor, m, place / groups.Places, place % groups.Places)[x!.Shape.C..];
}
