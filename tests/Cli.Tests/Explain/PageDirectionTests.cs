using System.Text.Json.Nodes;
using MiniGan.Cli.Explain;
using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>
/// Switching the direction keeps C: a convolution's matrix and the one of the transposed convolution beside it are the same.
/// </summary>
public sealed class PageDirectionTests : IDisposable
{
    private readonly PageArithmetic page = new();

    public void Dispose() => page.Dispose();

    [Fact]
    public void Two_by_two_to_four_by_four_becomes_four_by_four_to_two_by_two()
    {
        var request = new LessonRequest(true, 2, 3, null, null, null, null, null, null, null, null);
        JsonNode settings = page.Turned(HtmlPage.SettingsFor(request.Work().Settings))["settings"]!;
        Assert.False((bool)settings["transposed"]!);
        Assert.Equal([4, 4], settings["input"]!.AsArray().Select(value => (int)value!));
        Assert.Equal("valid", (string)settings["padding"]!["kind"]!);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 4)]
    public void C_stays_in_hundreds_of_settings(bool isTransposed, ulong seed)
    {
        var random = new RandomSource(seed, "page direction");
        var kinds = new HashSet<(PaddingKind, string)>();
        for (int kept = 0; kept < 300;)
        {
            (JsonObject json, LessonSettings? settings) = DrawnSettings.Next(random, isTransposed);
            if (settings is null || page.Refusal(json).Length > 0)
            {
                continue;
            }

            JsonNode result = page.Turned(json);
            Assert.Null(result["refused"]);
            JsonObject turned = result["settings"]!.AsObject();
            Assert.NotEqual(isTransposed, (bool)turned["transposed"]!);

            // An output padding of a whole stride, which a dilation allows, leaves room for a step that a convolution would take.
            ConvolutionWindow window = settings.Window;
            if (window.OutputPadding.Height >= window.Stride.Height || window.OutputPadding.Width >= window.Stride.Width)
            {
                continue;
            }

            Assert.True(JsonNode.DeepEquals(result["before"], result["entries"]), json.ToJsonString());
            kinds.Add((window.Padding.Kind, (string)turned["padding"]!["kind"]!));
            kept++;
        }

        // valid and same are kept where they can be, and become numbers where they cannot.
        Assert.Contains((PaddingKind.Valid, "valid"), kinds);
        Assert.Contains((PaddingKind.Same, "same"), kinds);
        Assert.Equal(!isTransposed, kinds.Contains((PaddingKind.Same, "explicit")));
    }
}
