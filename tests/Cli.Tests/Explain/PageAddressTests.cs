using System.Text.Json.Nodes;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>What the page shows is in its address, and whatever stands in an address, the page shows something.</summary>
public sealed class PageAddressTests : IDisposable
{
    private readonly PageArithmetic page = new();

    public void Dispose() => page.Dispose();

    [Fact]
    public void An_address_is_what_one_would_type()
    {
        JsonNode said = page.ReadAddress("#transpose,in=2x2,k=3x3,s=2,p=same");
        Assert.Equal(
            "transpose,in=2x2,k=3x3,s=2,p=same", page.WriteAddress(new JsonObject { ["settings"] = said["settings"]!.DeepClone() }));
        Assert.True((bool)said["settings"]!["transposed"]!);
        Assert.Equal("same", (string)said["settings"]!["padding"]!["kind"]!);
        Assert.Equal([2, 2], said["settings"]!["stride"]!.AsArray().Select(value => (int)value!));
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 6)]
    public void Settings_and_numbers_come_back(bool isTransposed, ulong seed)
    {
        var random = new RandomSource(seed, "page address");
        for (int done = 0; done < 200;)
        {
            (JsonObject json, _) = DrawnSettings.Next(random, isTransposed);
            if (page.Refusal(json).Length > 0)
            {
                continue;
            }

            var state = new JsonObject
            {
                ["settings"] = json,
                ["view"] = "stretched",
                ["panel"] = done % 2 == 0 ? "overlap" : null,
                ["step"] = random.NextInt(100),
                ["cell"] = random.NextInt(100),
                ["lesson"] = "flip",
                ["seed"] = 7,
                ["x"] = new JsonArray(1.5, -2, 3e-7),
                ["w"] = null,
                ["dy"] = new JsonArray(0),
            };
            JsonNode said = page.ReadAddress($"#{page.WriteAddress(state)}");
            foreach ((string name, JsonNode? value) in state)
            {
                Assert.True(
                    JsonNode.DeepEquals(Numbers(value), Numbers(said[name])),
                    $"{name}: {value?.ToJsonString()}, {said[name]?.ToJsonString()}");
            }

            done++;
        }
    }

    [Theory]
    [InlineData("#")]
    [InlineData("#%")]
    [InlineData("#%E0%A4%A")]
    [InlineData("#transpose,in=2x2x2")]
    [InlineData("#transpose,in=0x2")]
    [InlineData("#transpose,in=2x2,k=-3")]
    [InlineData("#conv,in=2x2,k=3x3")]
    [InlineData("#conv,in=99999999999")]
    [InlineData("#transpose,p=1x2")]
    [InlineData("#transpose,p=")]
    [InlineData("#transpose,c=3")]
    [InlineData("#transpose,c=3x3,g=2")]
    [InlineData("#transpose,g=x")]
    [InlineData("#transposed")]
    [InlineData("#in=2x2")]
    [InlineData("#__proto__=1,constructor=2,=,==,,,")]
    public void What_cannot_be_shown_is_as_if_it_were_not_there(string text) => Assert.Null(page.ReadAddress(text)["settings"]);

    [Theory]
    [InlineData("#transpose,step=-1,cell=1.5,seed=x,view=<b>,panel=Overlap,lesson=../..")]
    [InlineData("#transpose,x=1;;2,w=1;two,dy=1e99")]
    public void What_is_not_understood_does_not_spoil_the_rest(string text)
    {
        JsonObject said = page.ReadAddress(text).AsObject();
        Assert.NotNull(said["settings"]);
        Assert.All(said.Where(item => item.Key != "settings"), item => Assert.Null(item.Value));
    }

    [Fact]
    public void Garbage_never_fails()
    {
        var random = new RandomSource(1, "garbage");
        const string letters = "transpose,conv,in=k=s=d=op=p=c=g=x=w=dy=step=0123456789x;.%E-+é\u0000\ud800 <\"'&#";
        for (int i = 0; i < 2000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.NextInt(60)).Select(_ => letters[random.NextInt(letters.Length)]));
            Assert.NotNull(page.ReadAddress((i % 2 == 0 ? "#transpose,in=" : "#") + text));
        }
    }

    /// <summary>Numbers compare by value, however they were written.</summary>
    private static JsonNode? Numbers(JsonNode? node) => node is null ? null : JsonNode.Parse(node.ToJsonString());
}
