using MiniGan.Evaluation;
using MiniGan.Training;

namespace MiniGan.Runs;

/// <summary>How good samples are, measured while a run trains.</summary>
/// <param name="Measure">From the networks as they are to the figures.</param>
/// <param name="RealDistance">
/// The distance of real images from the real ones that samples are compared with: the best that can be hoped for. NaN if nobody knows.
/// </param>
public sealed record RunEvaluation(Func<Gan, EvaluationReport> Measure, double RealDistance = double.NaN);
