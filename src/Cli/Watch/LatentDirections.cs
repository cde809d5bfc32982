using MathNet.Numerics.LinearAlgebra;
using MiniGan.Cli.Common;
using MiniGan.Tensors;

namespace MiniGan.Cli.Watch;

/// <summary>
/// The orthogonal directions of z along which the pictures change most: the eigenvectors of E[JᵀJ], J = ∂G/∂z, the largest eigenvalue
/// first (active subspaces: Constantine, Dow and Wang 2014, "Active subspace methods in theory and practice"). J is taken by finite
/// differences, so that any generator will do.
/// </summary>
internal static class LatentDirections
{
    /// <summary>Directions that are looked for at most.</summary>
    public const int Most = 8;

    private const int Points = 8, LargestLatent = 512;
    private const float Step = 0.1f;

    /// <summary>Finds them.</summary>
    /// <param name="latentSize">Values of z.</param>
    /// <param name="draw">
    /// G: pictures [N, 1, H, W] of latent vectors [N, latent]; of networks that know labels, N pictures of the label of
    /// the point with that number.
    /// </param>
    /// <returns>Unit vectors, the direction of the largest change first.</returns>
    /// <exception cref="UserException">z is too long for it.</exception>
    public static float[][] Of(int latentSize, Func<Tensor, int, Tensor> draw)
    {
        if (latentSize > LargestLatent)
        {
            throw new UserException(
                $"Latent directions are found for up to {LargestLatent} latent values, and this network has {latentSize}.");
        }

        var random = new RandomSource(1, "latent directions");
        Matrix<double> sum = Matrix<double>.Build.Dense(latentSize, latentSize);
        for (int point = 0; point < Points; point++)
        {
            Matrix<double> jacobian = Jacobian(latentSize, random, z => draw(z, point));
            sum += jacobian.TransposeThisAndMultiply(jacobian);
        }

        Matrix<double> vectors = sum.Evd(Symmetricity.Symmetric).EigenVectors; // eigenvalues ascend
        return [.. Enumerable.Range(1, Math.Min(Most, latentSize)).Select(i => Facing(vectors.Column(latentSize - i)))];
    }

    private static Matrix<double> Jacobian(int latentSize, RandomSource random, Func<Tensor, Tensor> draw)
    {
        // The point itself, then one step along each axis.
        var z = new Tensor(new Shape(latentSize + 1, latentSize));
        Span<float> point = z.Span[..latentSize];
        random.FillNormal(point);
        for (int i = 1; i <= latentSize; i++)
        {
            point.CopyTo(z.Span[(i * latentSize)..]);
            z.Span[(i * latentSize) + i - 1] += Step;
        }

        Tensor pictures = draw(z);
        int pixels = pictures.Shape.Count / (latentSize + 1);
        return Matrix<double>.Build.Dense(pixels, latentSize, (pixel, i) =>
            (pictures.Span[((i + 1) * pixels) + pixel] - pictures.Span[pixel]) / Step);
    }

    /// <summary>
    /// Of v and −v, the one whose largest value is positive: a slider must not turn round when the checkpoint is read again.
    /// </summary>
    private static float[] Facing(Vector<double> v)
    {
        double sign = v[v.AbsoluteMaximumIndex()] < 0 ? -1 : 1;
        return [.. v.Select(value => (float)(sign * value))];
    }
}
