using System.Diagnostics;
using MiniGan.ImageSharp;
using MiniGan.Imaging;
using MiniGan.Tensors;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Pictures;

public sealed class PictureFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_of_pictures_becomes_a_data_set_and_what_is_none_is_named()
    {
        using (var wide = new Image<Rgb24>(300, 100, new Rgb24(255, 255, 255)))
        {
            // Black outer thirds: a crop in the middle leaves none of them.
            for (int i = 0; i < wide.Width * wide.Height; i++)
            {
                if (i % wide.Width is < 100 or >= 200)
                {
                    wide[i % wide.Width, i / wide.Width] = default;
                }
            }

            wide.SaveAsBmp(folder["1.bmp"]);
        }

        PictureWriter.Write(folder["more/2.gif"], new Bitmap(3, 5, 1, new byte[15]));
        File.WriteAllText(folder["notes.txt"], "no picture");
        File.WriteAllBytes(folder["damaged.png"], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]);

        PictureFolder pictures = PictureFolder.Load(folder.Path, 28);
        Assert.Equal((2, 28, 28), (pictures.Dataset.Count, pictures.Dataset.Height, pictures.Dataset.Width));
        Assert.Equal(
            [
                $"{folder["damaged.png"]}: damaged or truncated.",
                $"{folder["notes.txt"]}: not a picture: PNG, JPEG, GIF, BMP and WebP are read.",
            ],
            pictures.Skipped);
        var batch = new Tensor(new Shape(2, 1, 28, 28));
        pictures.Dataset.CopyTo([0, 1], batch);
        Assert.Equal((1f, -1f), (batch[0, 0, 14, 14], batch[1, 0, 14, 14]));
        Assert.Equal((1f, 1f), (batch[0, 0, 14, 3], batch[0, 0, 14, 24]));
    }

    [Fact]
    public void Pictures_of_each_format_are_read_in_the_order_of_their_paths()
    {
        string[] endings = [".png", ".jpg", ".gif", ".bmp", ".webp"];
        for (int i = 0; i < endings.Length; i++)
        {
            PictureWriter.Write(folder[$"{i}{endings[i]}"], new Bitmap(28, 28, 1, [.. Enumerable.Repeat((byte)(i * 51), 28 * 28)]));
        }

        PictureFolder pictures = PictureFolder.Load(folder.Path, 28);
        Assert.Empty(pictures.Skipped);
        var batch = new Tensor(new Shape(5, 1, 28, 28));
        pictures.Dataset.CopyTo([0, 1, 2, 3, 4], batch);
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal((i * 0.4f) - 1, batch[i, 0, 9, 9], 1e-6f));
    }

    [Fact]
    public void Of_an_animation_the_first_frame_is_read()
    {
        PictureWriter.Write(folder["a.gif"], [new Bitmap(2, 2, 1, [255, 255, 255, 255]), new Bitmap(2, 2, 1, new byte[4])], 0.1);
        PictureFolder pictures = PictureFolder.Load(folder.Path, 2);
        var batch = new Tensor(new Shape(1, 1, 2, 2));
        pictures.Dataset.CopyTo([0], batch);
        Assert.Equal([1, 1, 1, 1], batch.Span.ToArray());
    }

    [Fact]
    public void A_photograph_is_turned_as_its_camera_says()
    {
        File.WriteAllBytes(folder["a.jpg"], PictureSamples.All["jpeg, turned"]);
        File.WriteAllBytes(folder["b.jpg"], PictureSamples.All["jpeg"]);
        PictureFolder pictures = PictureFolder.Load(folder.Path, 28);
        var batch = new Tensor(pictures.Dataset.ImageShape.Batch(2));
        pictures.Dataset.CopyTo([0, 1], batch);
        Assert.All(Enumerable.Range(0, 28), i => Assert.Equal(batch[1, 0, 27 - i, 3], batch[0, 0, 3, i])); // a quarter turn to the right
    }

    [Fact]
    public void What_is_no_ordinary_file_is_not_opened()
    {
        File.WriteAllBytes(folder["empty.png"], []);
        using (FileStream large = File.Create(folder["large.png"]))
        {
            large.SetLength(PictureReader.LargestFile + 1L);
        }

        if (!OperatingSystem.IsWindows())
        {
            using Process made = Process.Start("mkfifo", [folder["pipe.png"]]);
            made.WaitForExit();
            File.CreateSymbolicLink(folder["zero.png"], "/dev/zero");
            File.CreateSymbolicLink(folder["linked pipe.png"], "pipe.png");
            File.CreateSymbolicLink(folder["nowhere.png"], "nothing");
            File.CreateSymbolicLink(folder["round.png"], "round.png");
            Directory.CreateSymbolicLink(folder["again"], ".");
        }

        PictureFolder pictures = PictureFolder.Load(folder.Path, 28);
        Dictionary<string, string> reasons = pictures.Skipped.ToDictionary(
            line => Path.GetFileName(line.Split(": ")[0]), line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        Assert.Equal(0, pictures.Dataset.Count);
        Assert.Equal("empty, or a pipe or a device.", reasons["empty.png"]);
        Assert.Equal("too large: 67,108,865 bytes, at most 67,108,864.", reasons["large.png"]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.All(["pipe.png", "zero.png", "linked pipe.png"], name => Assert.Equal("empty, or a pipe or a device.", reasons[name]));
            Assert.All(["nowhere.png", "round.png"], name => Assert.StartsWith("cannot be read", reasons[name], StringComparison.Ordinal));
            Assert.Equal("a link to a folder, which is not followed.", reasons["again"]);
            Assert.Equal(8, reasons.Count);
        }
    }

    [UnixFact("Links need a right of their own on Windows.")]
    public void A_link_to_a_picture_is_read()
    {
        using var elsewhere = new TemporaryFolder();
        PictureWriter.Write(elsewhere["a.png"], new Bitmap(1, 1, 1, [7]));
        File.CreateSymbolicLink(folder["b.png"], elsewhere["a.png"]);
        Assert.Equal(1, PictureFolder.Load(folder.Path, 28).Dataset.Count);
    }

    [Fact]
    public void It_tells_how_far_it_is_and_can_be_ended()
    {
        File.WriteAllText(folder["1"], "none");
        PictureWriter.Write(folder["2.png"], new Bitmap(1, 1, 1, [7]));
        var options = new PictureOptions { Size = (28, 28) };
        List<(int, int)> told = [];
        PictureFolder.Load(folder.Path, options, (done, all) => told.Add((done, all)));
        Assert.Equal([(1, 2), (2, 2)], told);
        using var ended = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => PictureFolder.Load(folder.Path, options, (_, _) => ended.Cancel(), ended.Token));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureFolder.Load(folder.Path, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureFolder.Load(folder.Path, 4097));
        Assert.Throws<DirectoryNotFoundException>(() => PictureFolder.Load(folder["nowhere"], 28));
        Assert.Equal(0, PictureFolder.Load(folder.Path, 28).Dataset.Count);
    }
}
