namespace MiniGan.Tests.Repository;

public sealed class ArchitectureTests
{
    private const string Document = "docs/architecture.md";

    /// <summary>Each folder uses those above it only, and the document says which.</summary>
    [Fact]
    public void Arrows_between_folders_point_one_way_and_are_drawn_in_the_document()
    {
        string drawn = string.Join('\n', Arrows.Draw(Arrows.Find()));
        Assert.True(
            Files.Read(Document).ReplaceLineEndings("\n").Contains($"```\n{drawn}\n```", StringComparison.Ordinal),
            $"{Document} should have this block:\n{drawn}");
    }

    [Fact]
    public void A_cycle_is_found()
    {
        SortedDictionary<string, SortedSet<string>> arrows = Arrows.Find();
        Assert.True(arrows["Runs"].Contains("Framework/Training") && arrows["Framework/Training"].Contains("Framework/Modules"));
        arrows["Framework/Modules"].Add("Runs");
        Assert.Contains(
            "cycle", Assert.Throws<InvalidOperationException>(() => Arrows.Draw(arrows).Count()).Message, StringComparison.Ordinal);
    }
}
