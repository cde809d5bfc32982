using MiniGan.Modules;

namespace MiniGan.TorchSharp.Networks;

/// <summary>
/// What each type of module computes, in TorchSharp's words: all of this library's, and those that the author of other modules adds.
/// </summary>
/// <example>
/// <code>
/// var translations = new TorchTranslations().Add&lt;Mish&gt;((module, its) => x => torch.nn.functional.mish(x));
/// using var fast = new TorchTrainer(trainer, new TorchOptions { Translations = translations });
/// </code>
/// </example>
public sealed class TorchTranslations
{
    private readonly Dictionary<Type, Func<Module, TorchModule, Func<TorchTensor, TorchTensor>>> byType;
    private readonly Dictionary<Module, Func<TorchTensor, TorchTensor>> byModule = new(ReferenceEqualityComparer.Instance);

    /// <summary>Starts with those of this library's modules.</summary>
    public TorchTranslations()
        : this(Default.byType)
    {
    }

    private TorchTranslations(IEnumerable<KeyValuePair<Type, Func<Module, TorchModule, Func<TorchTensor, TorchTensor>>>> known) =>
        byType = new(known);

    /// <summary>Those of this library's modules.</summary>
    internal static TorchTranslations Default { get; } = Made();

    /// <summary>Adds a type of modules, or replaces its translation; not that of types derived from it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="translation">
    /// From the module, and its counterpart in TorchSharp, to the function y of x, in operations that autograd knows. The counterpart holds
    /// the parameters and buffers by the names of the module's state: <c>its["weight"]</c>.
    /// </param>
    /// <returns>Itself.</returns>
    public TorchTranslations Add<T>(Func<T, TorchModule, Func<TorchTensor, TorchTensor>> translation)
        where T : Module
    {
        ArgumentNullException.ThrowIfNull(translation);
        byType[typeof(T)] = (module, its) => translation((T)module, its);
        return this;
    }

    /// <summary>Adds a single module, as a <see cref="Lambda"/>, of which nobody else can tell what it computes.</summary>
    /// <param name="module">The module.</param>
    /// <param name="function">y of x, in operations that autograd knows.</param>
    /// <returns>Itself.</returns>
    public TorchTranslations Add(Module module, Func<TorchTensor, TorchTensor> function)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(function);
        byModule[module] = function;
        return this;
    }

    /// <summary>Whether there is one of a type.</summary>
    internal bool Has(Type type) => byType.ContainsKey(type);

    /// <summary>The function of a module.</summary>
    /// <exception cref="ArgumentException">It has no translation.</exception>
    internal Func<TorchTensor, TorchTensor> FunctionOf(TorchModule its)
    {
        Module module = its.Source;
        string type = module.GetType().Name;
        return byModule.TryGetValue(module, out Func<TorchTensor, TorchTensor>? function) ? function
            : module is Lambda { IsIdentity: false } ? throw new ArgumentException(
                $"{its.Place}: nobody can tell what a Lambda computes in TorchSharp's words. Say it by TorchTranslations.Add(thatLambda, " +
                "x => …), in TorchOptions.")
            : byType.TryGetValue(module.GetType(), out Func<Module, TorchModule, Func<TorchTensor, TorchTensor>>? translation)
                ? translation(module, its)
            : throw new ArgumentException(
                $"{its.Place}: {type} has no translation to TorchSharp. Give it one by TorchTranslations.Add<{type}>((module, its) => " +
                "x => …), in TorchOptions.");
    }

    private static TorchTranslations Made()
    {
        var made = new TorchTranslations([]);
        WeightTranslations.AddTo(made);
        PlainTranslations.AddTo(made);
        CompositeTranslations.AddTo(made);
        RandomTranslations.AddTo(made);
        return made;
    }
}
