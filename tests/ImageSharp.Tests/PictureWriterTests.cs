using MiniGan.ImageSharp;
using MiniGan.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Pictures;

public sealed class PictureWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.png", "PNG")]
    [InlineData("a.gif", "GIF")]
    [InlineData("a.webp", "Webp")]
    [InlineData("a.bmp", "BMP")]
    [InlineData("a.tif", "TIFF")]
    [InlineData("a.TIFF", "TIFF")]
    [InlineData("a.jpg", "JPEG", 3)]
    [InlineData("a.JPEG", "JPEG", 3)]
    public void All_greys_come_back(string name, string format, int tolerance = 0)
    {
        Bitmap picture = Greys(smooth: tolerance > 0);
        PictureWriter.Write(folder[name], picture);
        using Image<L8> image = Image.Load<L8>(folder[name], out SixLabors.ImageSharp.Formats.IImageFormat written);
        Assert.Equal((format, 40, 32), (written.Name, image.Width, image.Height));
        Assert.Equal(256, picture.Pixels.Distinct().Count());
        Assert.All(picture.Pixels.Zip(Pixels(image)), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.webp")]
    [InlineData("a.bmp")]
    [InlineData("a.tiff")]
    [InlineData("a.gif", 8)] // a palette of 256
    [InlineData("a.jpg", 24)]
    public void Colours_come_back(string name, int tolerance = 0)
    {
        IEnumerable<(int X, int Y)> places = Enumerable.Range(0, 24 * 16).Select(i => (i % 24, i / 24));
        byte[] pixels = [.. places.SelectMany<(int X, int Y), byte>(at =>
            [(byte)(at.X * 10), (byte)(at.Y * 16), (byte)(200 - (at.X * 8))])];
        PictureWriter.Write(folder[name], new Bitmap(24, 16, 3, pixels));
        using Image<Rgb24> image = Image.Load<Rgb24>(folder[name]);
        byte[] read = new byte[pixels.Length];
        image.CopyPixelDataTo(read);
        Assert.All(pixels.Zip(read), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
    }

    [Fact]
    public void An_animated_gif_holds_each_frame_exactly_and_is_played_for_ever()
    {
        Bitmap[] frames = [.. Enumerable.Range(0, 5).Select(i => Greys(seed: i))];
        PictureWriter.Write(folder["a.gif"], frames, 0.08);
        using Image<L8> image = Image.Load<L8>(folder["a.gif"]);
        Assert.Equal((5, 0), (image.Frames.Count, image.Metadata.GetGifMetadata().RepeatCount));
        Assert.Contains("NETSCAPE2.0", File.ReadAllText(folder["a.gif"], System.Text.Encoding.Latin1), StringComparison.Ordinal);
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.Equal(8, image.Frames[i].Metadata.GetGifMetadata().FrameDelay);
            using Image<L8> frame = image.Frames.CloneFrame(i);
            Assert.Equal(frames[i].Pixels, Pixels(frame));
        }
    }

    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(0.084, 8)]
    [InlineData(0.086, 9)]
    [InlineData(2.5, 250)]
    public void The_delay_of_a_gif_is_rounded_to_hundredths_of_a_second(double seconds, int hundredths)
    {
        PictureWriter.Write(folder["a.gif"], [Greys(), Greys(seed: 1)], seconds);
        using Image image = Image.Load(folder["a.gif"]);
        Assert.Equal(hundredths, image.Frames[1].Metadata.GetGifMetadata().FrameDelay);
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.APNG")]
    public void An_animated_png_is_that_of_the_framework(string name)
    {
        Bitmap[] frames = [Greys(), Greys(seed: 1)];
        PictureWriter.Write(folder[name], frames, 0.08);
        AnimatedPngWriter.Write(folder["b.png"], frames, 0.08);
        Assert.Equal(File.ReadAllBytes(folder["b.png"]), File.ReadAllBytes(folder[name]));
    }

    [Fact]
    public void The_endings_are_those_that_can_be_written()
    {
        foreach (string ending in PictureWriter.PictureEndings)
        {
            PictureWriter.Write(folder[$"still{ending}"], Greys());
        }

        foreach (string ending in PictureWriter.AnimationEndings)
        {
            PictureWriter.Write(folder[$"animated{ending}"], [Greys()], 1);
        }

        Assert.Equal(8 + 3, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void What_a_format_cannot_hold_is_refused()
    {
        Bitmap one = new(1, 1, 1, [0]), two = new(2, 1, 1, [0, 0]);
        AssertRefused(".xyz", () => PictureWriter.Write(folder["a.xyz"], one));
        AssertRefused(".webp", () => PictureWriter.Write(folder["a"], one));
        AssertRefused("is an animation", () => PictureWriter.Write(folder["a.apng"], one));
        AssertRefused(".png, .apng, .gif", () => PictureWriter.Write(folder["a.webp"], [one], 1));
        AssertRefused("at least one frame", () => PictureWriter.Write(folder["a.gif"], [], 1));
        AssertRefused("2 × 1", () => PictureWriter.Write(folder["a.gif"], [one, two], 1));
        AssertRefused("1 × 1 × 3", () => PictureWriter.Write(folder["a.gif"], [one, new(1, 1, 3, [0, 0, 0])], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureWriter.Write(folder["a.gif"], [one], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureWriter.Write(folder["a.gif"], [one], double.NaN));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("a.gif")]
    [InlineData("a.webp")]
    [InlineData("a.jpg")]
    public void The_largest_side_is_written_and_one_more_refused(string name)
    {
        int side = PictureWriter.LargestSide(name);
        PictureWriter.Write(folder[name], new Bitmap(side, 1, 1, new byte[side]));
        Assert.Equal(side, Image.Identify(folder[name]).Width);
        PictureWriter.Write(folder[name], new Bitmap(1, side, 1, new byte[side]));
        Assert.Equal(side, Image.Identify(folder[name]).Height);
        Bitmap larger = new(side + 1, 1, 1, new byte[side + 1]);
        AssertRefused($"{side + 1}×1", () => PictureWriter.Write(folder[name], larger));
        if (PictureWriter.AnimationEndings.Contains(Path.GetExtension(name)))
        {
            AssertRefused($"{side + 1}×1", () => PictureWriter.Write(folder[name], [larger], 1));
        }
    }

    private static void AssertRefused(string expected, Action write) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(write).Message, StringComparison.Ordinal);

    /// <summary>All greys in disorder, neighbours in value too, or in a smooth slope.</summary>
    private static Bitmap Greys(int seed = 0, bool smooth = false)
    {
        var random = new Random(seed);
        byte[] pixels = [.. Enumerable.Range(0, 40 * 32).Select(i => (byte)(smooth ? i / 5 : i < 256 ? i : random.Next(256)))];
        return new Bitmap(40, 32, 1, pixels);
    }

    private static byte[] Pixels(Image<L8> image)
    {
        byte[] pixels = new byte[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }
}
