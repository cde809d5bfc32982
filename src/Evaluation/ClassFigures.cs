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
    /// (Shmelkov, Schmid and Alahari 2018, "How good is my GAN?", section 3: "GAN-test"). Pictures whose labels the classifier does not
    /// know are left out; null where no others are.
    /// </summary>
    public double? LabelAccuracy { get; init; }

    /// <summary>The same of each class; null where no picture is to show it. Empty where they have no labels.</summary>
    public IReadOnlyList<double?> LabelAccuracies { get; init; } = [];

    /// <summary>Computes them.</summary>
    /// <param name="seen">p(y|x) of at least one picture.</param>
    /// <param name="classes">
    /// The class that each picture is to show; negative for one that the classifier does not know. Null where nobody knows any.
    /// </param>
    /// <exception cref="ArgumentException">There are no pictures, or not as many classes.</exception>
    public static ClassFigures Of(Classification seen, IReadOnlyList<int>? classes = null)
    {
        var figures = new ClassFigures(
            ClassifierScore.Of(seen), ClassifierScore.ConfidentShare(seen), ClassifierScore.ClassShares(seen));
        int known = classes?.Count(label => label >= 0) ?? 0;
        return classes is null
            ? figures
            : figures with
            {
                // What is not known is never right.
                LabelAccuracy = known == 0 ? null : seen.Accuracy(classes) * classes.Count / known,
                LabelAccuracies = seen.AccuracyByClass(classes),
            };
    }
}
