using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests;

/// <summary>The examples in the documentation of the types that people meet first: compiled, run, and the same there and here.</summary>
public sealed partial class ExampleTests
{
    [Theory]
    [InlineData("Modules/Conv2D")]
    [InlineData("Modules/ConvTranspose2D")]
    [InlineData("Modules/Linear")]
    [InlineData("Modules/BatchNorm2D")]
    [InlineData("Modules/SpectralNorm")]
    [InlineData("Modules/Residual")]
    [InlineData("Modules/Upsample2D")]
    [InlineData("Tensors/Tensor")]
    [InlineData("Tensors/RandomSource")]
    [InlineData("Models/Dcgan")]
    [InlineData("Recipes/Recipe")]
    [InlineData("Optimizers/Adam")]
    [InlineData("Modules/Module")]
    [InlineData("Tensors/Shape")]
    [InlineData("Data/Batch")]
    [InlineData("Data/ImageDataset")]
    [InlineData("Losses/HingeLoss")]
    [InlineData("Losses/R1Penalty")]
    [InlineData("Imaging/ImageConversion")]
    [InlineData("Imaging/PngWriter")]
    public void The_example_of_a_type_is_in_this_file(string type)
    {
        string here = ThisFile(), tests = File.ReadAllText(here).ReplaceLineEndings("\n");
        string source = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", "Framework", $"{type}.cs"));
        string example = Code().Match(source.ReplaceLineEndings("\n")).Groups[1].Value;
        Assert.NotEmpty(example);
        Assert.Contains(example.Replace("/// ", "        ", StringComparison.Ordinal), tests, StringComparison.Ordinal);
    }

    [Fact]
    public void Conv2D_does_what_its_example_says()
    {
        var layer = new Conv2D(inputChannels: 3, outputChannels: 16, kernel: 4, stride: 2, padding: 1);
        Tensor map = layer.Forward(new Tensor(new Shape(8, 3, 32, 32))); // [8, 16, 16, 16]
        Assert.Equal(new Shape(8, 16, 16, 16), map.Shape);
    }

    [Fact]
    public void ConvTranspose2D_does_what_its_example_says()
    {
        var layer = new ConvTranspose2D(inputChannels: 16, outputChannels: 3, kernel: 4, stride: 2, padding: 1);
        Tensor image = layer.Forward(new Tensor(new Shape(8, 16, 16, 16))); // [8, 3, 32, 32]
        Assert.Equal(new Shape(8, 3, 32, 32), image.Shape);
    }

    [Fact]
    public void Linear_does_what_its_example_says()
    {
        var layer = new Linear(inputFeatures: 64, outputFeatures: 10);
        Tensor y = layer.Forward(new Tensor(new Shape(8, 64))); // [8, 10]
        Assert.Equal(new Shape(8, 10), y.Shape);
    }

    [Fact]
    public void BatchNorm2D_does_what_its_example_says()
    {
        Sequential block = [new Conv2D(3, 16, 3, padding: 1, bias: false), new BatchNorm2D(16), new ReLU()];
        block.SetTraining(false); // running statistics from now on
        Assert.Equal(new Shape(2, 16, 5, 4), block.Forward(new Tensor(new Shape(2, 3, 5, 4))).Shape);
    }

    [Fact]
    public void SpectralNorm_does_what_its_example_says()
    {
        var layer = new SpectralNorm(new Conv2D(1, 16, kernel: 4, stride: 2, padding: 1));
        Tensor y = layer.Forward(new Tensor(new Shape(8, 1, 28, 28))); // σ of the weight as a matrix is 1
        Assert.Equal(new Shape(8, 16, 14, 14), y.Shape);
    }

    [Fact]
    public void Residual_does_what_its_example_says()
    {
        var block = new Residual(
            main: new Sequential(new ReLU(), new Conv2D(16, 32, 3, padding: 1), new AvgPool2D(2)),
            shortcut: new Sequential(new Conv2D(16, 32, 1), new AvgPool2D(2)));
        Assert.Equal(new Shape(2, 32, 3, 4), block.Forward(new Tensor(new Shape(2, 16, 6, 8))).Shape);
    }

    [Fact]
    public void Upsample2D_does_what_its_example_says()
    {
        Sequential larger = [new Upsample2D(2), new Conv2D(32, 16, 3, padding: 1)]; // [N, 32, H, W] → [N, 16, 2H, 2W]
        Assert.Equal(new Shape(2, 16, 6, 8), larger.Forward(new Tensor(new Shape(2, 32, 3, 4))).Shape);
    }

