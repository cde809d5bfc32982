using MiniGan.Modules;

namespace MiniGan.Onnx;

/// <summary>
/// What each type of module computes, in ONNX's operations: all of this library's, and those that the author of other modules adds.
/// </summary>
/// <example>
/// <code>
/// var translations = new OnnxTranslations().Add&lt;Square&gt;((module, graph, x) => graph.Add("Mul", [x, x], x.Shape));
/// OnnxFile.WriteGenerator("generator.onnx", gan, new OnnxOptions { Translations = translations });
/// </code>
/// </example>
public sealed class OnnxTranslations
{
    private readonly Dictionary<Type, Func<Module, OnnxGraph, OnnxValue, OnnxValue>> byType;
    private readonly Dictionary<Module, Func<OnnxGraph, OnnxValue, OnnxValue>> byModule = new(ReferenceEqualityComparer.Instance);

    /// <summary>Starts with those of this library's modules.</summary>
    public OnnxTranslations()
        : this(Default.byType)
    {
    }

    private OnnxTranslations(IEnumerable<KeyValuePair<Type, Func<Module, OnnxGraph, OnnxValue, OnnxValue>>> known) => byType = new(known);

    /// <summary>Those of this library's modules.</summary>
    internal static OnnxTranslations Default { get; } = Made();

    /// <summary>Adds a type of modules, or replaces its translation; not that of types derived from it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="translation">
    /// From the module, the graph and x to y: what the module computes in inference mode, added to the graph.
    /// </param>
    /// <returns>Itself.</returns>
    public OnnxTranslations Add<T>(Func<T, OnnxGraph, OnnxValue, OnnxValue> translation)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(translation);
        byType[typeof(T)] = (module, graph, x) => translation((T)module, graph, x);
        return this;
    }

    /// <summary>Adds a single module, as a <see cref="Lambda"/>, of which nobody else can tell what it computes.</summary>
    /// <param name="module">The module.</param>
    /// <param name="translation">From the graph and x to y.</param>
    /// <returns>Itself.</returns>
    public OnnxTranslations Add(Module module, Func<OnnxGraph, OnnxValue, OnnxValue> translation)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(translation);
        byModule[module] = translation;
        return this;
    }

    /// <summary>Whether there is one of a type.</summary>
    internal bool Has(Type type) => byType.ContainsKey(type);

    /// <summary>Adds what a module computes to a graph.</summary>
    /// <exception cref="ArgumentException">It has no translation.</exception>
    internal OnnxValue Translate(OnnxGraph graph, Module module, OnnxValue x)
    {
        string type = module.GetType().Name;
        return byModule.TryGetValue(module, out Func<OnnxGraph, OnnxValue, OnnxValue>? own) ? own(graph, x)
            : module is Lambda { IsIdentity: false } ? throw new ArgumentException(
                $"{graph.Place}: nobody can tell what a Lambda computes in ONNX's operations. Say it by OnnxTranslations.Add(thatLambda, " +
                "(graph, x) => …), in OnnxOptions.")
            : byType.TryGetValue(module.GetType(), out Func<Module, OnnxGraph, OnnxValue, OnnxValue>? translation)
                ? translation(module, graph, x)
            : throw new ArgumentException(
                $"{graph.Place}: {type} has no translation to ONNX. Give it one by OnnxTranslations.Add<{type}>((module, graph, x) => " +
                "…), in OnnxOptions.");
    }

    private static OnnxTranslations Made()
    {
        var made = new OnnxTranslations([]);
        WeightTranslations.AddTo(made);
        NormTranslations.AddTo(made);
        PlainTranslations.AddTo(made);
        ShapeTranslations.AddTo(made);
        CompositeTranslations.AddTo(made);
        return made;
    }
}
