using MiniGan.Modules;
using MiniGan.Tensors;
using TorchParameter = global::TorchSharp.Modules.Parameter;

namespace MiniGan.TorchSharp.Networks;

/// <summary>
/// A module of this library as one of TorchSharp: its parameters, buffers and modules under the same names, with the same values, so that
/// its <c>state_dict</c> has the module's names.
/// </summary>
public sealed class TorchModule : torch.nn.Module<TorchTensor, TorchTensor>
{
    private readonly Dictionary<string, TorchTensor> state = [];
    private readonly List<(Tensor Ours, TorchTensor Theirs)> pairs = [];
    private readonly Func<TorchTensor, TorchTensor> function;

    /// <summary>Translates a module and those within.</summary>
    /// <param name="source">The module.</param>
    /// <param name="context">What the translations share.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="given">Its parameters, where something else owns them; null to copy its own.</param>
    /// <exception cref="ArgumentException">It, or one within, has no translation.</exception>
    internal TorchModule(Module source, TorchContext context, string place, IReadOnlyDictionary<string, TorchTensor>? given = null)
        : base(source.GetType().Name)
    {
        (Source, Context, Place) = (source, context, place);
        if (given is not null)
        {
            state = new(given);
        }
        else
        {
            IEnumerable<Module> parts = source is Container ? source.Children : [];
            HashSet<Tensor> ofParts = [.. parts.SelectMany(part => part.State).Select(item => item.Value)];
            HashSet<Tensor> parameters = [.. source.Parameters.Select(parameter => parameter.Value)];
            foreach ((string name, Tensor value) in source.State.Where(item => !ofParts.Contains(item.Value)))
            {
                Register(name, value, parameters.Contains(value));
            }
        }

        Parts = source is Container container ? [.. container.Children.Zip(container.ChildNames, Part)] : [];
        function = context.Translations.FunctionOf(this);
    }

    /// <summary>The module of this library.</summary>
    public Module Source { get; }

    /// <summary>The modules within a <see cref="Container"/>, translated, in their order.</summary>
    public IReadOnlyList<TorchModule> Parts { get; }

    /// <summary>A parameter or buffer, by the name that the module's state gives it.</summary>
    /// <param name="name">For example <c>weight</c>.</param>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TorchTensor this[string name]
    {
        get => state[name];
        internal set => state[name] = value;
    }

    /// <summary>The labels of the batch, [N], int64.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public TorchTensor Labels => Context.Labels ?? throw new InvalidOperationException($"{Place}: the batch has no labels.");

    /// <summary>What the translations of a game share.</summary>
    internal TorchContext Context { get; }

    /// <summary>Where it is, for example <c>discriminator.3</c>.</summary>
    internal string Place { get; }

    /// <summary>Whether an activation may overwrite its input.</summary>
    internal bool MayOverwrite { get; set; }

    /// <summary>All tensors of the state beside the module's own, those of the parts too.</summary>
    internal IEnumerable<(Tensor Ours, TorchTensor Theirs)> Pairs => pairs.Concat(Parts.SelectMany(part => part.Pairs));

    /// <summary>A parameter or buffer; null if there is none.</summary>
    /// <param name="name">For example <c>bias</c>.</param>
    public TorchTensor? Find(string name) => state.GetValueOrDefault(name);

    /// <summary>A tensor of this library on the module's device, in its precision; a copy.</summary>
    /// <param name="tensor">The tensor.</param>
    public TorchTensor Copy(Tensor tensor) => Context.From(tensor);

    /// <summary>y, differentiable as often as is wanted.</summary>
    /// <param name="input">x.</param>
    public override TorchTensor forward(TorchTensor input) => function(input);

    private TorchModule Part(Module child, string name)
    {
        var part = new TorchModule(child, Context, $"{Place}.{name}");
        register_module(name, part);
        return part;
    }

    private void Register(string name, Tensor value, bool isParameter)
    {
        TorchTensor copy = Context.From(value).DetachFromDisposeScope();
        if (isParameter)
        {
            var parameter = new TorchParameter(copy);
            parameter.DetachFromDisposeScope();
            register_parameter(name, parameter);
            copy = parameter;
        }
        else
        {
            register_buffer(name, copy);
        }

        state.Add(name, copy);
        pairs.Add((value, copy));
    }
}
