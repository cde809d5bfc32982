using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MiniGan.DataSets;

namespace MiniGan.Tests.DataSets;

public sealed class DataSetInstallerTests : IDisposable
{
    private static readonly byte[] One = Encoding.UTF8.GetBytes("the first file"), Two = Encoding.UTF8.GetBytes(new string('2', 100_000));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Files_come_from_a_folder_plain_or_compressed()
    {
        File.WriteAllBytes(folder["one"], One);
        File.WriteAllBytes(folder["two.gz"], Gzip(Two));
        await Install(new FolderSource(folder.Path));
        AssertInstalled();
    }

    [Fact]
    public async Task The_next_source_is_asked_for_what_the_first_lacks_and_no_more()
    {
        File.WriteAllBytes(folder["one"], One);
        List<string> asked = [];
        await Install(
            new FolderSource(folder["nowhere"]), new FolderSource(folder.Path), new Source(asked, file => file.Name == "two" ? Two : One));
        Assert.Equal(["two"], asked);
        AssertInstalled();
    }

    [Fact]
    public async Task What_is_there_already_is_checked_and_kept()
    {
        Directory.CreateDirectory(folder["set"]);
        File.WriteAllBytes(folder["set/one"], One);
        File.WriteAllBytes(folder["set/two"], One);
        List<string> asked = [];
        await Install(new Source(asked, _ => Two));
        Assert.Equal(["two"], asked);
        asked.Clear();
        await Install(new Source(asked, _ => throw new IOException("not to be asked")));
        Assert.Empty(asked);
        AssertInstalled();
    }

    [Fact]
    public async Task Damaged_and_foreign_files_never_get_in_and_nothing_half_written_stays()
    {
        IOException wrong = await Assert.ThrowsAsync<IOException>(() => Install(new Source([], _ => One)));
        Assert.Contains("two", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("SHA-256", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(["one"], Directory.GetFiles(folder["set"]).Select(Path.GetFileName));
        await Assert.ThrowsAsync<IOException>(() => Install(new Source([], _ => Gzip(Two)[..50])));
        await Assert.ThrowsAsync<IOException>(() => Install(new Source([], _ => [0x1F, 0x8B, 1, 2, 3])));
        await Assert.ThrowsAsync<IOException>(() => Install(new Source([], _ => throw new IOException("broke off"))));
        Assert.Equal(["one"], Directory.GetFiles(folder["set"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Mirrors_are_asked_in_turn()
    {
        using var mirror = new LoopbackMirror(new() { ["/one.gz"] = Gzip(One), ["/two.gz"] = Gzip(Two) });
        using var empty = new LoopbackMirror([]);
        await Install(new MirrorSource(empty.Address, mirror.Address));
        AssertInstalled();
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_taken_up_where_it_stopped()
    {
        byte[] noise = RandomNumberGenerator.GetBytes(300_000), compressed = Gzip(noise);
        using var mirror = new LoopbackMirror(new() { ["/noise.gz"] = compressed }) { BreakAfter = 100_000 };
        var set = new DataSet("set", [FileOf("noise", noise)], [new MirrorSource(mirror.Address)]);
        await new DataSetInstaller(set, folder["set"], _ => { }, (_, _) => { }).InstallAsync();
        Assert.Equal(noise, File.ReadAllBytes(folder["set/noise"]));
        Assert.True(mirror.Ranges.Count >= 2, "it should have gone on, not started anew");
        Assert.All(mirror.Ranges, from => Assert.True(from > 0));
    }

    [Fact]
    public async Task A_download_goes_on_in_a_second_run_and_starts_anew_where_ranges_are_not_served()
    {
        byte[] noise = RandomNumberGenerator.GetBytes(300_000), compressed = Gzip(noise);
        foreach (bool servesRanges in new[] { true, false })
        {
            using var mirror = new LoopbackMirror(new() { ["/noise.gz"] = compressed })
            {
                BreakAfter = 100_000,
                FailAfter = 1,
                ServesRanges = servesRanges,
            };
            var set = new DataSet("set", [FileOf("noise", noise)], [new MirrorSource(mirror.Address)]);
            await Assert.ThrowsAsync<IOException>(() => new DataSetInstaller(set, folder["set"], _ => { }, (_, _) => { }).InstallAsync());
            Assert.False(Directory.Exists(folder["set"]));
            mirror.BreakAfter = mirror.FailAfter = 0;
            await new DataSetInstaller(set, folder["set"], _ => { }, (_, _) => { }).InstallAsync();
            Assert.Equal(noise, File.ReadAllBytes(folder["set/noise"]));
            Assert.True(mirror.Ranges[^1] > 0);
            File.Delete(folder["set/noise"]);
            Directory.Delete(folder["set"]);
        }
    }

    [Fact]
    public async Task When_no_mirror_answers_the_error_says_what_to_do()
    {
        using var empty = new LoopbackMirror([]);
        string message = (await Assert.ThrowsAsync<IOException>(() => Install(new MirrorSource(empty.Address)))).Message;
        Assert.Contains("404", message, StringComparison.Ordinal);
        Assert.Contains(folder["set"], message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_leaves_what_is_complete_and_nothing_else()
    {
        using var cancelled = new CancellationTokenSource();
        var source = new Source([], file =>
        {
            if (file.Name == "two")
            {
                cancelled.Cancel();
                cancelled.Token.ThrowIfCancellationRequested();
            }

            return One;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Install(cancelled.Token, source));
        Assert.Equal(["one"], Directory.GetFiles(folder["set"]).Select(Path.GetFileName));
    }

    private static DataFile FileOf(string name, byte[] contents) => new(name, Convert.ToHexStringLower(SHA256.HashData(contents)));

    private static byte[] Gzip(byte[] contents)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(contents);
        }

        return buffer.ToArray();
    }

    private Task Install(params IDataSource[] sources) => Install(CancellationToken.None, sources);

    private Task Install(CancellationToken cancelled, params IDataSource[] sources) =>
        new DataSetInstaller(new DataSet("set", [FileOf("one", One), FileOf("two", Two)], sources), folder["set"], _ => { }, (_, _) => { })
            .InstallAsync(cancelled);

    private void AssertInstalled()
    {
        Assert.Equal(["one", "two"], Directory.GetFiles(folder["set"]).Select(Path.GetFileName).Order());
        Assert.Equal(One, File.ReadAllBytes(folder["set/one"]));
        Assert.Equal(Two, File.ReadAllBytes(folder["set/two"]));
    }

    private sealed class Source(List<string> asked, Func<DataFile, byte[]> contents) : IDataSource
    {
        public string Description => "a test";

        public bool IsAvailable => true;

        public Task FetchAsync(
            IReadOnlyList<DataFile> files, Action<DataFile, Stream> receive, Action<string, double> progress, CancellationToken cancelled)
        {
            foreach (DataFile file in files)
            {
                asked.Add(file.Name);
                receive(file, new MemoryStream(contents(file)));
            }

            return Task.CompletedTask;
        }
    }
}
