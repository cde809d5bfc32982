using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// A module made of others: their parameters, state and training mode are its own. Subclasses say how the data flow, in Forward and
/// Backward (and DoubleBackward, for gradient penalties).
/// </summary>
/// <remarks>
/// A parameter that several modules share is learned once, and stands in the state under each of its names, as in PyTorch. A module itself
/// must not be there twice: it remembers its last input.
/// </remarks>
public abstract class Container : Module
{
    /// <summary>Makes a container.</summary>
    /// <param name="children">
    /// The modules with their names in the state; <c>("main", module)</c> makes <c>main.weight</c> of its <c>weight</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A module is null or there twice, at any depth, or a name is empty, holds a dot, or is there twice.
    /// </exception>
    protected Container(params IReadOnlyList<(string Name, Module Module)> children)
        : this([], children)
    {
    }

    /// <summary>Makes a container with parameters of its own, which come before those of its modules, as in PyTorch.</summary>
    /// <param name="parameters">Its own; their names stand in the state as they are.</param>
    /// <param name="children">
    /// The modules with their names in the state; <c>("main", module)</c> makes <c>main.weight</c> of its <c>weight</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A module is null or there twice, at any depth, or a name is empty, holds a dot, or is there twice.
    /// </exception>
    protected Container(IReadOnlyList<Parameter> parameters, params IReadOnlyList<(string Name, Module Module)> children)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(children);
        var seen = new HashSet<Module>(ReferenceEqualityComparer.Instance);
        if (children.Any(child => child.Module is null) || !children.SelectMany(child => child.Module.Descendants()).All(seen.Add))
        {
            throw new ArgumentException(
                $"A module remembers its last input, so each place in a {GetType().Name} needs a module of its own (and none may be null).",
                nameof(children));
        }

        var names = new HashSet<string>();
        bool IsWrong(string? name) => string.IsNullOrEmpty(name) || name.Contains('.') || !names.Add(name);
        if (parameters.FirstOrDefault(parameter => IsWrong(parameter.Name)) is { } own)
        {
            throw new ArgumentException(
                $"'{own.Name}' cannot name a parameter: a name is not empty, has no dot, and is there once.", nameof(parameters));
        }

        if (children.FirstOrDefault(child => IsWrong(child.Name)) is { Module: not null } wrong)
        {
            throw new ArgumentException(
                $"'{wrong.Name}' cannot name a module: a name is not empty, has no dot, and is there once.", nameof(children));
        }

        Children = [.. children.Select(child => child.Module)];
        ChildNames = [.. children.Select(child => child.Name)];
        Parameters = [.. parameters.Concat(Children.SelectMany(child => child.Parameters)).Distinct()];
        State =
        [
            .. parameters.Select(parameter => new NamedTensor(parameter.Name, parameter.Value)),
            .. children.SelectMany(child => child.Module.State.Select(item => item with { Name = $"{child.Name}.{item.Name}" })),
        ];
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Module> Children { get; }

    /// <summary>Their names, in the same order: what the names of their state begin with.</summary>
    public IReadOnlyList<string> ChildNames { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<NamedTensor> State { get; }

    /// <summary>A module's Forward, whose complaint about the shape of x names the module's place in this container.</summary>
    /// <param name="place">The place, for example <c>Sequential[4]</c>.</param>
    /// <param name="module">The module.</param>
    /// <param name="x">Its input.</param>
    /// <exception cref="ArgumentException">The shape of x does not fit the module.</exception>
    protected static Tensor ForwardAt(string place, Module module, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(module);
        try
        {
            return module.Forward(x);
        }
        catch (ArgumentException exception) when (exception is not ArgumentNullException)
        {
            string parameter = exception.ParamName is null ? "" : $" (Parameter '{exception.ParamName}')";
            string message = parameter.Length > 0 && exception.Message.EndsWith(parameter, StringComparison.Ordinal)
                ? exception.Message[..^parameter.Length]
                : exception.Message;
            string inner = module is Container ? "" : $"{module}: ";
            throw new ArgumentException($"{place} {inner}{message}", exception);
        }
    }
}
