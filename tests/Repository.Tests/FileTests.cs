using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

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

    /// <summary>But for text that is as long as it is: what stands in a raw string.</summary>
    [Fact]
    public void No_line_is_wide() => Assert.Empty(Files.CSharp(Folders).SelectMany(WideLines));

    private static IEnumerable<string> WideLines(string path)
    {
        string[] lines = Files.Read(path).Split('\n');
        int[] wide = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].EnumerateRunes().Count() > MostColumns)];
        if (wide.Length == 0)
        {
            return [];
        }

        SyntaxTree tree = CSharpSyntaxTree.ParseText(Files.Read(path));
        HashSet<int> raw = [.. tree.GetRoot().DescendantTokens()
            .Where(
                token => token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken) ||
                    token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken) ||
                    token.IsKind(SyntaxKind.InterpolatedStringTextToken))
            .SelectMany(
                token => Enumerable.Range(
                    tree.GetLineSpan(token.Span).StartLinePosition.Line,
                    tree.GetLineSpan(token.Span).EndLinePosition.Line - tree.GetLineSpan(token.Span).StartLinePosition.Line + 1))];
        return wide.Where(i => !raw.Contains(i)).Select(i => $"{path}:{i + 1}");
    }
}
