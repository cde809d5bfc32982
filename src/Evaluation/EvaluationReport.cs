namespace MiniGan.Evaluation;

/// <summary>How good pictures are, measured against real ones by <see cref="Evaluator"/>.</summary>
/// <param name="Count">Pictures that were measured.</param>
/// <param name="FrechetDistance">Distance of their features to those of the real ones: 0 is best.</param>
/// <param name="Precision">The share, 0 to 1, of pictures that lie among the real ones.</param>
/// <param name="Recall">The share, 0 to 1, of real pictures that lie among these.</param>
/// <param name="Classes">What a classifier sees; null where pictures are compared in other features.</param>
public sealed record EvaluationReport(int Count, double FrechetDistance, double Precision, double Recall, ClassFigures? Classes);
