using System.Text.Json;
using System.Text.Json.Nodes;
using MiniGan.Evaluation;

namespace MiniGan.Cli.Evaluate;

/// <summary>All that <c>evaluate</c> found out.</summary>
/// <param name="Source">The samples.</param>
/// <param name="Data">The real images.</param>
/// <param name="ReferenceAccuracy">The share of the reference that the classifier gets right.</param>
/// <param name="Samples">The samples' figures.</param>
/// <param name="Baseline">The same of real images.</param>
/// <param name="Neighbours">How near the samples are to training images; null if that was not asked for.</param>
internal sealed record EvaluationResult(
    SampleSource Source, EvaluationData Data, double ReferenceAccuracy, EvaluationReport Samples,
    EvaluationReport Baseline, NeighbourDistances? Neighbours)
{
    private static readonly JsonSerializerOptions JsonOptions =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>One JSON object, names in snake_case; shares are from 0 to 1.</summary>
    public string ToJson()
    {
        JsonObject Named(EvaluationReport report, string name)
        {
            JsonObject json = JsonSerializer.SerializeToNode(report, JsonOptions)!.AsObject();
            json.Insert(0, "name", name);
            return json;
        }

        var result = new JsonObject
        {
            ["samples"] = Named(Samples, Source.Name),
            ["baseline"] = Named(Baseline, Data.BaselineName),
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
                ["mean_distance_of_samples"] = Neighbours.Samples,
                ["mean_distance_of_test_images"] = Neighbours.Real,
            };
        }

        return result.ToJsonString(JsonOptions);
    }
}
