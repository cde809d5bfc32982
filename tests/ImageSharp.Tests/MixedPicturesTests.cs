using System.IO.Compression;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.ImageSharp;
using MiniGan.Tensors;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Pictures;

/// <summary>What pictures of all kinds become: their size, their channels, their labels.</summary>
public sealed class MixedPicturesTests : IDisposable
{
    private static readonly Rgba32 Red = new(200, 10, 20), Grey = new(90, 90, 90), Clear = new(255, 0, 0, 0);

    private static readonly WebpEncoder Lossless = new() { FileFormat = WebpFileFormatType.Lossless };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_mixed_folder_becomes_images_of_one_shape_with_labels_and_the_zip_of_it_the_same()
    {
        MakeMixed();
        PictureFolder pictures = PictureFolder.Load(folder["mixed"], options: null);
        Assert.Equal(new ImageShape(3, 40, 40), pictures.Dataset.ImageShape);
        Assert.Equal([0, 0, 1, 1, 2, 2], pictures.Dataset.Labels);
        Assert.Equal(["ant", "bee", "cat"], pictures.Dataset.LabelNames);
        Assert.Equal("as the median of their smaller sides is 45", pictures.Reason);
        Assert.Equal(3, pictures.Skipped.Count);
        Assert.Contains("too large: 9000×9000", pictures.Skipped[1], StringComparison.Ordinal);

        ZipFile.CreateFromDirectory(folder["mixed"], folder["a.zip"], CompressionLevel.Fastest, includeBaseDirectory: true);
        PictureFolder zipped = PictureFolder.Load(folder["a.zip"], options: null);
        Assert.Equal(pictures.Dataset.Checksum(), zipped.Dataset.Checksum());
        Assert.Equal(pictures.Dataset.LabelNames, zipped.Dataset.LabelNames);
        Assert.Equal(pictures.Reason, zipped.Reason);
        Assert.Equal(
            pictures.Skipped.Select(line => line[(line.IndexOf("mixed", StringComparison.Ordinal) + 5)..]),
            zipped.Skipped.Select(line => line[(line.IndexOf("mixed", StringComparison.Ordinal) + 5)..]));
    }

    [Fact]
    public void Colour_and_grey_are_as_they_were_and_the_background_shows_through()
    {
        MakeMixed();
        ImageDataset pictures = PictureFolder.Load(folder["mixed"], 40).Dataset;
        byte[][] middles = [.. Enumerable.Range(0, 6).Select(i => Pixel(pictures, i, 20, 20))];
        Assert.Equal([200, 10, 20], middles[0]); // PNG
        Assert.All(middles[1].Zip(new byte[] { 200, 10, 20 }), pair => Assert.InRange(pair.First - pair.Second, -3, 3)); // JPEG
        Assert.Equal([90, 90, 90], middles[2]); // grey
        Assert.Equal([200, 10, 20], middles[3]); // GIF
        Assert.Equal([255, 255, 255], middles[4]); // transparent
        Assert.Equal([200, 10, 20], middles[5]); // WebP

        var options = new PictureOptions { Size = (40, 40), Background = (1, 2, 3) };
        Assert.Equal([1, 2, 3], Pixel(PictureFolder.Load(folder["mixed"], options).Dataset, 4, 20, 20));
        ImageDataset grey = PictureFolder.Load(folder["mixed"], new PictureOptions { Channels = 1, Size = (40, 40) }).Dataset;
        Assert.Equal(new ImageShape(1, 40, 40), grey.ImageShape);
        Assert.Equal([51], Pixel(grey, 0, 20, 20)); // 0.2126 · 200 + 0.7152 · 10 + 0.0722 · 20
        Assert.Equal([90], Pixel(grey, 2, 20, 20));
    }

