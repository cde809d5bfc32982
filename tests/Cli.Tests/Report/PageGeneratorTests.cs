using System.Text.Json.Nodes;
using MiniGan.Imaging;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Runs.Reports;
using MiniGan.Sampling;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Report;

/// <summary>The page draws by itself: here its pictures are held against the library's, as near as 16-bit weights let them be.</summary>
public sealed class PageGeneratorTests
{
    private const float Tolerance = 0.02f; // of a range of 2; a wrong tap or channel is ten times as much

    public static TheoryData<Preset, int, int, int, int, UpsamplingKind> Recipes()
    {
        var all = new TheoryData<Preset, int, int, int, int, UpsamplingKind>();
        foreach (Preset preset in Enum.GetValues<Preset>().Where(preset => preset != Preset.TfTutorial))
        {
            foreach ((int channels, int height, int width) in new[] { (1, 28, 28), (3, 32, 32), (3, 37, 21), (1, 9, 12) })
            {
                all.Add(preset, channels, height, width, 0, Recipe.For(preset).Upsampling);
                all.Add(preset, channels, height, width, 3, Recipe.For(preset).Upsampling);
            }
        }

        all.Add(Preset.TfTutorial, 1, 8, 8, 0, UpsamplingKind.Transposed);
        all.Add(Preset.TfTutorial, 3, 9, 12, 2, UpsamplingKind.Transposed);
        all.Add(Preset.Dcgan, 3, 37, 21, 2, UpsamplingKind.Nearest);
        return all;
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void It_draws_as_the_library_does(Preset preset, int channels, int height, int width, int classes, UpsamplingKind upsampling)
    {
        Recipe recipe = Recipe.For(preset, width: preset == Preset.TfTutorial ? null : 4) with
        {
            Image = new(channels, height, width),
            Classes = classes,
            Upsampling = upsampling,
            LatentSize = 6,
            GeneratorConvolutions = preset is Preset.TfTutorial or Preset.Residual ? 0 : 1,
            ConditionalNormalization = preset == Preset.Conditional && classes > 0,
        };
        Gan gan = recipe.CreateGan();
        Settle(gan);
        using var page = new PageGenerator(EmbeddedGenerator.Of(gan));
        Tensor z = gan.Latents(2, new RandomSource(5, "test"));
        int[] labels = classes == 0 ? [] : [classes - 1, 1];
        Tensor expected = gan.Generate(z, labels);
        Assert.InRange(Spread(expected.Span), 0.1f, 2);
        for (int n = 0; n < 2; n++)
        {
            float[] drawn = page.Draw(z.Span.Slice(n * 6, 6), classes == 0 ? 0 : labels[n]);
            AssertNear(expected.Span.Slice(n * expected.Shape.Count / 2, expected.Shape.Count / 2).ToArray(), drawn);
        }
    }

    [Fact]
    public void It_draws_with_the_moving_average_if_there_is_one()
    {
        Gan gan = (Recipe.For(Preset.Conditional, width: 4) with { LatentSize = 6 }).CreateGan();
        GanTrainer trainer = (Recipe.For(Preset.Conditional, width: 4) with { LatentSize = 6, AverageDecay = 0.5 }).TrainerFor(gan);
        Assert.NotNull(trainer.Gan.Average);
        Settle(gan);
        trainer.Gan.Average.Begin();
        Settle(gan, seed: 4);
        JsonObject data = EmbeddedGenerator.Of(gan);
        Assert.True((bool)data["isAverage"]!);
        using var page = new PageGenerator(data);
        Tensor z = gan.Latents(1, new RandomSource(5, "test"));
        float[] drawn = page.Draw(z.Span, 7);
        AssertNear(gan.Generate(z, [7]).Span.ToArray(), drawn);
        Assert.True(Distance(gan.Generate(z, [7], average: false).Span.ToArray(), drawn) > 5 * Tolerance);
    }

    [Theory]
    [InlineData(Preset.Conditional)]
    [InlineData(Preset.Residual)]
    public void Between_two_labels_it_draws_what_lies_between(Preset preset)
    {
        Gan gan = (Recipe.For(preset, width: 4) with { LatentSize = 6, Classes = 10 }).CreateGan();
        Settle(gan);
        using var page = new PageGenerator(EmbeddedGenerator.Of(gan));
        Tensor z = gan.Latents(1, new RandomSource(5, "test"));
        float[] two = page.Draw(z.Span, 2), three = page.Draw(z.Span, 3), near = page.Draw(z.Span, 2.01), half = page.Draw(z.Span, 2.5);
        AssertNear(two, near);
        Assert.True(Distance(two, half) > Tolerance && Distance(three, half) > Tolerance);
        Assert.Equal(page.Draw(z.Span, 0), page.Draw(z.Span, 10)); // round and round
        Assert.Equal([0, 0, 0.75f, 0.25f, 0, 0, 0, 0, 0, 0], page.Numbers("own.mixtureAt(2.25)"));
        Assert.Equal([0.25f, 0, 0, 0, 0, 0, 0, 0, 0, 0.75f], page.Numbers("own.mixtureAt(9.25)"));
    }

    [Fact]
    public void A_seed_means_the_same_picture_as_for_generate()
    {
        using var page = new PageGenerator();
        foreach (ulong seed in new[] { 0ul, 1ul, 7ul, 9007199254740991ul })
        {
            float[] expected = new float[33];
            new RandomSource(seed, "generate").FillNormal(expected);
            float[] drawn = page.Numbers($"random.latent({seed}, 33)");
            Assert.All(expected.Zip(drawn), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }
    }

    [Fact]
    public void It_walks_as_the_library_does()
    {
        using var page = new PageGenerator();
        float[] a = [1, 2, -3, 0.5f], b = [-0.5f, 1, 2, 2], result = new float[4];
        foreach (double t in new[] { 0, 0.25, 0.9, 1 })
        {
            foreach (float[] to in new[] { b, [2, 4, -6, 1], [-1, -2, 3, -0.5f], [0, 0, 0, 0] })
            {
                SphericalInterpolation.Interpolate(a, to, t, result);
                float[] found = page.Numbers($"latents.between({PageGenerator.List(a)}, {PageGenerator.List(to)}, {t:R})");
                Assert.All(result.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            }
        }

        Assert.Equal([1, 3.5f, -2], page.Numbers("latents.moved([1, 2, 3], [[0, 1, 0], [0, 0.5, -5]], [1, 1])"));
    }

    [Fact]
    public void The_directions_are_those_in_which_the_first_layer_changes_most()
    {
        using var page = new PageGenerator();
        page.Execute("""
            var w = { rows: 3, columns: 4, values: [3, 0, 0, 9, 0, 0, -5, 9, 0, 1, 0, 9] };
            var found = latents.directions(w, 3, 8);
            """);
        Assert.Equal(3, page.Number("found.length"));
        foreach ((int k, int axis) in new[] { (0, 2), (1, 0), (2, 1) })
        {
            float[] expected = new float[3];
            expected[axis] = 1;
            Assert.All(page.Numbers($"found[{k}]").Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
        }
    }

    [Fact]
    public void Halves_are_read_as_they_were_written()
    {
        float[] numbers = [0, 1, -1, 65504, -6.1e-5f, 5.9604645e-8f, -3e-6f, 0.33325195f, 1024.5f, -2e-9f];
        var weights = new HalfWeights();
        Assert.Equal(0, weights.Add([7]));
        Assert.Equal(1, weights.Add(numbers));
        Assert.Equal(22, weights.Bytes);
        using var page = new PageGenerator();
        Assert.Equal([7, .. numbers.Select(number => (float)(Half)number)], page.Numbers($"halves.decode('{weights.ToBase64()}')"));
        Assert.True(double.IsNaN(page.Number("halves.number(0x7e00)")));
        Assert.Equal(double.NegativeInfinity, page.Number("halves.number(0xfc00)"));
        Assert.Throws<FormatException>(() => weights.Add([65520]));
        Assert.Throws<FormatException>(() => weights.Add([float.NaN]));
    }

    [Theory]
    [InlineData("", "1 0 0,0,0")]
    [InlineData("#seed=7&label=5&offsets=0;1.5", "7 2 0,1.5,0")]
    [InlineData("#seed=7.5&label=4&offsets=9;x;-4", "1 0 0,0,-4")]
    [InlineData("#seed=99999999999999999&label=&offsets=1;2;3;4&x=%", "1 0 1,2,3")]
    public void The_address_is_read_whatever_stands_there(string hash, string expected)
    {
        using var page = new PageGenerator();
        page.Execute($"const said = exploring.read('{hash}', {{ labels: [1, 3, 5] }}, 3, 4);");
        Assert.Equal(expected, page.Text("`${said.seed} ${said.label} ${said.offsets}`"));
        page.Execute("const again = exploring.read(exploring.write('#run=a', said, [1, 3, 5]), { labels: [1, 3, 5] }, 3, 4);");
        Assert.Equal(expected, page.Text("`${again.seed} ${again.label} ${again.offsets}`"));
        Assert.StartsWith("#run=a&seed=", page.Text("exploring.write('#run=a', said, [1, 3, 5])"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_are_those_of_the_library()
    {
        float[] values = [-2, -1, -0.999f, -0.5f, 0, 0.001f, 0.5f, 0.7f, 0.99f, 1, 3, 0.2f];
        var colour = new Tensor(new Shape(1, 3, 2, 2));
        values.CopyTo(colour.Span);
        using var page = new PageGenerator(EmbeddedGenerator.Of(Colour(3)));
        byte[] expected = ImageConversion.ToBytes(colour);
        float[] pixels = page.Numbers($"own.pixels({PageGenerator.List(values)})");
        Assert.Equal(expected.Chunk(3).SelectMany(pixel => pixel.Append((byte)255)).Select(value => (float)value), pixels);
        using var grey = new PageGenerator(EmbeddedGenerator.Of(Colour(1)));
        Assert.Equal([128, 128, 128, 255], grey.Numbers("own.pixels([0])"));

        static Gan Colour(int channels) =>
            (Recipe.For(Preset.Dcgan, width: 2) with { Image = new(channels, 8, 8), LatentSize = 2 }).CreateGan();
    }

    /// <summary>
    /// Brings the networks to where a training leaves them: normalisations whose γ and β are not 1 and 0, and running statistics of what
    /// comes.
    /// </summary>
    private static void Settle(Gan gan, ulong seed = 3)
    {
        const int batch = 12;
        var random = new RandomSource(seed, "settle");
        foreach (Parameter tensor in gan.Generator.Descendants().Where(module => module is BatchNorm2D or Embedding or ConvolutionModule)
            .SelectMany(module => module.Parameters.Where(parameter => module is Embedding || parameter.Value.Shape.Rank == 1)))
        {
            float[] noise = new float[tensor.Value.Shape.Count];
            random.FillNormal(noise, 0, 0.3f);
            for (int i = 0; i < noise.Length; i++)
            {
                tensor.Value.Span[i] += noise[i];
            }
        }

        gan.SetLabels(gan.Classes == 0 ? [] : [.. Enumerable.Range(0, batch).Select(n => n % gan.Classes)]);
        gan.Generator.SetTraining(true);
        for (int i = 0; i < 30; i++)
        {
            gan.Generator.Forward(gan.Latents(batch, random));
        }

        // Neither grey nor black and white.
        gan.Generator.SetTraining(false);
        float factor = 1 / Spread(gan.Generator.Forward(gan.Latents(batch, random)).Span);
        Span<float> last = gan.Generator.Descendants().OfType<ConvolutionModule>().Last().Weight.Value.Span;
        for (int i = 0; i < last.Length; i++)
        {
            last[i] *= factor;
        }
    }

    private static float Spread(ReadOnlySpan<float> values) => values.ToArray().Max() - values.ToArray().Min();

    private static float Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static void AssertNear(float[] expected, float[] drawn)
    {
        Assert.Equal(expected.Length, drawn.Length);
        Assert.InRange(Distance(expected, drawn), 0, Tolerance);
    }
}
