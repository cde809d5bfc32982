using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.PyTorch;

/// <summary>
/// How each type of module is written in Python: all of this library's, and those that the author of other modules adds.
/// </summary>
/// <example>
/// <code>
/// var translations = new PyTorchTranslations().Add((Square module, PyTorchSource source, ref Shape x) => source.Define(
///     "Square", "class Square(nn.Module):\n    def forward(self, x):\n        return x * x") + "()");
/// PyTorchFiles.Write("torch", gan, options: new PyTorchOptions { Translations = translations });
/// </code>
/// </example>
public sealed class PyTorchTranslations
{
    private readonly Dictionary<Type, PyTorchTranslation<Module>> byType;
    private readonly Dictionary<Module, PyTorchTranslation<Module>> byModule = new(ReferenceEqualityComparer.Instance);

    /// <summary>Starts with those of this library's modules.</summary>
    public PyTorchTranslations()
        : this(Default.byType)
    {
    }

    private PyTorchTranslations(IEnumerable<KeyValuePair<Type, PyTorchTranslation<Module>>> known) => byType = new(known);

    /// <summary>Those of this library's modules.</summary>
    internal static PyTorchTranslations Default { get; } = Made();

    /// <summary>Adds a type of modules, or replaces its translation; not that of types derived from it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="translation">From the module to an expression.</param>
    /// <returns>Itself.</returns>
    public PyTorchTranslations Add<T>(PyTorchTranslation<T> translation)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(translation);
        byType[typeof(T)] = (Module module, PyTorchSource source, ref Shape x) => translation((T)module, source, ref x);
        return this;
    }

    /// <summary>Adds a single module, as a <see cref="Lambda"/>, of which nobody else can tell what it computes.</summary>
    /// <param name="module">The module.</param>
    /// <param name="translation">From the module to an expression.</param>
    /// <returns>Itself.</returns>
    public PyTorchTranslations Add(Module module, PyTorchTranslation<Module> translation)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(translation);
        byModule[module] = translation;
        return this;
    }

    /// <summary>Adds a type whose output has the shape of its input.</summary>
    internal PyTorchTranslations Same<T>(Func<T, string> expression)
        where T : Module => Add((T module, PyTorchSource _, ref Shape _) => expression(module));

    /// <summary>Whether there is one of a type.</summary>
    internal bool Has(Type type) => byType.ContainsKey(type);

    /// <summary>A module's expression.</summary>
    /// <exception cref="ArgumentException">It has no translation.</exception>
    internal string Translate(PyTorchSource source, Module module, ref Shape x)
    {
        string type = module.GetType().Name;
        return byModule.TryGetValue(module, out PyTorchTranslation<Module>? own) ? own(module, source, ref x)
            : module is Lambda { IsIdentity: false } ? throw new ArgumentException(
                $"{source.Place}: nobody can tell how a Lambda is written in Python. Say it by PyTorchTranslations.Add(thatLambda, …), " +
                "in PyTorchOptions.")
            : byType.TryGetValue(module.GetType(), out PyTorchTranslation<Module>? translation) ? translation(module, source, ref x)
            : throw new ArgumentException(
                $"{source.Place}: {type} has no translation to PyTorch. Give it one by PyTorchTranslations.Add<{type}>(…), in " +
                "PyTorchOptions.");
    }

    private static PyTorchTranslations Made()
    {
        var made = new PyTorchTranslations([]);
        ConvolutionTranslations.AddTo(made);
        LayerTranslations.AddTo(made);
        ShapeTranslations.AddTo(made);
        CompositeTranslations.AddTo(made);
        return made;
    }
}
