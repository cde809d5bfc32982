using System.Diagnostics.CodeAnalysis;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// The mean μ and the (unbiased) covariance Σ of features, in double: all that a <see cref="FrechetDistance"/> knows of a set of pictures.
/// </summary>
public sealed class FeatureStatistics
{
    private FeatureStatistics(int count, double[] mean, double[,] covariance) => (Count, Mean, Covariance) = (count, mean, covariance);

    /// <summary>Rows that were measured.</summary>
    public int Count { get; }

    /// <summary>μ: [features].</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Σ: [features, features], divided by <see cref="Count"/> − 1 (as numpy's <c>cov</c>).</summary>
    [SuppressMessage(
        "Performance", "CA1819:Properties should not return arrays",
        Justification = "It is the matrix: copying it at each access would serve nobody.")]
    [SuppressMessage(
        "Performance", "CA1814:Prefer jagged arrays over multidimensional",
        Justification = "A covariance is a square matrix: nothing is wasted.")]
    public double[,] Covariance { get; }

    /// <summary>Measures features.</summary>
    /// <param name="features">[N, features], at least two rows, all finite.</param>
    /// <exception cref="ArgumentException">They are no rows, fewer than two, or not finite.</exception>
    [SuppressMessage(
        "Performance", "CA1814:Prefer jagged arrays over multidimensional",
        Justification = "A covariance is a square matrix: nothing is wasted.")]
    public static FeatureStatistics Of(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        Shape shape = features.Shape;
        if (shape.Rank != 2 || shape.N < 2 || shape.C < 1 || !TensorPrimitives.IsFiniteAll<float>(features.Span))
        {
            throw new ArgumentException(
                $"A covariance needs features [N, features], at least two rows, all of them finite, but got {shape}.", nameof(features));
        }

        int count = shape.N, size = shape.C;
        double[] mean = new double[size], row = new double[size], sums = new double[size * size];
        for (int n = 0; n < count; n++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(features.Span.Slice(n * size, size), row);
            TensorPrimitives.Add(mean, row, mean);
        }

        TensorPrimitives.Divide(mean, count, mean);
        for (int n = 0; n < count; n++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(features.Span.Slice(n * size, size), row);
            TensorPrimitives.Subtract(row, mean, row);
            for (int i = 0; i < size; i++)
            {
                Span<double> sum = sums.AsSpan(i * size, size);
                TensorPrimitives.MultiplyAdd(row, row[i], sum, sum);
            }
        }

        double[,] covariance = new double[size, size];
        for (int i = 0; i < sums.Length; i++)
        {
            covariance[i / size, i % size] = sums[i] / (count - 1);
        }

        return new FeatureStatistics(count, mean, covariance);
    }
}
