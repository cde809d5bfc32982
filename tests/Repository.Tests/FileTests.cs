namespace MiniGan.Tests.Repository;

/// <summary>Files are short, and fit beside another on a screen.</summary>
public sealed class FileTests
{
    private const int MostLines = 300, MostMedian = 100, MostColumns = 140;

    private static readonly string[] Folders = ["benchmarks", "data-scripts", "src", "tests"];

    [Fact]
    public void No_file_is_long()
    {
        int[] lengths = [.. Files.CSharp(Folders).Select(path => Files.Read(path).AsSpan().Count('\n')).Order()];
        Assert.InRange(lengths[lengths.Length / 2], 1, MostMedian);
        Assert.DoesNotContain(Files.CSharp(Folders), path => Files.Read(path).AsSpan().Count('\n') > MostLines);
    }

    [Fact]
    public void No_line_is_wide() => Assert.Empty(
        from path in Files.CSharp(Folders)
        from line in Files.Read(path).Split('\n').Index()
        where line.Item.EnumerateRunes().Count() > MostColumns
        select $"{path}:{line.Index + 1}");
}
