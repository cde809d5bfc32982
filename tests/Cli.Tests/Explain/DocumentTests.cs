using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>
/// docs/transposed-convolution.md: what it shows is what the commands in it give, and its prose has no number that they do not give.
/// </summary>
public sealed partial class DocumentTests : IDisposable
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    private readonly string document = File.ReadAllText(Path.Combine(Repository, "docs", "transposed-convolution.md"));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_block_is_what_its_command_prints()
    {
        MatchCollection blocks = ConsoleBlock().Matches(document);
        Assert.True(blocks.Count > 8);
        foreach (Match block in blocks)
        {
            string output = "\n" + string.Join('\n', Run(block.Groups[1].Value).Split('\n').Select(line => line.TrimEnd()));
            int at = 0;
            foreach (string part in block.Groups[2].Value.Split("…\n"))
            {
                at = output.IndexOf($"\n{part}", at, StringComparison.Ordinal);
                Assert.True(at >= 0, $"{block.Groups[1].Value} does not print (in this order)\n{part}");
            }
        }
    }

    [Fact]
    public void Every_size_in_the_tables_is_what_its_command_gives()
    {
        MatchCollection rows = TableRow().Matches(document);
        Assert.True(rows.Count > 15);
        foreach (Match row in rows)
        {
            Assert.Contains($"→ y {row.Groups[2].Value}\n", Run(row.Groups[1].Value), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_picture_is_what_its_command_writes()
    {
        MatchCollection pictures = Picture().Matches(document);
        Assert.Equal(pictures.Count, Regex.Count(document, @"!\["));
        Assert.NotEmpty(pictures);
        foreach (Match picture in pictures)
        {
            string[] words = picture.Groups[2].Value.Split(' ');
            Assert.Equal("minigan", words[0]);
            Assert.Equal(0, MiniGanProcess.Run(folder.Path, words[1..]).ExitCode);
            string committed = Path.Combine(Repository, "docs", picture.Groups[1].Value);
            Assert.Equal(Contents(File.ReadAllBytes(folder[words[^1]])), Contents(File.ReadAllBytes(committed)));
        }
    }

    [Fact]
    public void Every_number_in_the_prose_is_in_a_block_or_a_table_of_its_section()
    {
        foreach (string section in document.Split("\n## ")[1..])
        {
            string shown = string.Concat(
                Regex.Matches(section, "```.*?```|^\\|.*$|^`.*`$", RegexOptions.Singleline | RegexOptions.Multiline)
                    .Select(match => match.Value));
            string prose = Regex.Replace(
                section, "```.*?```|^\\|.*?$|`.*?`|\\]\\(.*?\\)", " ", RegexOptions.Singleline | RegexOptions.Multiline);
            HashSet<string> known = [.. Number().Matches(shown.Replace('x', '×')).SelectMany(match =>
                match.Value.Split('×').Append(match.Value))];
            foreach (Match number in Number().Matches(prose))
            {
                bool isYear = number.Value is ['1' or '2', _, _, _];
                Assert.True(
                    isYear || known.Contains(number.Value), $"'{number.Value}' in '{section.Split('\n')[0]}' is shown by no command there");
            }
        }
    }

    [Fact]
    public void The_code_is_the_code_in_the_files()
    {
        string code = File.ReadAllText(Path.Combine(Repository, "src", "Cli", "Explain", "MatrixEntry.cs"));
        Match block = Assert.Single(CodeBlock().Matches(document));
        Assert.Contains(block.Groups[1].Value, code, StringComparison.Ordinal);
    }

    private string Run(string command)
    {
        string[] words = command.Split(' ');
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, [.. words[0] == "minigan" ? words[1..] : words, "--no-html"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    /// <summary>
    /// The chunks of a PNG, animated or not, with their pixels unpacked: how well they were packed depends on the machine.
    /// </summary>
    private static List<string> Contents(byte[] file)
    {
        var contents = new List<string>();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string type = Encoding.ASCII.GetString(file, at + 4, 4);
            byte[] data = file[(at + 8)..(at + 8 + length)];
            if (type is "IDAT" or "fdAT")
            {
                using var inflate = new ZLibStream(new MemoryStream(type == "IDAT" ? data : data[4..]), CompressionMode.Decompress);
                using var raw = new MemoryStream();
                inflate.CopyTo(raw);
                data = raw.ToArray();
            }

            contents.Add($"{type} {Convert.ToHexString(data)}");
            at += 12 + length;
        }

        return contents;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```console\n\\$ (minigan [^\n]*)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex(@"\| `(explain [^`]*)` \| ([^ ]+) \|")]
    private static partial Regex TableRow();

    [GeneratedRegex(@"!\[[^\]]*\]\(([^)]+)\)\n\n`(minigan [^`]*)`")]
    private static partial Regex Picture();

    [GeneratedRegex(@"\d+(×\d+)*")]
    private static partial Regex Number();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
