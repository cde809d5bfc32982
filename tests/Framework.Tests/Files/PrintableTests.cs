using MiniGan.Files;

namespace MiniGan.Tests.Files;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain text, ä, 数字, 🙂", "plain text, ä, 数字, 🙂")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("a\tb\0c\r\nd", "a\\u0009b\\u0000c\\u000d\\u000ad")]
    [InlineData("\u007f\u0080\u009b31m", "\\u007f\\u0080\\u009b31m")]
    [InlineData("\u202egnp.exe\u2066\u2069\u200f\u061c", "\\u202egnp.exe\\u2066\\u2069\\u200f\\u061c")]
    [InlineData("\u2028\u2029\u200b\ufeff", "\\u2028\\u2029\\u200b\\ufeff")]
    [InlineData("\udb40\udc41", "\\udb40\\udc41")] // a tag, invisible
    [InlineData(null, "")]
    public void What_a_terminal_would_obey_is_escaped(string? text, string expected)
    {
        Assert.Equal(expected, Printable.Text(text));
        Assert.Equal(expected, Printable.Name(text));
        Assert.Equal(expected, Printable.Path(text));
    }

    [Fact]
    public void Every_character_comes_out_as_one_that_is_shown()
    {
        string all = new([.. Enumerable.Range(0, 0x10000).Reverse().Select(i => (char)i)]); // in this order no two surrogates are a pair
        string shown = Printable.Text(all);
        Assert.DoesNotContain(shown, char.IsControl);
        Assert.DoesNotContain(shown, char.IsSurrogate);
        Assert.Contains("\\ude42", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, character => char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Format);
    }

    [Fact]
    public void Long_names_lose_their_middle()
    {
        string name = new string('a', 100) + new string('b', 100);
        Assert.Equal(new string('a', 30) + "…" + new string('b', 29), Printable.Name(name));
        Assert.Equal(Printable.LongestName, Printable.Name(name).Length);
        Assert.Equal(name[..60], Printable.Name(name[..60]));
        Assert.Equal(Printable.LongestPath, Printable.Path(new string('x', 3_000_000)).Length);
        Assert.InRange(Printable.Name(new string('\u001b', 3_000_000)).Length, 1, Printable.LongestName);

        // No half of a character is left.
        for (int shift = 0; shift < 4; shift++)
        {
            string faces = Printable.Name(new string('x', shift) + string.Concat(Enumerable.Repeat("🙂", 100)));
            Assert.DoesNotContain("\\u", faces, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(faces)));
        }
    }

    [Fact]
    public void A_message_is_one_line_no_longer_than_a_screen()
    {
        Assert.Equal("a b c\\u001bd", Printable.Message("a\nb\r\nc\u001bd"));
        string message = new MalformedFileException(
            new string('p', 5000) + "\u001b", "it is damaged: " + new string('\u202e', 5000) + " Get it anew.").Message;
        Assert.InRange(message.Length, 200, Printable.LongestMessage);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.EndsWith("Get it anew.", message, StringComparison.Ordinal);
    }
}
