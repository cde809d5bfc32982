using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Recipes;

namespace MiniGan.Tests.Files;

public sealed class OrdinaryFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, Action<string>> Readers => new()
    {
        { "images", path => IdxFile.ReadImages(path) },
        { "labels", path => IdxFile.ReadLabels(path) },
        { "images.gz", path => IdxFile.ReadImages(path) },
        { "tensors", path => SafetensorsReader.Read(path) },
        { "checkpoint", path => Recipe.LoadGan(path) },
        { "text", path => OrdinaryFile.ReadText(path, 10) },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Readers), DisableDiscoveryEnumeration = true)]
    public void What_is_no_ordinary_file_is_refused_before_it_is_opened(string name, Action<string> read)
    {
        UnusualFiles.AssertRefused(folder[name], read);
    }

    [Fact]
    public void A_link_is_as_long_as_what_it_leads_to()
    {
        File.WriteAllText(folder["text"], "\uFEFFtext");
        File.CreateSymbolicLink(folder["link"], folder["text"]);
        File.CreateSymbolicLink(folder["link to link"], "link");
        Assert.Equal("text", OrdinaryFile.ReadText(folder["link to link"], longest: 7));
        Assert.Contains(
            "at most 6", Assert.Throws<MalformedFileException>(() => OrdinaryFile.ReadText(folder["link"], longest: 6)).Message,
            StringComparison.Ordinal);
        File.Delete(folder["text"]);
        Assert.Contains(
            "leads to nothing", Assert.Throws<MalformedFileException>(() => OrdinaryFile.ReadText(folder["link"], longest: 7)).Message,
            StringComparison.Ordinal);
    }
}
