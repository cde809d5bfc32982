using System.Text.Json.Nodes;
using MiniGan.Recipes;
using MiniGan.TorchSharp.Comparing;
using MiniGan.Training;

namespace MiniGan.Cli.Compare;

/// <summary>What came of comparing a recipe's game on both engines.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Steps">Each step, from the same state.</param>
/// <param name="Alone">TorchSharp's steps, each from its own state after the one before.</param>
/// <param name="Verdict">The verdict on each quantity.</param>
/// <param name="Modules">Each module by itself.</param>
internal sealed record GanResult(
    Recipe Recipe, IReadOnlyList<EngineStep> Steps, IReadOnlyList<StepReport> Alone, IReadOnlyList<EngineDifference> Verdict,
    IReadOnlyList<ModuleDifference> Modules)
{
    /// <summary>Whether rounding explains all differences.</summary>
    public bool Passed => Verdict.All(difference => difference.Passed) && Modules.All(module => module.Passed);

    /// <summary>The module that is farthest from its translation.</summary>
    public ModuleDifference Farthest => Modules.MaxBy(module => double.IsNaN(module.Value) ? double.PositiveInfinity : module.Value);

    /// <summary>One JSON object.</summary>
    public JsonObject ToJson() => new()
    {
        ["recipe"] = Recipe.PresetName,
        ["width"] = Recipe.Width,
        ["batch"] = Recipe.BatchSize,
        ["passed"] = Passed,
        ["verdict"] = ToJson(Verdict),
        ["modules"] = new JsonArray([.. Modules.Select(module => new JsonObject
        {
            ["place"] = module.Place,
            ["module"] = module.Module,
            ["quantity"] = module.Quantity,
            ["difference"] = Number(module.Value),
            ["passed"] = module.Passed,
        })]),
        ["steps"] = new JsonArray([.. Steps.Zip(Alone, (step, alone) => new JsonObject
        {
            ["step"] = step.Managed.Step,
            ["managed"] = Losses(step.Managed),
            ["torchSharpAlone"] = Losses(alone),
            ["differences"] = ToJson(step.Differences),
        })]),
    };

    private static JsonArray ToJson(IEnumerable<EngineDifference> differences) => new([.. differences.Select(difference => new JsonObject
    {
        ["quantity"] = difference.Quantity,
        ["where"] = difference.Where,
        ["difference"] = Number(difference.Value),
        ["tolerance"] = difference.Tolerance,
        ["managedFromFloat64"] = Number(difference.Managed),
        ["torchSharpFromFloat64"] = Number(difference.TorchSharp),
        ["passed"] = difference.Passed,
    })]);

    private static JsonObject Losses(StepReport report) => new()
    {
        ["discriminatorLoss"] = Number(report.DiscriminatorLoss),
        ["generatorLoss"] = Number(report.GeneratorLoss),
        ["penalty"] = Number(report.Penalty),
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
