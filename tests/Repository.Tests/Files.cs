using System.Runtime.CompilerServices;

namespace MiniGan.Tests.Repository;

/// <summary>The files of this repository that somebody wrote.</summary>
internal static class Files
{
    private static readonly string[] Made = ["bin", "obj", "node_modules", "artifacts"];

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>The paths of all files of C# in a folder, from the repository's, with slashes.</summary>
    public static string[] CSharp(params string[] folders) =>
    [
        .. folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Intersect(Made).Any())
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What stands in one of them.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
