namespace MiniGan.Evaluation;

/// <summary>What the classes that an <see cref="ImageClassifier"/> sees in pictures tell of them.</summary>
public static class ClassifierScore
{
    /// <summary>
    /// exp(mean over x of KL(p(y|x) ‖ p(y))), p(y) the mean of p(y|x) (Salimans et al. 2016, "Improved techniques for
    /// training GANs", section 4): the "Inception score", with our classifier. From 1 (all look alike, or like nothing) to
    /// the number of classes (each clear, all equally often).
    /// </summary>
    /// <param name="seen">p(y|x) of at least one picture. All are taken at once, not in ten parts.</param>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    public static double Of(Classification seen)
    {
        Check(seen);
        double[] marginal = new double[seen.Probabilities.Shape.C];
        for (int n = 0; n < seen.Count; n++)
        {
            ReadOnlySpan<float> p = seen.ProbabilitiesOf(n);
            for (int y = 0; y < marginal.Length; y++)
            {
                marginal[y] += (double)p[y] / seen.Count;
            }
        }

        double divergence = 0;
        for (int n = 0; n < seen.Count; n++)
        {
            ReadOnlySpan<float> p = seen.ProbabilitiesOf(n);
            for (int y = 0; y < marginal.Length; y++)
            {
                divergence += p[y] > 0 ? p[y] * Math.Log(p[y] / marginal[y]) : 0; // 0 · log 0 = 0
            }
        }

        return Math.Exp(divergence / seen.Count);
    }

    /// <summary>The share of each class, 0 to 1: of how many pictures it is the most probable one.</summary>
    /// <param name="seen">p(y|x) of at least one picture.</param>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    public static IReadOnlyList<double> ClassShares(Classification seen)
    {
        Check(seen);
        double[] shares = new double[seen.Probabilities.Shape.C];
        for (int n = 0; n < seen.Count; n++)
        {
            shares[seen.ClassOf(n)]++;
        }

        return [.. shares.Select(count => count / seen.Count)];
    }

    /// <summary>The share of pictures, 0 to 1, whose most probable class has more than this probability.</summary>
    /// <param name="seen">p(y|x) of at least one picture.</param>
    /// <param name="threshold">The probability, 0 to 1.</param>
    /// <exception cref="ArgumentException">There are no pictures, or the threshold is no probability.</exception>
    public static double ConfidentShare(Classification seen, double threshold = 0.9)
    {
        Check(seen);
        return threshold is >= 0 and <= 1
            ? Enumerable.Range(0, seen.Count).Count(n => seen.ProbabilitiesOf(n)[seen.ClassOf(n)] > threshold) / (double)seen.Count
            : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be from 0 to 1.");
    }

    private static void Check(Classification seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        if (seen.Count == 0)
        {
            throw new ArgumentException("There are no pictures to tell of.", nameof(seen));
        }
    }
}
