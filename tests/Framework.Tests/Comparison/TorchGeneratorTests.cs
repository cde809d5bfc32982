using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MiniGan.Checkpoints;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Comparison;

/// <summary>docs/pytorch.md: a checkpoint makes the same pictures in PyTorch, by the code that is shown there.</summary>
public sealed partial class TorchGeneratorTests
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    /// <summary>The checkpoints were written by the script, too, so this is also the way back: from PyTorch to MiniGan.</summary>
    [Theory]
    [InlineData("conditional", 10)]
    [InlineData("dcgan", 0)]
    public void A_checkpoint_makes_the_pictures_that_it_makes_in_PyTorch(string name, int classes)
    {
        var checkpoint = GanCheckpoint.Open(Reference.PathOf($"{name}-checkpoint.safetensors"));
        Gan gan = Recipe.LoadGan(checkpoint);
        Assert.Equal((classes, 30, false), (gan.Classes, checkpoint.Step, checkpoint.HasTrainer));
        Dictionary<string, Tensor> recorded = Reference.Tensors($"torch-{name}.safetensors");
        Assert.Equal(classes > 0, recorded.TryGetValue("labels", out Tensor? recordedLabels));
        int[] labels = [.. (recordedLabels?.ToRowMajor() ?? []).Select(label => (int)label)];

        foreach ((string key, bool average) in new[] { ("average", true), ("last", false) })
        {
            Reference.AssertClose(key, recorded[key], gan.Generate(recorded["z"], labels, average), 1e-5);
        }
    }

    [Fact]
    public void The_code_in_the_document_is_the_code_in_the_script()
    {
        // Behind what export --pytorch writes, which has tests of its own.
        string document = File.ReadAllText(Path.Combine(Repository, "docs", "pytorch.md")).Split("## A generator in PyTorch, by hand")[1];
        string script = File.ReadAllText(Path.Combine(Repository, "data-scripts", "record-torch-generator.py"));
        string[] definitions = [.. PythonBlock().Matches(document).Select(block => block.Groups[1].Value).Where(code =>
            code.Contains("def ", StringComparison.Ordinal))];
        Assert.Equal(2, definitions.Length);
        Assert.All(definitions, code => Assert.Contains(code, script, StringComparison.Ordinal));

        // Where the recipe is, and what must not be copied into a changed file.
        Assert.Contains($"metadata.get(\"{Recipe.For(Preset.Dcgan).Metadata.Keys.Single()}\")", definitions[0], StringComparison.Ordinal);
        Assert.Contains($"\"{SafetensorsChecksum.Key}\"", definitions[1], StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
