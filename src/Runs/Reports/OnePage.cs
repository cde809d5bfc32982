using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MiniGan.Runs.Reports;

/// <summary>Pages that are one file and need nothing else: a template, with styles, scripts and data put in where it names them.</summary>
internal static partial class OnePage
{
    /// <summary>A part of a page, as it was embedded.</summary>
    /// <param name="name">Which, for example <c>pages/theme.css</c>.</param>
    /// <param name="of">Where it was embedded; here unless given.</param>
    public static string Resource(string name, Assembly? of = null)
    {
        using Stream stream = (of ?? Assembly.GetExecutingAssembly()).GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no part '{name}' of a page.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Scripts or styles one after another, in the order in which they need each other.</summary>
    public static string Join(IEnumerable<string> parts) => string.Join('\n', parts);

    /// <summary>
    /// Puts the parts in: each <c>/*{{name}}*/</c> of the template by the text of that name, once, whatever the texts hold themselves.
    /// </summary>
    public static string Fill(string template, IReadOnlyDictionary<string, string> parts) =>
        Place().Replace(template, match => parts[match.Groups[1].Value]);

    /// <summary>What a content security policy calls an inline script: its hash.</summary>
    public static string HashOf(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    [GeneratedRegex(@"/\*\{\{(.+?)\}\}\*/")]
    private static partial Regex Place();
}
