using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MiniGan.Tests.Repository;

/// <summary>Which folder of <c>src</c> uses which, drawn from the code: what each name in it means, to the compiler.</summary>
internal static class Arrows
{
    // What the SDK and the projects say for all files.
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>The folders that each folder uses, itself left out.</summary>
    public static SortedDictionary<string, SortedSet<string>> Find()
    {
        var arrows = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        SyntaxTree[] trees = [.. Files.CSharp("src").Where(path => FolderOf(path) != "Samples").Select(path =>
            CSharpSyntaxTree.ParseText(Files.Read(path), path: path))];
        var code = CSharpCompilation.Create(
            "all", [.. trees, CSharpSyntaxTree.ParseText(GlobalUsings)], Platform(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        foreach (SyntaxTree tree in trees)
        {
            string from = FolderOf(tree.FilePath);
            SortedSet<string> used = arrows.TryGetValue(from, out SortedSet<string>? known)
                ? known
                : arrows[from] = new(StringComparer.Ordinal);
            SemanticModel meaning = code.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes(descendIntoTrivia: false).OfType<SimpleNameSyntax>())
            {
                ISymbol? symbol = meaning.GetSymbolInfo(name).Symbol;
                INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
                if (type?.OriginalDefinition.Locations.FirstOrDefault()?.SourceTree is { FilePath.Length: > 0 } there &&
                    FolderOf(there.FilePath) is string to &&
                    to != from)
                {
                    used.Add(to);
                }
            }
        }

        return arrows;
    }

    /// <summary>The folders in an order in which each uses only those above it, a line each; a cycle has no such order.</summary>
    /// <exception cref="InvalidOperationException">There is a cycle.</exception>
    public static IEnumerable<string> Draw(SortedDictionary<string, SortedSet<string>> arrows)
    {
        var left = arrows.Keys.ToList();
        var above = new HashSet<string>();
        string project = "";
        while (left.Count > 0)
        {
            List<string> ready = left.FindAll(folder => arrows[folder].IsSubsetOf(above));
            if (ready.Count == 0)
            {
                IEnumerable<string> cycle = left.Select(folder => $"{folder} → {string.Join(" ", arrows[folder].Except(above))}");
                throw new InvalidOperationException($"There is a cycle among {string.Join(", ", cycle)}.");
            }

            string next = ready.Find(folder => ProjectOf(folder) == project) ?? ready[0], own = $"{ProjectOf(next)}/";
            project = ProjectOf(next);
            left.Remove(next);
            above.Add(next);
            IEnumerable<string> used = arrows[next].Select(folder =>
                folder.StartsWith(own, StringComparison.Ordinal) ? folder[own.Length..] : folder);
            yield return arrows[next].Count == 0 ? next : $"{next} → {string.Join(", ", used)}";
        }
    }

    private static string ProjectOf(string folder) => folder.Split('/')[0];

    private static string FolderOf(string path) => Path.GetDirectoryName(path)!.Replace('\\', '/')["src/".Length..];

    private static IEnumerable<MetadataReference> Platform() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
}
