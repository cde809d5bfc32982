using Microsoft.ML.OnnxRuntime;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Onnx;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Onnx;

/// <summary>Whole networks of every recipe, trained for a step, as onnxruntime computes them.</summary>
public sealed class GanExportTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<Preset, int, int, int, UpsamplingKind, int> Cases
    {
        get
        {
            var cases = new TheoryData<Preset, int, int, int, UpsamplingKind, int>();
            foreach (Preset preset in Enum.GetValues<Preset>())
            {
                UpsamplingKind usual = preset == Preset.Residual ? UpsamplingKind.Nearest : UpsamplingKind.Transposed;
                cases.Add(preset, 1, 28, 28, usual, 1);
                cases.Add(preset, 3, 48, 64, usual, 1);
                cases.Add(preset, 3, 64, 64, preset == Preset.TfTutorial ? usual : UpsamplingKind.Nearest, 1);
            }

            cases.Add(Preset.Conditional, 3, 11, 9, UpsamplingKind.Transposed, 1);
            cases.Add(Preset.Conditional, 1, 37, 22, UpsamplingKind.Nearest, 1);
            cases.Add(Preset.TfTutorial, 1, 9, 11, UpsamplingKind.Transposed, 1);
            cases.Add(Preset.R1, 3, 16, 16, UpsamplingKind.Transposed, 7);
            return cases;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_recipe_makes_and_judges_the_same_pictures(
        Preset preset, int channels, int height, int width, UpsamplingKind upsampling, int packing)
    {
        Recipe recipe = Recipe.For(preset, width: preset == Preset.TfTutorial ? null : 6) with
        {
            Image = new(channels, height, width),
            BatchSize = 7,
            Upsampling = upsampling,
            Packing = packing,
            AverageDecay = 0.9,
            Augment = Augmentations.Color,
            Classes = preset is Preset.Conditional or Preset.Residual or Preset.TfTutorial ? 5 : 0,
            ConditionalNormalization = preset == Preset.Conditional && upsampling == UpsamplingKind.Nearest,
        };
        GanTrainer trainer = Trained(recipe);
        Gan gan = trainer.Gan;
        OnnxFile.WriteGenerator(folder["average.onnx"], gan);
        OnnxFile.WriteGenerator(folder["raw.onnx"], gan, new OnnxOptions { Average = false });
        OnnxFile.WriteDiscriminator(folder["discriminator.onnx"], gan);
        using OnnxRun average = new(folder["average.onnx"]), raw = new(folder["raw.onnx"]), judge = new(folder["discriminator.onnx"]);
        foreach (int count in new[] { packing, 7 })
        {
            int[] labels = gan.Classes == 0 ? [] : [.. Enumerable.Range(0, count).Select(n => (3 + (2 * n)) % 5)];
            Tensor z = gan.Latents(count, new RandomSource(2, "z")), images = gan.Generate(z, labels);
            Tensor ofRaw = gan.Generate(z, labels, average: false);
            Assert.InRange(OnnxRun.Difference(images, average.Of(z, labels)), 0, Tolerance);
            Assert.InRange(OnnxRun.Difference(ofRaw, raw.Of(z, labels)), 0, Tolerance);
            Assert.True(OnnxRun.Difference(images, ofRaw) > 100 * Tolerance);
            gan.SetLabels(labels);
            gan.Discriminator.SetTraining(false);
            Assert.InRange(OnnxRun.Difference(gan.Discriminator.Forward(images), judge.Of(images, labels)), 0, Tolerance);
        }
    }

    [Fact]
    public void A_file_says_what_it_is()
    {
        Recipe recipe = Recipe.For(Preset.Conditional, width: 4) with { Classes = 3, Labels = new([7, 2, 5]), LatentSize = 6 };
        Gan gan = recipe.CreateGan();
        OnnxFile.WriteGenerator(folder["new/generator.onnx"], gan, new OnnxOptions { Metadata = recipe.Metadata });
        OnnxFile.WriteDiscriminator(folder["d.onnx"], gan);
        using OnnxRun run = new(folder["new/generator.onnx"]), discriminator = new(folder["d.onnx"]);
        ModelMetadata about = run.Session.ModelMetadata;
        Assert.Equal("MiniGan", about.ProducerName);
        Assert.Equal("generator", about.GraphName);
        Assert.Equal(recipe, Recipe.FromMetadata(about.CustomMetadataMap));
        Assert.Equal("[-1, 1]", about.CustomMetadataMap["range"]);
        Assert.Equal("[2,5,7]", about.CustomMetadataMap["labels"]);
        Assert.Equal("raw", about.CustomMetadataMap["weights"]);
        Assert.Equal(["z", "labels"], run.Session.InputNames);
        Assert.Equal([-1, 6], run.Session.InputMetadata["z"].Dimensions);
        Assert.Equal("N", run.Session.InputMetadata["z"].SymbolicDimensions[0]);
        Assert.Equal(typeof(long), run.Session.InputMetadata["labels"].ElementType);
        Assert.Equal([-1, 1, 28, 28], run.Session.OutputMetadata["images"].Dimensions);
        Assert.Equal("N", run.Session.OutputMetadata["images"].SymbolicDimensions[0]);
        Assert.Equal(["images", "labels"], discriminator.Session.InputNames);
        Assert.Equal([-1, 1], discriminator.Session.OutputMetadata["logits"].Dimensions);
        Tensor z = gan.Latents(1, new RandomSource(1, "z"));
        Assert.Throws<OnnxRuntimeException>(() => run.Of(z, 3));
        Assert.Equal(["d.onnx", "new"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Weights_have_the_names_of_the_state_and_the_file_is_the_same_each_time()
    {
        Gan gan = Recipe.For(Preset.Residual, width: 4).CreateGan();
        OnnxFile.WriteDiscriminator(folder["a.onnx"], gan);
        OnnxFile.WriteDiscriminator(folder["b.onnx"], gan);
        byte[] file = File.ReadAllBytes(folder["a.onnx"]);
        Assert.Equal(file, File.ReadAllBytes(folder["b.onnx"]));
        var model = global::Onnx.ModelProto.Parser.ParseFrom(file);
        Assert.Equal((8, 18), (model.IrVersion, model.OpsetImport.Single().Version));
        IEnumerable<string> weights = gan.Discriminator.State.Select(tensor => tensor.Name)
            .Where(name => name.EndsWith("weight_orig", StringComparison.Ordinal)).Select(name => name[..^"_orig".Length]);
        Assert.Equal(
            weights.Order(),
            model.Graph.Initializer.Select(tensor => tensor.Name).Where(name => name.EndsWith("weight", StringComparison.Ordinal)).Order());
    }

    /// <summary>A step and a second; then the statistics are moved, so that it shows if they are not used.</summary>
    private static GanTrainer Trained(Recipe recipe)
    {
        GanTrainer trainer = recipe.Build();
        Tensor images = new(recipe.Image.Batch(recipe.BatchSize));
        new RandomSource(1, "images").FillUniform(images.Span, -1, 1);
        int[] labels = recipe.Classes == 0 ? [] : [.. Enumerable.Range(0, recipe.BatchSize).Select(n => n % recipe.Classes)];
        for (int step = 0; step < 2; step++)
        {
            trainer.Step(new Data.Batch(images, labels));
        }

        foreach (Module network in new[] { trainer.Gan.Generator, trainer.Gan.Discriminator })
        {
            foreach (BatchNorm2D norm in network.Descendants().OfType<BatchNorm2D>())
            {
                new RandomSource(4, "mean").FillNormal(norm.RunningMean.Span, 0, 0.1f);
            }
        }

        return trainer;
    }
}