    [Fact]
    public void Grey_stays_grey_unless_colour_is_asked_for()
    {
        Save("a.png", 10, 12, Grey);
        Save("b.jpg", 10, 12, Grey);
        PictureFolder pictures = PictureFolder.Load(folder.Path, options: null);
        Assert.Equal(new ImageShape(1, 12, 10), pictures.Dataset.ImageShape); // all of one size keep it
        Assert.Equal("as all of them are", pictures.Reason);
        Assert.False(pictures.Dataset.HasLabels);
        Assert.Equal([90], Pixel(pictures.Dataset, 0, 5, 5));
        ImageDataset colour = PictureFolder.Load(folder.Path, new PictureOptions { Channels = 3 }).Dataset;
        Assert.Equal([90, 90, 90], Pixel(colour, 0, 5, 5));
        Assert.Equal(new ImageShape(3, 12, 10), colour.ImageShape);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PictureOptions { Channels = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PictureOptions { Size = (4, 0) });
    }

    [Theory]
    [InlineData("8×8", "4x4")]
    [InlineData("8×8", "8x8")]
    [InlineData("28×28", "28x28 28x28")]
    [InlineData("24×24", "28x28 29x28")]
    [InlineData("48×64", "48x64")]
    [InlineData("40×40", "45x300 45x64 20x20")]
    [InlineData("64×64", "65x65")]
    [InlineData("64×64", "1000x900 800x2000")]
    [InlineData("64×64", "")]
    public void The_size_is_chosen_from_those_that_are_there(string expected, string sizes)
    {
        ((int height, int width), string reason) = PictureSizes.Choose(
            [.. sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(size => size.Split('x').Select(int.Parse).ToArray())
                .Select(sides => (sides[0], sides[1]))]);
        Assert.Equal(expected, $"{height}×{width}");
        Assert.NotEmpty(reason);
    }

