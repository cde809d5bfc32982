using MiniGan.Models;
using MiniGan.Recipes;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli.Report;

/// <summary>What the page says of the way from z to the picture: each number is the sum of the products that it names.</summary>
public sealed class PageTraceTests
{
    public static TheoryData<Preset, int, int, int, int, UpsamplingKind> Recipes() => new()
    {
        { Preset.Dcgan, 1, 28, 28, 0, UpsamplingKind.Transposed },
        { Preset.Dcgan, 3, 19, 11, 3, UpsamplingKind.Transposed },
        { Preset.Dcgan, 3, 19, 11, 0, UpsamplingKind.Nearest },
        { Preset.Residual, 3, 17, 11, 0, UpsamplingKind.Nearest },
        { Preset.Residual, 1, 16, 9, 3, UpsamplingKind.Nearest },
        { Preset.TfTutorial, 3, 9, 12, 2, UpsamplingKind.Transposed },
    };

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Every_number_is_the_sum_of_its_products(
        Preset preset, int channels, int height, int width, int classes, UpsamplingKind upsampling)
    {
        Gan gan = Network(preset, channels, height, width, classes, upsampling);
        using var page = new PageGenerator(EmbeddedGenerator.Of(gan));
        page.Execute($$"""
            const z = Float32Array.from({{PageGenerator.List(gan.Latents(1, new RandomSource(5, "test")).Span)}});
            const place = {{Math.Max(0, classes - 1)}};
            const seen = trace.of(own, z, place), near = (a, b) => Math.abs(a - b) <= 1e-4 * (1 + Math.abs(b));
            const relu = (value, slope) => value > 0 ? value : slope * value;
            function wrong() {
              const drawn = own.draw(z, place);
              if (seen.picture.some((value, i) => value !== drawn[i])) return "another picture";
              if (seen.stages.at(-1).map !== seen.picture) return "the last map is not the picture";
              for (const stage of seen.stages.slice(1)) {
                const { layer, map, shape } = stage, step = Math.max(1, Math.floor(map.length / 12));
                if (map.length !== shape.reduce((a, b) => a * b)) return `${shape} for ${map.length} numbers`;
                for (let index = 0; index < map.length; index += step) {
                  const { channels, kernel, bias, sum, steps } = trace.explain(stage, index, own.take);
                  const total = channels.reduce((a, { sum: part }) => a + part, bias);
                  if (!near(total, sum)) return `${layer.type}: ${total} is not ${sum}`;
                  const differs = ({ channel, products }) => products.some(({ tap, weight }) => kernel(channel)[tap] !== weight);
                  if (layer.kernel && channels.some(differs)) return "a kernel";
                  let value = sum;
                  for (const { name, value: next, added } of steps) {
                    if (name === "Residual" && !near(value + added, next)) return "a shortcut";
                    if (name === "ReLU" && relu(value, 0) !== next) return "a ReLU";
                    if (name === "Tanh" && !near(Math.tanh(value), next)) return "a tanh";
                    value = next;
                  }
                  if (value !== map[index]) return `${layer.type}: ends at ${value}, not ${map[index]}`;
                  if (channels.some(({ sum: part }, i) => i > 0 && Math.abs(part) > Math.abs(channels[i - 1].sum))) return "order";
                }
              }
              return "";
            }
            """);
        Assert.Equal("", page.Text("wrong()"));
    }

    [Theory]
    [InlineData(
        Preset.Dcgan, 0,
        "6 | Linear 8,7,7 BatchNorm2D ReLU | ConvTranspose2D 4,14,14 BatchNorm2D ReLU | ConvTranspose2D 1,28,28 Tanh")]
    [InlineData(
        Preset.Dcgan, 3,
        "9 | Linear 8,7,7 BatchNorm2D ReLU | ConvTranspose2D 4,14,14 BatchNorm2D ReLU | ConvTranspose2D 1,28,28 Tanh")]
    [InlineData(
        Preset.Residual, 0,
        "6 | Linear 16,7,7 BatchNorm2D ReLU | Conv2D 8,14,14 BatchNorm2D ReLU | Conv2D 8,14,14 Residual BatchNorm2D ReLU | " +
        "Conv2D 4,28,28 BatchNorm2D ReLU | Conv2D 4,28,28 Residual BatchNorm2D ReLU | Conv2D 1,28,28 Tanh")]
    public void The_stages_are_those_of_the_networks(Preset preset, int classes, string expected)
    {
        using var page = new PageGenerator(EmbeddedGenerator.Of(Network(preset, 1, 28, 28, classes, Recipe.For(preset).Upsampling)));
        Assert.Equal(expected, page.Text("""
            trace.of(own, new Float32Array(6).fill(1), 0).stages.map(stage => [
              stage.layer?.type, stage.shape, ...(stage.layer ? trace.explain(stage, 0, own.take).steps.map(step => step.name) : []),
            ].filter(part => part !== undefined).join(" ")).join(" | ")
            """));
    }

    /// <summary>Cᵀ reaches a pixel from where the kernel was laid: a kernel of 4 with stride 2 and padding 1 from four places.</summary>
    [Fact]
    public void A_transposed_convolution_names_where_it_was_laid()
    {
        using var page = new PageGenerator(EmbeddedGenerator.Of(Network(Preset.Dcgan, 1, 28, 28, 0, UpsamplingKind.Transposed)));
        page.Execute("const found = trace.products(trace.of(own, new Float32Array(6), 0).stages[2], (5 * 14 + 5) * 4 + 1, own.take);");
        Assert.Equal(4 * 8, page.Number("found.length"));
        // row 5 = 2 · position + tap − 1: positions 2 and 3 by taps 2 and 0 (columns alike), on a map seven wide.
        Assert.Equal("16/10 17/8 23/2 24/0", page.Text(
            "found.filter(({ channel }) => channel === 0).map(({ at, tap }) => `${at}/${tap}`).sort().join(' ')"));
    }

    [Fact]
    public void The_strongest_channels_are_chosen_by_their_energy()
    {
        using var page = new PageGenerator();
        const string stage = "{ map: Float32Array.from([0, 3, -4, 1, 0, 0, 0, 1]), shape: [4, 1, 2] }";
        Assert.Equal([1, 2], page.Numbers($"trace.strongest({stage}, 2)"));
        Assert.Equal([0, 1, 2, 3], page.Numbers($"trace.strongest({stage}, 9)"));
    }

    private static Gan Network(Preset preset, int channels, int height, int width, int classes, UpsamplingKind upsampling)
    {
        Gan gan = (Recipe.For(preset, width: preset == Preset.TfTutorial ? null : 4) with
        {
            Image = new(channels, height, width),
            Classes = classes,
            Upsampling = upsampling,
            LatentSize = 6,
        }).CreateGan();
        var random = new RandomSource(3, "trace");
        foreach (MiniGan.Modules.Parameter parameter in gan.Generator.Descendants().SelectMany(module => module.Parameters)
            .Where(parameter => parameter.Value.Shape.Rank == 1))
        {
            random.FillNormal(parameter.Value.Span, 0.2f, 0.3f); // biases, γ and β that are not 0 and 1
        }

        return gan;
    }
}
