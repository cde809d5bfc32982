using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Tests.Imaging;

public sealed class ImagingTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 1)]
    [InlineData(3, 5, 3)]
    [InlineData(301, 257, 3)]
    public void A_png_decodes_to_what_was_written(int width, int height, int channels)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * 7))];
        using var stream = new MemoryStream();
        PngWriter.Write(stream, new Bitmap(width, height, channels, pixels));
        Assert.Equal((width, height, channels), PngDecoder.Decode(stream.ToArray()) is var (w, h, c, _) ? (w, h, c) : default);
        Assert.Equal(pixels, PngDecoder.Decode(stream.ToArray()).Pixels);
    }

    [Fact]
    public void An_enlarged_picture_has_a_square_for_each_pixel()
    {
        Bitmap colour = new Bitmap(2, 1, 3, [1, 2, 3, 4, 5, 6]).Enlarged(2);
        Assert.Equal((4, 2, 3), (colour.Width, colour.Height, colour.Channels));
        byte[] row = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6];
        Assert.Equal([.. row, .. row], colour.Pixels);
        Assert.Same(colour, colour.Enlarged(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => colour.Enlarged(0));
    }

    [Fact]
    public void A_file_is_replaced_whole_and_folders_are_made()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a", "b", "picture.png");
        PngWriter.Write(path, new Bitmap(2, 1, 1, [1, 2]));
        PngWriter.Write(path, new Bitmap(1, 1, 1, [3]));
        Assert.Equal([3], PngDecoder.Decode(File.ReadAllBytes(path)).Pixels);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Values_become_bytes()
    {
        Tensor x = Tensor.FromRowMajor(new Shape(1, 1, 1, 9), [-1, 1, 0, -2, 2, float.NaN, float.PositiveInfinity, -0.9999f, 0.003f]);
        Assert.Equal([0, 255, 128, 0, 255, 0, 255, 0, 128], ImageConversion.ToBytes(x));
    }

    [Fact]
    public void A_grid_has_rows_columns_and_gaps()
    {
        Tensor x = new(new Shape(3, 1, 1, 2));
        x.CopyFromRowMajor([-1, 1, 1, 1, -1, -0.2f]);
        Bitmap grid = ImageConversion.Grid(x, columns: 2, gap: 1);
        Assert.Equal((7, 5, 1), (grid.Width, grid.Height, grid.Channels));
        Assert.Equal(
            [
                0, 0, 0, 0, 0, 0, 0,
                0, 0, 255, 0, 255, 255, 0,
                0, 0, 0, 0, 0, 0, 0,
                0, 0, 102, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0,
            ],
            grid.Pixels);
        Bitmap colour = ImageConversion.Grid(Tensor.FromRowMajor(new Shape(1, 3, 1, 2), [-1, 1, 0, 0, 1, -1]), columns: 5, gap: 0);
        Assert.Equal((2, 1, 3), (colour.Width, colour.Height, colour.Channels));
        Assert.Equal([0, 128, 255, 255, 128, 0], colour.Pixels);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Bitmap(0, 1, 1, []));
        Assert.Throws<ArgumentException>(() => new Bitmap(1, 1, 2, [1, 2]));
        Assert.Throws<ArgumentException>(() => new Bitmap(1, 1, 1, [1, 2]));
        Assert.Throws<ArgumentException>(() => ImageConversion.Grid(new Tensor(new Shape(0, 1, 2, 2)), 1));
        Assert.Throws<ArgumentException>(() => ImageConversion.Grid(new Tensor(new Shape(1, 2, 2, 2)), 1));
        Assert.Throws<ArgumentException>(() => ImageConversion.Grid(new Tensor(new Shape(4, 4)), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageConversion.Grid(new Tensor(new Shape(1, 1, 2, 2)), 0));
        Assert.Throws<ArgumentNullException>(() => ImageConversion.ToBytes(null!));
        Assert.Throws<ArgumentNullException>(() => PngWriter.Write(new MemoryStream(), null!));
    }
}