    [Fact]
    public void Tensor_does_what_its_example_says()
    {
        var images = new Tensor(new Shape(2, 3, 28, 28)); // zeros
        images[1, 0, 5, 7] = 0.5f; // the second image's red, row 5, column 7
        var rows = Tensor.FromRowMajor(new Shape(2, 3), [1, 2, 3, 4, 5, 6]);
        Assert.Equal((0.5f, 6f), (images.ToRowMajor().Max(), rows[1, 2]));
    }

    [Fact]
    public void RandomSource_does_what_its_example_says()
    {
        var random = new RandomSource(seed: 1, name: "noise"); // the same numbers each time
        var z = new Tensor(new Shape(16, 64));
        random.FillNormal(z.Span);
        Assert.True(z.Span.ContainsAnyExcept(0f));
    }

    [Fact]
    public void Dcgan_does_what_its_example_says()
    {
        Gan gan = new Dcgan(new ImageShape(3, 64, 48)) { Width = 16, LatentSize = 64 }.Build(seed: 1);
        Tensor images = gan.Generate(gan.Latents(4, new RandomSource(1, "samples"))); // [4, 3, 64, 48]
        Assert.Equal(new Shape(4, 3, 64, 48), images.Shape);
    }

    [Fact]
    public void Recipe_does_what_its_example_says()
    {
        Recipe recipe = Recipe.For(Preset.R1, width: 16) with { Image = new ImageShape(3, 32, 32) };
        GanTrainer trainer = recipe.Build();
        Assert.Equal(new ImageShape(3, 32, 32), trainer.Gan.ImageShape);
    }

    [Fact]
    public void Adam_does_what_its_example_says()
    {
        var of = new Adam(learningRate: 2e-4, beta1: 0.5); // DCGAN's
        var ofWganGp = new Adam(1e-4, beta1: 0, beta2: 0.9);
        Assert.NotEqual(of.LearningRate, ofWganGp.LearningRate);
    }

    [Fact]
    public void Module_does_what_its_example_says()
    {
        Module network = new Sequential(new Linear(2, 8), new ReLU(), new Linear(8, 1));
        string[] names = [.. network.State.Select(tensor => tensor.Name)]; // 0.weight, 0.bias, 2.weight, 2.bias
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], names);
    }

    [Fact]
    public void Shape_does_what_its_example_says()
    {
        var shape = new Shape(8, 3, 28, 28); // eight images of three channels
        int values = shape.Count; // 18,816
        Assert.Equal(18_816, values);
    }

    [Fact]
    public void Batch_does_what_its_example_says()
    {
        var images = new Tensor(new Shape(2, 1, 28, 28));
        var batch = new Batch(images, new[] { 7, 3 }); // a seven and a three
        Assert.Equal([7, 3], batch.Labels.ToArray());
    }

    [Fact]
    public void ImageDataset_does_what_its_example_says()
    {
        var grey = new IdxImages(100, 28, 28, new byte[100 * 28 * 28]);
        var dataset = new ImageDataset(grey, labels: [.. Enumerable.Range(0, 100).Select(i => i % 10)]);
        Batch batch = dataset.Shuffled(batchSize: 32, seed: 1).Next(); // 32 of them, in [-1, 1]
        Assert.Equal(new Shape(32, 1, 28, 28), batch.Images.Shape);
    }

    [Fact]
    public void HingeLoss_does_what_its_example_says()
    {
        Gan gan = new Dcgan(new ImageShape(1, 28, 28)) { Width = 4 }.Build(seed: 1);
        var trainer = new GanTrainer(gan, new HingeLoss(), new Adam(2e-4, beta1: 0), new Adam(2e-4, beta1: 0));
        Assert.IsType<HingeLoss>(trainer.Loss);
    }

    [Fact]
    public void R1Penalty_does_what_its_example_says()
    {
        Gan gan = new Dcgan(new ImageShape(1, 28, 28)) { Width = 4, DiscriminatorNormalization = NormalizationKind.None }.Build(seed: 1);
        var trainer = new GanTrainer(gan, new NonSaturatingLoss(), new Adam(2e-3), new Adam(2e-3)) { Penalty = new R1Penalty(gamma: 1) };
        Assert.IsType<R1Penalty>(trainer.Penalty);
    }

    [Fact]
    public void ImageConversion_does_what_its_example_says()
    {
        var images = new Tensor(new Shape(64, 1, 28, 28)); // zeros: mid-grey
        Bitmap grid = ImageConversion.Grid(images, columns: 8); // in eight rows of eight
        Assert.Equal(grid.Width, grid.Height);
    }

    [Fact]
    public void PngWriter_does_what_its_example_says()
    {
        using var file = new MemoryStream();
        PngWriter.Write(file, ImageConversion.Grid(new Tensor(new Shape(64, 1, 28, 28)), columns: 8)); // or a path
        Assert.True(file.Length > 0);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("/// <code>\n(.*?)/// </code>", RegexOptions.Singleline)]
    private static partial Regex Code();
}
