using System.Text;
using System.Text.RegularExpressions;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.PyTorch;

/// <summary>A Python file of networks while it is written: the classes that it needs, and the expressions that make the modules.</summary>
public sealed partial class PyTorchSource
{
    private static readonly Dictionary<string, string> Known = Parts(Resource("modules.py"));

    private readonly PyTorchTranslations translations;
    private readonly Dictionary<string, string> defined = [];
    private string place = "";

    internal PyTorchSource(PyTorchTranslations translations) => this.translations = translations;

    /// <summary>Where in the network the module is that is written, for messages: <c>generator.3</c>.</summary>
    public string Place => place;

    /// <summary>Whether <c>spectral_norm</c> was used.</summary>
    internal bool HasSpectralNorm { get; set; }

    /// <summary>Adds a class of one's own, or a function, once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="code">Its definition.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentException">Something else has that name.</exception>
    public string Define(string name, string code)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(code);
        code = code.ReplaceLineEndings("\n").Trim('\n');
        return defined.TryAdd(name, code) || defined[name] == code
            ? name
            : throw new ArgumentException($"{place}: there is another '{name}' in the file already. Give it another name.");
    }

    /// <summary>Writes a module within the one that is translated.</summary>
    /// <param name="name">Its name in the state, for example <c>main</c>; empty for a module whose state is the translated one's.</param>
    /// <param name="module">The module.</param>
    /// <param name="x">The shape of its input for a batch of one; afterwards that of its output.</param>
    /// <returns>Its expression.</returns>
    /// <exception cref="ArgumentException">It has no translation.</exception>
    public string Translate(string name, Module module, ref Shape x)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(module);
        string before = place;
        place = name.Length == 0 ? before : before.Length == 0 ? name : $"{before}.{name}";
        string expression = translations.Translate(this, module, ref x);
        place = before;
        return expression;
    }

    /// <summary>Uses a class of <c>modules.py</c>, and what that needs.</summary>
    /// <returns>Its name.</returns>
    internal string Use(string name)
    {
        if (!defined.ContainsKey(name))
        {
            foreach (string other in Known.Keys.Where(other => other != name && Regex.IsMatch(Known[name], $@"\b{other}\(")))
            {
                Use(other);
            }

            defined.Add(name, Known[name]);
        }

        return name;
    }

    /// <summary>All that was defined, in the order of use.</summary>
    internal string Definitions() => string.Concat(defined.Values.Select(code => $"{code}\n\n\n"));

    /// <summary>A call that has its arguments on lines of their own.</summary>
    internal static string Call(string name, IEnumerable<string> arguments)
    {
        var code = new StringBuilder($"{name}(\n");
        foreach (string argument in arguments)
        {
            code.Append("    ").Append(argument.Replace("\n", "\n    ", StringComparison.Ordinal)).Append('\n');
        }

        return code.Append(')').ToString();
    }

    /// <summary>A text that comes with the library.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(PyTorchSource).Assembly.GetManifestResourceStream($"python/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static Dictionary<string, string> Parts(string code) =>
        code.Trim('\n').Split("\n\n\n").ToDictionary(part => Name().Match(part).Groups[1].Value);

    [GeneratedRegex(@"^(?:class|def) (\w+)")]
    private static partial Regex Name();
}
