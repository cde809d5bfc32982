using MiniGan.ImageSharp;
using MiniGan.Imaging;

namespace MiniGan.Tests.Pictures;

/// <summary>Pictures that are more than memory should hold.</summary>
public sealed class PictureCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(3, false)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void Pictures_in_a_file_are_those_in_memory(int channels, bool size)
    {
        Write("a/1.png", 1);
        Write("a/2.png", channels);
        Write("b/1.png", 1);
        File.WriteAllText(folder["pets/b/notes.txt"], "no picture");
        PictureOptions inMemory = size ? new() { Size = (8, 12), Channels = 3 } : new(), inFile = Cached(inMemory);
        PictureFolder expected = PictureFolder.Load(folder["pets"], inMemory);
        Assert.Null(expected.Cache);
        for (int i = 0; i < 2; i++)
        {
            PictureFolder pictures = PictureFolder.Load(folder["pets"], inFile);
            Assert.StartsWith(folder["cache"], pictures.Cache, StringComparison.Ordinal);
            Assert.Equal(expected.Dataset.ImageShape, pictures.Dataset.ImageShape);
            Assert.Equal(expected.Dataset.Checksum(), pictures.Dataset.Checksum());
            Assert.Equal(expected.Dataset.LabelNames, pictures.Dataset.LabelNames);
            Assert.Equal((expected.Reason, expected.Skipped.Single()), (pictures.Reason, pictures.Skipped.Single()));
            Assert.Equal(
                expected.Dataset.Shuffled(2, 1).Take(5).Select(batch => batch.Images.Span.ToArray()),
                pictures.Dataset.Shuffled(2, 1).Take(5).Select(batch => batch.Images.Span.ToArray()));
        }

        // And if what was chosen is given, as a run that goes on does.
        PictureFolder given = PictureFolder.Load(folder["pets"], inFile with
        {
            Size = (expected.Dataset.Height, expected.Dataset.Width),
            Channels = expected.Dataset.ImageShape.Channels,
        });
        Assert.Equal((expected.Dataset.Checksum(), ""), (given.Dataset.Checksum(), given.Reason));
        Assert.Single(Directory.GetFiles(folder["cache"], "*.pixels"));
        Assert.Equal(size ? 0 : 1, Directory.GetFiles(folder["cache"], "*.choice").Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"Height\":0,\"Width\":8,\"Channels\":3,\"Reason\":\"\"}")]
    [InlineData("{\"Height\":8,\"Width\":8,\"Channels\":2,\"Reason\":\"\"}")]
    [InlineData("{\"Height\":8,\"Width\":5000,\"Channels\":3,\"Reason\":\"\"}")]
    [InlineData("{\"Height\":8,\"Width\":8,\"Channels\":3,\"Reason\":null}")]
    public void A_damaged_choice_is_made_anew(string text)
    {
        Write("1.png", 3);
        string reason = PictureFolder.Load(folder["pets"], Cached(new())).Reason;
        string choice = Directory.GetFiles(folder["cache"], "*.choice").Single();
        string whole = File.ReadAllText(choice);
        File.WriteAllText(choice, text);
        Assert.Equal(reason, PictureFolder.Load(folder["pets"], Cached(new())).Reason);
        Assert.Equal(whole, File.ReadAllText(choice));
    }

    [Fact]
    public void What_nobody_used_for_a_month_goes_when_another_is_made()
    {
        Write("1.png", 3);
        string used = PictureFolder.Load(folder["pets"], Cached(new() { Size = (4, 4) })).Cache!,
            unused = PictureFolder.Load(folder["pets"], Cached(new() { Size = (5, 5) })).Cache!, foreign = folder["cache/notes.txt"];
        File.WriteAllText(foreign, "mine");
        foreach (string file in Directory.GetFiles(folder["cache"]))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-31));
        }

        PictureFolder.Load(folder["pets"], Cached(new() { Size = (4, 4) }));
        Assert.True(File.Exists(unused));
        string made = PictureFolder.Load(folder["pets"], Cached(new() { Size = (6, 6) })).Cache!;
        Assert.False(File.Exists(unused));
        Assert.Equal(
            new[] { used, made, foreign }.Order(),
            Directory.GetFiles(folder["cache"]).Where(file => !file.EndsWith(".choice", StringComparison.Ordinal)).Order());
        Assert.Equal(2, Directory.GetFiles(folder["cache"], "*.choice").Length);
    }

    [Fact]
    public void The_file_is_used_again_until_a_picture_changes()
    {
        Write("1.png", 3);
        Write("2.png", 3);
        int decoded = 0;
        string Load(PictureOptions? options = null) => PictureFolder.Load(
            folder["pets"], options ?? Cached(new()), (_, _) => decoded++).Cache!;
        string first = Load();
        Assert.Equal(4, decoded); // for the size, and for the pixels
        Assert.Equal((first, 4), (Load(), decoded));

        File.SetLastWriteTimeUtc(folder["pets/2.png"], DateTime.UtcNow.AddHours(-1));
        string touched = Load();
        Assert.NotEqual(first, touched);
        File.Move(folder["pets/2.png"], folder["pets/3.png"]);
        string renamed = Load();
        Assert.NotEqual(touched, renamed);
        Assert.NotEqual(renamed, Load(Cached(new() { Channels = 1 })));
        Assert.NotEqual(renamed, Load(Cached(new() { Background = (1, 2, 3) })));
        Assert.NotEqual(renamed, Load(Cached(new() { Size = (9, 9) })));
    }

    [Fact]
    public void A_damaged_file_is_made_anew_and_an_ended_work_leaves_none()
    {
        Write("1.png", 3);
        Write("2.png", 1);
        PictureOptions options = Cached(new() { Size = (4, 4) });
        string cache = PictureFolder.Load(folder["pets"], options).Cache!;
        byte[] whole = File.ReadAllBytes(cache);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            AssertMadeAnew(damaged);
        }

        AssertMadeAnew(whole[..^1]);
        AssertMadeAnew([.. whole, 0]);
        AssertMadeAnew([1]);

        File.Delete(cache);
        using var ended = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => PictureFolder.Load(folder["pets"], options, (_, _) => ended.Cancel(), ended.Token));
        Assert.Empty(Directory.GetFiles(folder["cache"], "*.pixels"));
        Assert.Empty(Directory.GetFiles(folder["cache"], "*.part"));

        void AssertMadeAnew(byte[] damaged)
        {
            File.WriteAllBytes(cache, damaged);
            Assert.Null(PictureCache.Open(cache));
            PictureFolder.Load(folder["pets"], options);
            Assert.Equal(whole, File.ReadAllBytes(cache));
        }
    }

    [Fact]
    public void Few_pictures_stay_in_memory()
    {
        Write("1.png", 3);
        Assert.Null(PictureFolder.Load(folder["pets"], Cached(new()) with { MostInMemory = 64 * 64 * 3 }).Cache);
        Assert.NotNull(PictureFolder.Load(folder["pets"], Cached(new()) with { MostInMemory = (64 * 64 * 3) - 1 }).Cache);
        Assert.NotNull(PictureFolder.Load(folder["pets"], Cached(new() { Size = (4, 4), Channels = 1 }) with { MostInMemory = 15 }).Cache);
        Assert.Null(PictureFolder.Load(folder["pets"], Cached(new() { Size = (4, 4), Channels = 1 }) with { MostInMemory = 16 }).Cache);
    }

    private PictureOptions Cached(PictureOptions options) => options with { CacheFolder = folder["cache"], MostInMemory = 0 };

    private void Write(string name, int channels)
    {
        byte[] pixels = [.. Enumerable.Range(0, 20 * 16 * channels).Select(i => (byte)(i * i / 5))];
        PictureWriter.Write(folder[$"pets/{name}"], new Bitmap(16, 20, channels, pixels));
    }
}
