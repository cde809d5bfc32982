using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Evaluation;

namespace MiniGan.Cli.Evaluate;

/// <summary>All that <c>evaluate</c> found out.</summary>
/// <param name="Name">What to call the samples.</param>
/// <param name="Data">The real images.</param>
/// <param name="Yardstick">In what they are compared.</param>
/// <param name="ReferenceAccuracy">The share of the reference that the classifier gets right; null if nobody knows.</param>
/// <param name="Samples">The samples' figures.</param>
/// <param name="Baseline">The same of real images.</param>
/// <param name="Neighbours">How near the samples are to training images; null if that was not asked for.</param>
internal sealed record EvaluationResult(
    string Name, EvaluationData Data, Yardstick Yardstick, double? ReferenceAccuracy, EvaluationReport Samples,
    EvaluationReport Baseline, NeighbourDistances? Neighbours)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>One JSON object, names in snake_case; shares are from 0 to 1.</summary>
    public string ToJson()
    {
        var result = new JsonObject
        {
            ["features"] = Yardstick.Reason is null ? "classifier" : "random",
            ["samples"] = Figures(Samples, Name),
            ["baseline"] = Figures(Baseline, Data.BaselineName),
            ["reference"] = new JsonObject
            {
                ["name"] = Data.ReferenceName,
                ["count"] = Data.Reference.Count,
                ["classifier_accuracy"] = ReferenceAccuracy,
            },
        };
        if (Neighbours is not null)
        {
            result["nearest_training_image"] = new JsonObject
            {
                ["picture"] = Neighbours.Path,
                ["by"] = Neighbours.Kind == NeighbourKind.Pixels ? "pixels" : "features",
                ["mean_distance_of_samples"] = Neighbours.Samples,
                ["mean_distance_of_test_images"] = Neighbours.Real,
            };
        }

        return result.ToJsonString(Indented);
    }

    private static JsonObject Figures(EvaluationReport report, string name) => new()
    {
        ["name"] = name,
        ["count"] = report.Count,
        ["frechet_distance"] = report.FrechetDistance,
        ["precision"] = report.Precision,
        ["recall"] = report.Recall,
        ["classifier_score"] = report.Classes?.Score,
        ["confident_share"] = report.Classes?.ConfidentShare,
        ["class_shares"] = report.Classes is ClassFigures classes
            ? new JsonArray([.. classes.Shares.Select(share => JsonValue.Create(share))])
            : null,
        ["label_accuracy"] = report.Classes?.LabelAccuracy,
        ["label_accuracies"] = report.Classes is { LabelAccuracy: not null } labelled
            ? new JsonArray([.. labelled.LabelAccuracies.Select(share => JsonValue.Create(share))])
            : null,
    };
}
