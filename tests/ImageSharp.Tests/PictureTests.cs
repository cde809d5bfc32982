using MiniGan.ImageSharp;
using MiniGan.Imaging;
using MiniGan.Tensors;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Pictures;

public sealed class PictureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.gif", 0)]
    [InlineData("a.bmp", 0)]
    [InlineData("a.png", 0)]
    [InlineData("a.webp", 24)]
    [InlineData("a.jpg", 24)]
    [InlineData("a.JPEG", 24)]
    public void What_is_written_is_read(string name, int tolerance)
    {
        byte[] pixels = [.. Enumerable.Range(0, 32 * 24).Select(i => (byte)(i / 24 * 8))];
        PictureWriter.Write(folder[name], new Bitmap(24, 32, 1, pixels));
        using Image<L8> image = Image.Load<L8>(folder[name]);
        Assert.Equal((24, 32), (image.Width, image.Height));
        byte[] read = new byte[pixels.Length];
        image.CopyPixelDataTo(read);
        Assert.All(pixels.Zip(read), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Colours_are_kept()
    {
        PictureWriter.Write(folder["a.bmp"], new Bitmap(2, 1, 3, [255, 0, 0, 0, 0, 255]));
        using Image<Rgb24> image = Image.Load<Rgb24>(folder["a.bmp"]);
        Assert.Equal((new Rgb24(255, 0, 0), new Rgb24(0, 0, 255)), (image[0, 0], image[1, 0]));
    }

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

        Directory.CreateDirectory(folder["more"]);
        PictureWriter.Write(folder["more/2.gif"], new Bitmap(3, 5, 1, new byte[15]));
        File.WriteAllText(folder["notes.txt"], "no picture");
        File.WriteAllBytes(folder["damaged.png"], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]);

        PictureFolder pictures = PictureFolder.Load(folder.Path, 28);
        Assert.Equal((2, 28, 28), (pictures.Dataset.Count, pictures.Dataset.Height, pictures.Dataset.Width));
        Assert.Equal(2, pictures.Skipped.Count);
        Assert.Contains(pictures.Skipped, line => line.StartsWith(folder["notes.txt"], StringComparison.Ordinal));
        Assert.Contains(pictures.Skipped, line => line.StartsWith(folder["damaged.png"], StringComparison.Ordinal));
        var batch = new Tensor(new Shape(2, 1, 28, 28));
        pictures.Dataset.CopyTo([0, 1], batch);
        Assert.Equal((1f, -1f), (batch[0, 0, 14, 14], batch[1, 0, 14, 14]));
        Assert.Equal((1f, 1f), (batch[0, 0, 14, 3], batch[0, 0, 14, 24]));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.False(PictureWriter.CanWrite("a.xyz"));
        Assert.False(PictureWriter.CanWrite("a"));
        Assert.Throws<ArgumentException>(() => PictureWriter.Write(folder["a.xyz"], new Bitmap(1, 1, 1, [0])));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureFolder.Load(folder.Path, 0));
        Assert.Throws<DirectoryNotFoundException>(() => PictureFolder.Load(folder["nowhere"], 28));
    }
}
