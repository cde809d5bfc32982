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
        Assert.All(letters, letter => Assert.Contains(
            Enumerable.Range(0, PixelFont.Width * PixelFont.Height),
            i => PixelFont.IsSet(letter, i / PixelFont.Width, i % PixelFont.Width)));
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
