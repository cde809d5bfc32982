using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>Modules one after another: y = fₙ(… f₂(f₁(x))). Parameters are named by position, <c>0.weight</c>, as in PyTorch.</summary>
public sealed class Sequential : Module
{
    private readonly Module[] chain;
    private Tensor? y;

    /// <summary>Makes the chain.</summary>
    /// <param name="modules">At least one; the first sees x.</param>
    /// <exception cref="ArgumentException">There are none, one is null, or one stands there twice.</exception>
    public Sequential(params IReadOnlyList<Module> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        if (modules.Count == 0)
        {
            throw new ArgumentException("A Sequential needs at least one module.", nameof(modules));
        }

        var seen = new HashSet<Module>(ReferenceEqualityComparer.Instance);
        if (modules.Contains(null!) || !modules.SelectMany(Within).All(seen.Add))
        {
            throw new ArgumentException("A module remembers its last input, so each place in a Sequential needs a module of its own (and none may be null).", nameof(modules));
        }

        Modules = chain = [.. modules];
        Parameters = [.. modules.SelectMany(module => module.Parameters)];
        State = [.. modules.SelectMany((module, i) => module.State.Select(item => item with { Name = $"{i}.{item.Name}" }))];
    }

    /// <summary>The modules, in the order of the data.</summary>
    public IReadOnlyList<Module> Modules { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> State { get; }

    /// <summary>y = fₙ(… f₂(f₁(x))).</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        foreach (Module module in chain)
        {
            x = module.Forward(x);
        }

        return y = x;
    }

    /// <summary>The chain rule from the last module to the first.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        for (int i = chain.Length - 1; i >= 0; i--)
        {
            dy = chain[i].Backward(dy, i > 0 ? wanted | Gradients.Input : wanted);
        }

        return dy;
    }

    /// <summary>From the first module to the last.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        foreach (Module module in chain)
        {
            ddx = module.DoubleBackward(ddx);
        }

        return ddx;
    }

    private static IEnumerable<Module> Within(Module module) => module switch
    {
        Sequential sequential => sequential.Modules.SelectMany(Within).Prepend(module),
        SpectralNorm norm => [module, norm.Inner],
        _ => [module],
    };

    /// <inheritdoc/>
    public override void SetTraining(bool isTraining)
    {
        base.SetTraining(isTraining);
        foreach (Module module in Modules)
        {
            module.SetTraining(isTraining);
        }
    }
}
