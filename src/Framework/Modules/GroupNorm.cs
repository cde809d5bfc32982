using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// y = γ · (x − μ) / √(σ² + ε) + β, with μ and σ² of each item of the batch and each group of channels by itself, over the channels of the
/// group and the pixels, and γ and β per channel (Wu and He 2018, "Group normalization", equations 1 and 6).
/// </summary>
/// <remarks>x, y: [N, C, H, W], or rows [N, C]; weight γ and bias β: [C]. As PyTorch's <c>GroupNorm</c>.</remarks>
public class GroupNorm : SmoothModule
{
    private readonly Action<int> compute, differentiate, differentiateTwice;

    private Tensor? x, y, dy, ddx, dx, curvature;
    private double[] weightSums = [], biasSums = [];
    private bool parameters;

    /// <summary>Makes a layer with γ = 1 and β = 0, or without them.</summary>
    /// <param name="groups">Groups, at least 1; a divisor of the channels.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="epsilon">ε, added to the variance; positive.</param>
    /// <param name="affine">Whether to learn γ and β.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5, bool affine = true)
    {
        if (channels < 1 || groups < 1 || channels % groups != 0 || !(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(
                $"{GetType().Name} needs at least 1 channel, groups that divide the channels and a positive epsilon, but got {channels} " +
                $"channels, {groups} groups and {epsilon}.");
        }

        (Groups, Channels, Epsilon) = (groups, channels, epsilon);
        Weight = affine ? new Parameter("weight", new Shape(channels), tensor => tensor.Span.Fill(1)) : null;
        Bias = affine ? new Parameter("bias", new Shape(channels)) : null;
        Parameters = affine ? [Weight!, Bias!] : [];
        (compute, differentiate, differentiateTwice) = (ComputeItem, DifferentiateItem, DifferentiateItemTwice);
    }

    /// <summary>Groups of channels.</summary>
    public int Groups { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>γ; null if there is none.</summary>
    public Parameter? Weight { get; }

    /// <summary>β; null if there is none.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override string ToString() => $"GroupNorm({Groups} of {Channels})";

    /// <inheritdoc/>
    protected override Shape OutputShape(Shape x) =>
        x.Rank is not (2 or 4) || x.C != Channels
            ? throw new ArgumentException($"GroupNorm expects x: [N, {Channels}, H, W] or [N, {Channels}], but got {x}.", nameof(x))
        : Channels / Groups * x.H * x.W == 1
            ? throw new ArgumentException(
                $"GroupNorm needs more than one value per group, of which nothing but 0 would be left, but x is {x}, in {Groups} groups.",
                nameof(x))
        : x;

    /// <inheritdoc/>
    protected sealed override void Compute(Tensor x, Tensor y)
    {
        (this.x, this.y) = (x, y);
        Parallelism.For(x.Shape.N, compute);
    }

    /// <inheritdoc/>
    protected sealed override void Differentiate(Tensor x, Tensor y, Tensor dy, Tensor? dx, bool parameters)
    {
        (this.x, this.dy, this.dx, this.parameters) = (x, dy, dx, parameters && Weight is not null);
        MakeRoomForSums();
        Parallelism.For(x.Shape.N, differentiate);
        if (this.parameters)
        {
            AddSums(weightSums, Weight!.Gradient);
            AddSums(biasSums, Bias!.Gradient);
        }
    }

    /// <inheritdoc/>
    protected sealed override void DifferentiateTwice(Tensor x, Tensor y, Tensor dy, Tensor ddx, Tensor ddy, Tensor? curvature)
    {
        (this.x, this.dy, this.ddx, dx, this.curvature) = (x, dy, ddx, ddy, curvature);
        MakeRoomForSums();
        Parallelism.For(x.Shape.N, differentiateTwice);
        if (Weight is not null)
        {
            AddSums(weightSums, Weight.Gradient);
        }
    }

    // An item is worked on as a matrix with a row per channel, so that the values of a group are contiguous.

    private void ComputeItem(int n)
    {
        GroupRows rows = new(x!.Shape, Groups, matrices: 2);
        rows.Read(x, n, matrix: 0);
        for (int g = 0; g < Groups; g++)
        {
            Standardization.Apply(rows.Group(0, g), rows.Group(1, g), Epsilon, centred: true);
        }

        for (int c = 0; Weight is not null && c < Channels; c++)
        {
            Span<float> row = rows.Row(1, c);
            TensorPrimitives.Multiply(row, Weight.Value[c], row);
            TensorPrimitives.Add(row, Bias!.Value[c], row);
        }

        rows.Write(matrix: 1, y!, n);
    }

    private void DifferentiateItem(int n)
    {
        GroupRows rows = new(x!.Shape, Groups, matrices: 3);
        rows.Read(x, n, matrix: 0);
        rows.Read(dy!, n, matrix: 1);
        for (int g = 0; g < Groups; g++)
        {
            Span<float> standardized = rows.Group(0, g);
            float r = Standardization.Apply(standardized, standardized, Epsilon, centred: true);
            for (int c = g * Channels / Groups; c < (g + 1) * Channels / Groups; c++)
            {
                Span<float> row = rows.Row(1, c);
                if (parameters)
                {
                    weightSums[(n * Channels) + c] = TensorPrimitives.Dot<float>(row, rows.Row(0, c));
                    biasSums[(n * Channels) + c] = TensorPrimitives.Sum<float>(row);
                }

                Scale(row, c);
            }

            if (dx is not null)
            {
                Standardization.Differentiate(standardized, r, rows.Group(1, g), rows.Group(2, g), centred: true);
            }
        }

        if (dx is not null)
        {
            rows.Write(matrix: 2, dx, n);
        }
    }

    private void DifferentiateItemTwice(int n)
    {
        GroupRows rows = new(x!.Shape, Groups, matrices: 6);
        rows.Read(x, n, matrix: 0);
        rows.Read(dy!, n, matrix: 1);
        rows.Read(ddx!, n, matrix: 2);
        for (int g = 0; g < Groups; g++)
        {
            Span<float> standardized = rows.Group(0, g), d = rows.Group(1, g), v = rows.Group(2, g), ofD = rows.Group(3, g),
                ofV = rows.Group(4, g);
            float r = Standardization.Apply(standardized, standardized, Epsilon, centred: true);
            Standardization.Differentiate(standardized, r, v, ofV, centred: true);
            for (int c = g * Channels / Groups; c < (g + 1) * Channels / Groups; c++)
            {
                weightSums[(n * Channels) + c] = TensorPrimitives.Dot<float>(rows.Row(1, c), rows.Row(4, c));
                Scale(rows.Row(1, c), c);
            }

            Standardization.Differentiate(standardized, r, d, ofD, centred: true);
            Standardization.Curvature(standardized, r, d, v, ofD, ofV, rows.Group(5, g));
            for (int c = g * Channels / Groups; c < (g + 1) * Channels / Groups; c++)
            {
                Scale(rows.Row(4, c), c);
            }
        }

        rows.Write(matrix: 4, dx!, n);
        rows.Write(matrix: 5, curvature!, n);
    }

    private void Scale(Span<float> row, int channel)
    {
        if (Weight is not null)
        {
            TensorPrimitives.Multiply(row, Weight.Value[channel], row);
        }
    }

    private void MakeRoomForSums()
    {
        if (weightSums.Length < x!.Shape.N * Channels)
        {
            (weightSums, biasSums) = (new double[x.Shape.N * Channels], new double[x.Shape.N * Channels]);
        }
    }

    /// <summary>Adds those of all items, in their order.</summary>
    private void AddSums(double[] sums, Tensor gradient)
    {
        for (int c = 0; c < Channels; c++)
        {
            double sum = 0;
            for (int n = 0; n < x!.Shape.N; n++)
            {
                sum += sums[(n * Channels) + c];
            }

            gradient[c] += (float)sum;
        }
    }
}
