using System.Text;
using MiniGan.DataSets;

namespace MiniGan.Tests.DataSets;

public sealed class EmojiInstallerTests : IDisposable
{
    private const string Json = """
        [{"image": "a.png", "category": "Smileys & Emotion", "skin_variations": {"1F3FB": {"image": "a-1.png"}}},
         {"image": "b.png", "category": "Flags"}, {"image": "missing.png", "category": "Flags"}]
        """;

    private static readonly Dictionary<string, byte[]> Expected = new()
    {
        ["smileys-emotion/a.png"] = [1, 2],
        ["smileys-emotion/a-1.png"] = [3],
        ["flags/b.png"] = [4, 5, 6],
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pictures_go_to_a_folder_per_category_and_are_kept()
    {
        int reads = 0;
        await Install(Json, () => reads++);
        Assert.Equal(
            Expected.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder["emoji"], "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder["emoji"], path).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.All(Expected, pair => Assert.Equal(pair.Value, File.ReadAllBytes(Path.Combine(folder["emoji"], pair.Key))));
        Assert.Contains("3 pictures of 64×64 in 2 categories", (await Install(Json, () => reads++)).Summary, StringComparison.Ordinal);
        Assert.Equal(1, reads);
    }

    [Theory]
    [InlineData("""[{"image": "a.png", "category": "Flags"}]""", "instead of")]
    [InlineData("[", "is not what it was")]
    [InlineData("""[{"image": "a.png"}]""", "is not what it was")]
    [InlineData(null, "has no emoji.json")]
    public async Task What_is_damaged_or_other_leaves_nothing(string? json, string expected)
    {
        IOException exception = await Assert.ThrowsAsync<IOException>(() => Install(json));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task What_is_in_the_way_is_not_touched_and_a_half_of_an_earlier_try_is_no_hindrance()
    {
        Directory.CreateDirectory(folder["emoji.part/x"]);
        Directory.CreateDirectory(folder["emoji"]);
        await Install(Json);
        Assert.False(Directory.Exists(folder["emoji.part"]));
        File.WriteAllText(Path.Combine(folder["emoji"], "flags", "b.png"), "other");
        IOException exception = await Assert.ThrowsAsync<IOException>(() => Install(Json));
        Assert.Contains("Move it away", exception.Message, StringComparison.Ordinal);
        Assert.Equal("other", File.ReadAllText(Path.Combine(folder["emoji"], "flags", "b.png")));
    }

    private async Task<EmojiInstaller> Install(string? json, Action? read = null)
    {
        var installer = new EmojiInstaller(
            folder["emoji"], _ => { }, (_, _) => { },
            (receive, _, _) =>
            {
                read?.Invoke();
                receive("img/twitter/64/a.png", new MemoryStream([1, 2]));
                receive("img/twitter/64/a-1.png", new MemoryStream([3]));
                receive("img/twitter/64/b.png", new MemoryStream([4, 5, 6]));
                receive("img/twitter/sheets/x.png", new MemoryStream([7]));
                if (json is not null)
                {
                    receive("emoji.json", new MemoryStream(Encoding.UTF8.GetBytes(json)));
                }

                return Task.CompletedTask;
            },
            EmojiInstaller.Sha256Of(Expected));
        await installer.InstallAsync();
        return installer;
    }
}
