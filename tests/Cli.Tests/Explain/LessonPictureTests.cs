using MiniGan.Cli.Explain;
using MiniGan.Imaging;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>Numbers in pictures: every character has a shape, and no number leaves its cell.</summary>
public sealed class LessonPictureTests
{
    [Fact]
    public void The_font_has_every_character_of_a_number()
    {
        HashSet<char> letters = [.. Enumerable.Range(-45, 90).SelectMany(power =>
            new[] { 1, -1.2345678 }.SelectMany(digits => Numerals.Format(digits * Math.Pow(10, power))))];
        Assert.Equal("+-.0123456789E", string.Concat(letters.Order()));
        string[] shapes = [.. letters.Select(letter => string.Join(' ', StrokeFont.Strokes($"{letter}")))];
        Assert.All(shapes, Assert.NotEmpty);
        Assert.Equal(shapes.Length, shapes.Distinct().Count());
        Assert.Throws<ArgumentException>(() => StrokeFont.Strokes("q").ToArray());
    }

    [Theory]
    [InlineData("7", 40)]
    [InlineData("-1.2346E-12", 40)]
    [InlineData("-1.2346E-12", 90)]
    [InlineData("8888", 24)]
    public void A_number_is_written_within_its_cell_and_in_its_middle(string text, int columns)
    {
        var canvas = new Canvas(120, 60, new(255, 255, 255));
        canvas.Write(text, 10, 15, columns, 30, new(0, 0, 0), 13);
        byte[] pixels = [.. canvas.ToBitmap().Pixels.ToArray()];
        (int X, int Y)[] inked = [.. Enumerable.Range(0, 120 * 60).Where(i => pixels[i * 3] < 128).Select(i => (i % 120, i / 120))];
        Assert.NotEmpty(inked);
        (int left, int right, int top, int bottom) = (inked.Min(p => p.X), inked.Max(p => p.X), inked.Min(p => p.Y), inked.Max(p => p.Y));
        Assert.True(left >= 10 && right < 10 + columns && top >= 15 && bottom < 45);
        Assert.InRange((left + right + 1) / 2.0 - (10 + (columns / 2.0)), -2, 2);
        Assert.True(bottom - top <= 15);
    }

    [Fact]
    public void A_fill_has_round_corners_and_a_full_middle()
    {
        var canvas = new Canvas(20, 20, new(255, 255, 255));
        canvas.Fill(2, 2, 16, 16, new(0, 0, 0), 5);
        ReadOnlySpan<byte> pixels = canvas.ToBitmap().Pixels;
        Assert.Equal(255, pixels[((2 * 20) + 2) * 3]);
        Assert.Equal(0, pixels[((10 * 20) + 2) * 3]);
        Assert.Equal(0, pixels[((10 * 20) + 10) * 3]);
        Assert.Equal(255, pixels[((10 * 20) + 1) * 3]);
        Assert.Equal(255, pixels[((10 * 20) + 18) * 3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void C_and_its_transpose_stand_side_by_side(bool isTransposed)
    {
        Bitmap square = LessonPicture.Still(
            new LessonRequest(isTransposed, isTransposed ? 2 : 4, 3, null, null, null, null, null, null, null, null).Work());

        // Both matrices, 4×16 and 16×4, at 26 pixels a place.
        Assert.True(square.Width > (16 + 4) * 26 + 150 && square.Height > 16 * 26);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cells_grow_with_the_longest_number(bool isTransposed)
    {
        Bitmap few = Picture(isTransposed, 100), more = Picture(isTransposed, -1234567), most = Picture(isTransposed, -1.2345e-12f);
        Assert.True(few.Width < more.Width && few.Height < more.Height);
        Assert.True(more.Width < most.Width && more.Height < most.Height);
    }

    private static Bitmap Picture(bool isTransposed, float value) =>
        LessonPicture.Still(new LessonRequest(isTransposed, null, null, null, null, null, null, null, null, new ValuesFile(
            new ValuesFile.Values([1, 2, 3], [value, 1, 2, 3, 4, 5]), new ValuesFile.Values([1, 1, 2, 1], [1, 1]), null), null).Work());
}
