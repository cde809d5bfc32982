using System.Security.Cryptography;
using System.Text;
using MiniGan.Checkpoints;
using MiniGan.PyTorch;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.PyTorch;

/// <summary>
/// What PyTorch made of each exported case, recorded by <c>data-scripts/record-torch-export.py</c>, against this library; and that the
/// file that it ran is the one that is written today.
/// </summary>
public sealed class RecordedExportTests
{
    private const double Tolerance = 2e-5;

    private static readonly SafetensorsFile Recorded =
        SafetensorsReader.Read(Path.Combine(AppContext.BaseDirectory, "reference", "torch-export.safetensors"));

    private static readonly Dictionary<string, Tensor> Tensors =
        Recorded.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);

    public static TheoryData<string> Names => [.. ExportCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void PyTorch_makes_the_same_of_what_is_written(string name)
    {
        (Func<Gan> make, Recipe? recipe, int batch) = ExportCases.All[name];
        Gan gan = make();
        string model = PyTorchFiles.Model(gan, new PyTorchOptions { Recipe = recipe });
        Assert.True(
            Recorded.Metadata[name] == Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model))),
            "PyTorch ran another model.py: record again (data-scripts/record-torch-export.py).");
        Tensor? Of(string what) => Tensors.GetValueOrDefault($"{name}/{what}");
        int[] labels = gan.Classes == 0 ? [] : [.. Enumerable.Range(0, batch).Select(n => 3 * n % gan.Classes)];
        int compared = 0;
        void Compare(string what, Func<Tensor> ours)
        {
            if (Of(what) is Tensor theirs)
            {
                gan.SetLabels(labels);
                Assert.InRange(Difference(ours(), theirs), 0, Tolerance);
                compared++;
            }
        }

        gan.Generator.SetTraining(false);
        gan.Discriminator.SetTraining(false);
        Compare("images", () => gan.Generator.Forward(Of("z")!));
        Compare("average", () => gan.Generate(Of("z")!, labels));
        Compare("logits", () => gan.Discriminator.Forward(Of("judged")!));
        Assert.Equal(recipe is null ? 1 : 3, compared);
    }

    /// <summary>For the script: <c>MINIGAN_PYTORCH_CASES=FOLDER dotnet test … --filter Writes_the_cases</c>.</summary>
    [Fact]
    public void Writes_the_cases_for_the_script()
    {
        using var temporary = new TemporaryFolder();
        string folder = Environment.GetEnvironmentVariable("MINIGAN_PYTORCH_CASES") ?? temporary.Path;
        string[] names = [.. Environment.GetEnvironmentVariable("MINIGAN_PYTORCH_CASES") is null ? ["Sngan"] : ExportCases.All.Keys];
        foreach (string name in names)
        {
            (Func<Gan> make, Recipe? recipe, int batch) = ExportCases.All[name];
            PyTorchFiles.Write(Path.Combine(folder, name), make(), new PyTorchOptions { Recipe = recipe });
            File.WriteAllText(Path.Combine(folder, name, "batch.txt"), $"{batch}");
        }

        Assert.Equal(names.Order(), Directory.GetDirectories(folder).Select(Path.GetFileName).Order());
    }

    private static double Difference(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double largest = 0;
        for (int i = 0; i < expected.Span.Length; i++)
        {
            Assert.True(float.IsFinite(actual.Span[i]));
            largest = Math.Max(largest, Math.Abs(expected.Span[i] - actual.Span[i]) / Math.Max(1, Math.Abs(expected.Span[i])));
        }

        return largest;
    }
}
