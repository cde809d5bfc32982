namespace MiniGan.Evaluation;

/// <summary>What the classes that an <see cref="ImageClassifier"/> sees in pictures tell of them.</summary>
/// <param name="Score">
/// The <see cref="ClassifierScore"/>, from 1 to the number of classes: how clear each is, and how various all are.
/// </param>
/// <param name="ConfidentShare">The share, 0 to 1, of pictures that the classifier is more than 90 % sure of.</param>
/// <param name="Shares">The share of each class, 0 to 1.</param>
public sealed record ClassFigures(double Score, double ConfidentShare, IReadOnlyList<double> Shares)
{
    /// <summary>
    /// The share of pictures, 0 to 1, whose most probable class is that of their label: whether they show what they were made to show
    /// (Shmelkov, Schmid and Alahari 2018, "How good is my GAN?", section 3: "GAN-test"). Null where they have no labels.
    /// </summary>
    public double? LabelAccuracy { get; init; }

    /// <summary>The same of each class; null where no picture is to show it. Empty where they have no labels.</summary>
    public IReadOnlyList<double?> LabelAccuracies { get; init; } = [];

    /// <summary>Computes them.</summary>
    /// <param name="seen">p(y|x) of at least one picture.</param>
    /// <param name="classes">
    /// What each picture is to show, a class or, where the classifier does not know it, −1; null where nobody knows.
    /// </param>
    /// <exception cref="ArgumentException">There are no pictures, or not as many classes.</exception>
    public static ClassFigures Of(Classification seen, IReadOnlyList<int>? classes = null) =>
        new(ClassifierScore.Of(seen), ClassifierScore.ConfidentShare(seen), ClassifierScore.ClassShares(seen))
        {
            LabelAccuracy = classes is null ? null : seen.Accuracy(classes),
            LabelAccuracies = classes is null ? [] : seen.AccuracyByClass(classes),
        };
}
