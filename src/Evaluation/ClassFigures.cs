namespace MiniGan.Evaluation;

/// <summary>What the classes that an <see cref="ImageClassifier"/> sees in pictures tell of them.</summary>
/// <param name="Score">
/// The <see cref="ClassifierScore"/>, from 1 to the number of classes: how clear each is, and how various all are.
/// </param>
/// <param name="ConfidentShare">The share, 0 to 1, of pictures that the classifier is more than 90 % sure of.</param>
/// <param name="Shares">The share of each class, 0 to 1.</param>
public sealed record ClassFigures(double Score, double ConfidentShare, IReadOnlyList<double> Shares)
{
    /// <summary>Computes them.</summary>
    /// <param name="seen">p(y|x) of at least one picture.</param>
    /// <exception cref="ArgumentException">There are no pictures.</exception>
    public static ClassFigures Of(Classification seen) =>
        new(ClassifierScore.Of(seen), ClassifierScore.ConfidentShare(seen), ClassifierScore.ClassShares(seen));
}
