using System.Text.Json;
using MiniGan.Data;

namespace MiniGan.Tests.Data;

public sealed class LabelSetTests
{
    [Fact]
    public void Each_label_is_a_class_the_smallest_first()
    {
        var letters = new LabelSet([5, 1, 255, int.MaxValue, 1]);
        Assert.Equal((4, false), (letters.Count, letters.IsPlain));
        Assert.Equal([1, 5, 255, int.MaxValue], Enumerable.Range(0, 4).Select(c => letters[c]));
        Assert.Equal([0, 1, 2, 3], new[] { 1, 5, 255, int.MaxValue }.Select(letters.ClassOf));
        Assert.All([0, 2, 6, 254, 256, -1, -251, int.MinValue], label => Assert.True(letters.ClassOf(label) < 0));
        Assert.True(LabelSet.Plain(10).IsPlain);
        Assert.Equal(9, LabelSet.Plain(10).ClassOf(9));
        Assert.Equal((0, true), (LabelSet.Plain(0).Count, LabelSet.Plain(0).IsPlain));
        Assert.Equal(256, LabelSet.Plain(256).Count);
        Assert.Equal((257, true), (LabelSet.Plain(257).Count, LabelSet.Plain(257).IsPlain)); // more than a byte holds
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelSet.Plain(-1));
    }

    [Theory]
    [InlineData("0 to 9", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)]
    [InlineData("7", 7)]
    [InlineData("3, 7 to 8, 255", 3, 7, 8, 255)]
    [InlineData("")]
    public void Words_name_runs_by_their_ends(string expected, params int[] labels) =>
        Assert.Equal(expected, new LabelSet(labels).ToString());

    [Fact]
    public void Equal_are_those_of_the_same_labels()
    {
        Assert.Equal(new LabelSet([1, 2, 1]), new LabelSet([2, 1]));
        Assert.Equal(new LabelSet([1, 2, 1]).GetHashCode(), new LabelSet([2, 1]).GetHashCode());
        Assert.NotEqual(new LabelSet([1]), new LabelSet([2]));
        Assert.NotEqual(1, Enumerable.Range(0, 9).Select(label => new LabelSet([label]).GetHashCode()).Distinct().Count());
        Assert.False(new LabelSet([1]).Equals(null));
    }

    [Fact]
    public void Json_is_an_array_of_numbers_that_ascend()
    {
        Assert.Equal("[1,26]", JsonSerializer.Serialize(new LabelSet([26, 1])));
        Assert.Equal(new LabelSet([1, 26]), JsonSerializer.Deserialize<LabelSet>("[1, 26]"));
        Assert.Equal(LabelSet.Plain(2), JsonSerializer.Deserialize<LabelSet>("[0, 1]"));
        Assert.Equal(new LabelSet([256]), JsonSerializer.Deserialize<LabelSet>("[256]"));
        foreach (string wrong in new[]
        {
            "1", "\"1\"", "{}", "[1,1]", "[2,1]", "[2147483648]", "[-1]", "[1.5]", "[\"1\"]", "[null]", "[[1]]",
            $"[{string.Join(',', Enumerable.Repeat(0, 100_000))}]",
        })
        {
            Assert.Contains(
                "that ascend", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<LabelSet>(wrong)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<LabelSet>("[1"));
    }
}
