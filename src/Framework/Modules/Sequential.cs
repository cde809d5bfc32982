using System.Collections;
using System.Runtime.CompilerServices;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>Modules one after another: y = fₙ(… f₂(f₁(x))). Parameters are named by position, <c>0.weight</c>, as in PyTorch.</summary>
/// <remarks>
/// A rectifier between two modules overwrites what the one before it made, which nobody else sees: it is bound by memory. So an
/// output of a module within the chain is good only until the chain goes on.
/// </remarks>
/// <example><code>Sequential network = [new Linear(64, 128), new ReLU(), new Linear(128, 1)];</code></example>
[CollectionBuilder(typeof(Sequential), nameof(Of))]
public sealed class Sequential : Container, IReadOnlyList<Module>
{
    private readonly Module[] chain;
    private readonly string[] places;
    private readonly LeakyReLU?[] forwardInPlace, backwardInPlace;
    private Tensor? y;

    /// <summary>Makes the chain.</summary>
    /// <param name="modules">At least one; the first sees x.</param>
    /// <exception cref="ArgumentException">There are none, one is null, or one is there twice.</exception>
    public Sequential(params IReadOnlyList<Module> modules)
        : base([.. Numbered(modules)])
    {
        chain = [.. modules];
        places = [.. chain.Select((_, i) => $"{nameof(Sequential)}[{i}]")];
        forwardInPlace = [.. chain.Select((module, i) => i > 0 && chain[i - 1].ForgetsResults ? InPlace(module) : null)];
        backwardInPlace = [.. chain.Select((module, i) => i < chain.Length - 1 && chain[i + 1].ForgetsResults ? InPlace(module) : null)];
    }

    /// <summary>Makes the chain of a collection expression: <c>Sequential network = [new Linear(64, 128), .. others];</c>.</summary>
    /// <param name="modules">At least one; the first sees x.</param>
    /// <exception cref="ArgumentException">There are none, one is null, or one is there twice.</exception>
    public static Sequential Of(ReadOnlySpan<Module> modules) => new(modules.ToArray());

    /// <summary>The number of modules.</summary>
    public int Count => chain.Length;

    /// <summary>A module, in the order of the data.</summary>
    /// <param name="index">Its position, from 0.</param>
    public Module this[int index] => chain[index];

    /// <summary>y = fₙ(… f₂(f₁(x))).</summary>
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape of x does not fit; the message names the module where it did not.</exception>
    public override Tensor Forward(Tensor x)
    {
        for (int i = 0; i < chain.Length; i++)
        {
            x = forwardInPlace[i] is LeakyReLU rectifier ? rectifier.ForwardInPlace(x) : ForwardAt(places[i], chain[i], x);
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
            Gradients needed = i > 0 ? wanted | Gradients.Input : wanted;
            dy = backwardInPlace[i] is LeakyReLU rectifier ? rectifier.BackwardInPlace(dy, needed) : chain[i].Backward(dy, needed);
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

    /// <summary>The modules, in the order of the data.</summary>
    public IEnumerator<Module> GetEnumerator() => ((IEnumerable<Module>)chain).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static LeakyReLU? InPlace(Module module) => module is LeakyReLU { WorksInPlace: true } rectifier ? rectifier : null;

    private static IEnumerable<(string Name, Module Module)> Numbered(IReadOnlyList<Module> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        return modules.Count > 0
            ? modules.Select((module, i) => ($"{i}", module))
            : throw new ArgumentException("A Sequential needs at least one module.", nameof(modules));
    }
}
