using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MiniGan.Tests.Cli;

public sealed partial class ReadmeTests
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    [Fact]
    public void The_code_in_the_readme_is_the_code_in_the_files()
    {
        string readme = File.ReadAllText(Path.Combine(Repository, "README.md"));
        string[] files = ["src/Samples/TrainToyGan.cs", "src/Samples/OwnNetworks.cs", "src/Samples/CompareLayers.cs",
            "src/Framework/Modules/ConvTranspose2D.cs", "tests/Framework.Tests/Convolution/ArticleTests.cs"];
        string code = string.Concat(files.Select(file => File.ReadAllText(Path.Combine(Repository, file))));
        MatchCollection blocks = CodeBlock().Matches(readme);
        Assert.Equal(6, blocks.Count);
        Assert.All(blocks, block => Assert.Contains(block.Groups[1].Value, code, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_link_in_the_documents_leads_somewhere()
    {
        string[] documents = [Path.Combine(Repository, "README.md"), Path.Combine(Repository, "CONTRIBUTING.md"),
            .. Directory.GetFiles(Path.Combine(Repository, "docs"), "*.md", SearchOption.AllDirectories),
            .. Directory.GetDirectories(Path.Combine(Repository, "src", "Cli")).Select(folder => Path.Combine(folder, "README.md"))
                .Where(File.Exists)];
        Assert.All(documents, document => Assert.All(Link().Matches(File.ReadAllText(document)), link =>
        {
            string target = link.Groups[1].Value;
            Assert.True(
                target.StartsWith("http", StringComparison.Ordinal) || Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target)),
                $"{document}: {target}");
        }));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