    [Theory]
    [InlineData("0 1 0", "a b", "x/a/1.png x/b/1.png x/a/2.png")]
    [InlineData("7 7 10", null, "7/1.png 7/2.png 10/a/b.png")]
    [InlineData("0 1", "1 1a", "1/1.png 1a/1.png")]
    [InlineData("0 1", "01 1", "01/1.png 1/1.png")]
    [InlineData("0 1", "B a", "B/1.png a/1.png")]
    [InlineData(null, null, "a/1.png a/2.png")]
    [InlineData(null, null, "1.png 2.png")]
    [InlineData(null, null, "a/1.png b/2.png 3.png")]
    [InlineData(null, null, "x/a/1.png x/2.png")]
    [InlineData(null, null, "")]
    public void Folders_beside_each_other_are_labels(string? labels, string? labelNames, string paths)
    {
        var found = PictureLabels.Of(paths.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(labels, found.Labels is null ? null : string.Join(' ', found.Labels));
        Assert.Equal(labelNames, found.Names is null ? null : string.Join(' ', found.Names));
    }

    [Fact]
    public void The_middle_with_the_wanted_proportions_is_taken()
    {
        using (var image = new Image<Rgb24>(40, 100))
        {
            for (int y = 40; y < 60; y++)
            {
                for (int x = 0; x < 40; x++)
                {
                    image[x, y] = new Rgb24(255, 255, 255);
                }
            }

            image.SaveAsPng(folder["a.png"]);
        }

        ImageDataset wide = PictureFolder.Load(folder.Path, new PictureOptions { Size = (8, 16) }).Dataset;
        Assert.Equal(new ImageShape(1, 8, 16), wide.ImageShape);
        Assert.Equal([255, 255], [.. Pixel(wide, 0, 1, 8), .. Pixel(wide, 0, 6, 8)]);
        ImageDataset tall = PictureFolder.Load(folder.Path, new PictureOptions { Size = (50, 20) }).Dataset;
        Assert.Equal([0, 255], [.. Pixel(tall, 0, 16, 9), .. Pixel(tall, 0, 25, 9)]);
    }

    [Fact]
    public void A_data_set_is_brought_to_another_shape()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte)7, 16), .. Enumerable.Repeat((byte)9, 16)];
        var dataset = new ImageDataset(new IdxImages(2, 4, 4, pixels), [0, 1], ["a", "b"]);
        Assert.Same(dataset, PictureFit.Resize(dataset, new ImageShape(1, 4, 4)));
        ImageDataset colour = PictureFit.Resize(dataset, new ImageShape(3, 8, 6));
        Assert.Equal([9, 9, 9], Pixel(colour, 1, 7, 5));
        Assert.Equal(dataset.Labels, colour.Labels);
        Assert.Equal(dataset.LabelNames, colour.LabelNames);
        Assert.Equal([7], Pixel(PictureFit.Resize(colour, new ImageShape(1, 2, 2)), 0, 1, 1));
        Assert.Throws<ArgumentException>(() => PictureFit.Resize(dataset, new ImageShape(2, 4, 4)));
    }

    [Fact]
    public void A_zip_is_judged_before_it_is_read()
    {
        Save("good.png", 10, 10, Red);
        using (var zip = ZipFile.Open(folder["a.zip"], ZipArchiveMode.Create))
        {
            zip.CreateEntryFromFile(folder["good.png"], "1.png");
            zip.CreateEntryFromFile(folder["good.png"], "__MACOSX/._1.png");
            zip.CreateEntry("2-empty.png");
            zip.CreateEntry("folder/");
            using Stream bomb = zip.CreateEntry("3-bomb.png", CompressionLevel.Fastest).Open();
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 65; i++)
            {
                bomb.Write(zeros);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        PictureFolder pictures = PictureFolder.Load(folder["a.zip"], options: null);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        Assert.Equal(1, pictures.Dataset.Count);
        Assert.Equal(
            [$"{folder["a.zip"]}/2-empty.png: empty.", $"{folder["a.zip"]}/3-bomb.png: too large: 68,157,440 bytes, at most 67,108,864."],
            pictures.Skipped);

        // One that says less of itself than it holds, one that is damaged, and ones that are none.
        byte[] whole = File.ReadAllBytes(folder["a.zip"]);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x55;
            File.WriteAllBytes(folder["b.zip"], damaged);
            try
            {
                Assert.InRange(PictureFolder.Load(folder["b.zip"], 8).Dataset.Count, 0, 2);
            }
            catch (MalformedFileException exception)
            {
                Assert.StartsWith(folder["b.zip"], exception.Message, StringComparison.Ordinal);
            }

            at += at > 400 && at < whole.Length - 600 ? 5003 : 0; // the zeros
        }

        File.WriteAllText(folder["none.zip"], "no zip");
        Assert.Contains(
            "no zip", Assert.Throws<MalformedFileException>(() => PictureFolder.Load(folder["none.zip"], 8)).Message,
            StringComparison.Ordinal);
    }

    private void MakeMixed()
    {
        Save("mixed/ant/1.png", 90, 45, Red);
        Save("mixed/ant/2.jpg", 45, 60, Red);
        File.WriteAllBytes(folder["mixed/ant/broken.png"], File.ReadAllBytes(folder["mixed/ant/1.png"])[..60]);
        Save("mixed/bee/1.png", 45, 45, Grey);
        Save("mixed/bee/2.gif", 30, 45, Red);
        Save("mixed/cat/1.png", 50, 50, Clear);
        Save("mixed/cat/2.webp", 45, 45, Red);
        File.WriteAllText(folder["mixed/cat/notes.txt"], "no picture");
        using var huge = new Image<L8>(9000, 9000);
        huge.SaveAsPng(folder["mixed/bee/huge.png"], new PngEncoder { CompressionLevel = PngCompressionLevel.BestSpeed });
    }

    private void Save(string name, int width, int height, Rgba32 colour)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        using var image = new Image<Rgba32>(width, height, colour);
        switch (Path.GetExtension(name))
        {
            case ".jpg": image.SaveAsJpeg(folder[name]); break;
            case ".gif": image.SaveAsGif(folder[name]); break;
            case ".webp": image.SaveAsWebp(folder[name], Lossless); break;
            default: image.SaveAsPng(folder[name]); break;
        }
    }

    private static byte[] Pixel(ImageDataset dataset, int n, int y, int x)
    {
        var batch = new Tensor(dataset.ImageShape.Batch(1));
        dataset.CopyTo([n], batch);
        return [.. Enumerable.Range(0, dataset.ImageShape.Channels).Select(c => (byte)Math.Round((batch[0, c, y, x] + 1) * 127.5f))];
    }
}
