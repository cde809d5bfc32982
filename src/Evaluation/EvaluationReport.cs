namespace MiniGan.Evaluation;

/// <summary>How good pictures are, measured against real ones by <see cref="Evaluator"/>.</summary>
/// <param name="Count">Pictures that were measured.</param>
/// <param name="FrechetDistance">Distance of their features to those of the real ones: 0 is best.</param>
/// <param name="ClassifierScore">From 1 to 10: how clear each is, and how various all are.</param>
/// <param name="ClassShares">The share of each class, 0 to 1.</param>
/// <param name="ConfidentShare">The share, 0 to 1, of pictures that the classifier is more than 90 % sure of.</param>
/// <param name="Precision">The share, 0 to 1, of pictures that lie among the real ones.</param>
/// <param name="Recall">The share, 0 to 1, of real pictures that lie among these.</param>
public sealed record EvaluationReport(
    int Count, double FrechetDistance, double ClassifierScore, IReadOnlyList<double> ClassShares, double ConfidentShare,
    double Precision, double Recall);
