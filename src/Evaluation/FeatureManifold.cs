using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// Where a set of pictures lies among all possible features: the union of a ball around each, which reaches to its k-th nearest neighbour
/// in the set (Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative models", equation 1).
/// </summary>
public sealed class FeatureManifold
{
    private readonly SquaredDistances distances;
    private readonly float[] squaredRadii;
    private readonly Tensor features;

    /// <summary>Measures the balls.</summary>
    /// <param name="features">[N, features], N more than <paramref name="neighbours"/>.</param>
    /// <param name="neighbours">k: 3, as in the paper, unless given.</param>
    /// <exception cref="ArgumentException">They are no rows, or too few.</exception>
    public FeatureManifold(Tensor features, int neighbours = 3)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Shape.Rank != 2 || features.Shape.C < 1 || neighbours < 1 || features.Shape.N <= neighbours)
        {
            throw new ArgumentException(
                $"A ball that reaches to neighbour {neighbours} (at least 1) needs more features [N, features] than that, " +
                $"but got {features.Shape}.",
                nameof(features));
        }

        this.features = features;
        distances = new SquaredDistances(features);
        squaredRadii = new float[features.Shape.N];
        distances.ForEach(features, (n, row) =>
        {
            // The nearest of all is the picture itself, or its equal.
            Span<int> indices = stackalloc int[neighbours + 1];
            Span<float> values = stackalloc float[neighbours + 1];
            values.Fill(float.PositiveInfinity);
            NearestNeighbours.KeepSmallest(row, 0, indices, values);
            squaredRadii[n] = values[^1];
        });
    }

    /// <summary>Pictures, each with a ball.</summary>
    public int Count => squaredRadii.Length;

    /// <summary>
    /// The share of other pictures, 0 to 1, that lie in a ball of this set: of generated ones in the manifold of the
    /// real it is <em>precision</em> (are they real-looking?), of real ones in the manifold of the generated
    /// <em>recall</em> (is each kind of real picture made?).
    /// </summary>
    /// <param name="others">[M, features], at least one.</param>
    /// <exception cref="ArgumentException">The number of features differs, or there are none.</exception>
    public double ShareWithin(Tensor others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Shape.Rank != 2 || others.Shape.N < 1 || others.Shape.C != features.Shape.C)
        {
            throw new ArgumentException(
                $"Features [N, {features.Shape.C}], at least one row, are expected, but got {others.Shape}.", nameof(others));
        }

        int within = 0;
        distances.ForEach(others, (_, row) =>
        {
            for (int i = 0; i < row.Length; i++)
            {
                if (row[i] <= squaredRadii[i])
                {
                    Interlocked.Increment(ref within);
                    return;
                }
            }
        });
        return (double)within / others.Shape.N;
    }

    /// <summary>The share of others within this set's manifold, and the share of this set's within that of the others.</summary>
    /// <param name="generated">The manifold of generated pictures.</param>
    /// <returns>Precision and recall of the generated ones, where this set is the real one.</returns>
    /// <exception cref="ArgumentException">The number of features differs.</exception>
    public (double Precision, double Recall) Compare(FeatureManifold generated)
    {
        ArgumentNullException.ThrowIfNull(generated);
        return (ShareWithin(generated.features), generated.ShareWithin(features));
    }
}
