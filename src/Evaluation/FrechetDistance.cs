using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MiniGan.Evaluation;

/// <summary>
/// How far apart two sets of pictures are, each taken for a normal distribution of features: d² = |μ₁ − μ₂|² + Tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)
/// (Heusel et al. 2017, "GANs trained by a two time-scale update rule converge to a local Nash equilibrium", equation 6), the square of the
/// Fréchet or 2-Wasserstein distance of the two. With an Inception network's features it is known as FID.
/// </summary>
/// <remarks>
/// It is in the square of the features' unit, so only distances in the features of the same network compare; and it falls with the number
/// of pictures, so only distances of equally many do.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance; 0 for equal statistics, and never negative.</summary>
    /// <param name="first">μ₁ and Σ₁.</param>
    /// <param name="second">μ₂ and Σ₂, of as many features.</param>
    /// <exception cref="ArgumentException">The numbers of features differ.</exception>
    public static double Between(FeatureStatistics first, FeatureStatistics second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Mean.Count != second.Mean.Count)
        {
            throw new ArgumentException(
                $"Distances are between as many features, but these are {first.Mean.Count} and {second.Mean.Count}.", nameof(second));
        }

        double meanDistance = first.Mean.Zip(second.Mean, (a, b) => (a - b) * (a - b)).Sum();
        Matrix<double> covariance1 = Matrix<double>.Build.DenseOfArray(first.Covariance),
            covariance2 = Matrix<double>.Build.DenseOfArray(second.Covariance);

        // Σ₁Σ₂ has the eigenvalues of Σ₁^½ Σ₂ Σ₁^½, which is symmetric and has none below zero: its trace needs no root
        // of a lopsided matrix.
        Matrix<double> root = Root(covariance1), product = root * covariance2 * root;
        double traceOfRoot = Decompose((product + product.Transpose()) / 2).EigenValues.Sum(value => Math.Sqrt(Math.Max(value.Real, 0)));
        return Math.Max(0, meanDistance + covariance1.Trace() + covariance2.Trace() - (2 * traceOfRoot));
    }

    /// <summary>Σ^½ = U Λ^½ Uᵀ. Eigenvalues that rounding put below zero count as zero.</summary>
    private static Matrix<double> Root(Matrix<double> covariance)
    {
        Evd<double> evd = Decompose(covariance);
        Vector<double> roots = evd.EigenValues.Map(value => Math.Sqrt(Math.Max(value.Real, 0)));
        return evd.EigenVectors * Matrix<double>.Build.DiagonalOfDiagonalVector(roots) * evd.EigenVectors.Transpose();
    }

    private static Evd<double> Decompose(Matrix<double> symmetric) => symmetric.Evd(Symmetricity.Symmetric);
}
