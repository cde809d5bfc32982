using System.Collections;
using System.Runtime.CompilerServices;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>Modules one after another: y = fₙ(… f₂(f₁(x))). Parameters are named by position, <c>0.weight</c>, as in PyTorch.</summary>
/// <remarks>
/// A rectifier between two modules overwrites what the one before it made, which nobody else sees: it is bound by memory. For the same
/// reason this library's modules reuse their results within a chain in inference mode, too, and two pairs are computed together: a
/// <see cref="BatchNorm2D"/> with the rectifier behind it, and an <see cref="Upsample2D"/> with the <see cref="Conv2D"/>. So an output of
/// a module within the chain is good only until the chain goes on, and the Backward to call is the chain's, not the module's.
/// </remarks>
/// <example><code>Sequential network = [new Linear(64, 128), new ReLU(), new Linear(128, 1)];</code></example>
[CollectionBuilder(typeof(Sequential), nameof(Of))]
public sealed class Sequential : Container, IReadOnlyList<Module>
{
    private readonly Module[] chain, steps;
    private readonly string[] places;
    private readonly LeakyReLU?[] forwardInPlace, backwardInPlace;
    private readonly bool[] lends;
    private Tensor? y;

    /// <summary>Makes the chain.</summary>
    /// <param name="modules">At least one; the first sees x.</param>
    /// <exception cref="ArgumentException">There are none, one is null, or one is there twice.</exception>
    public Sequential(params IReadOnlyList<Module> modules)
        : base([.. Numbered(modules)])
    {
        chain = [.. modules];
        (steps, places) = Steps(chain);
        forwardInPlace = [.. steps.Select((module, i) => i > 0 && steps[i - 1].ForgetsResults ? InPlace(module) : null)];
        backwardInPlace = [.. steps.Select((module, i) => i < steps.Length - 1 && steps[i + 1].ForgetsResults ? InPlace(module) : null)];
        int last = steps.Length - 1;
        while (forwardInPlace[last] is not null)
        {
            last--; // it makes the chain's result, which those behind it change in place
        }

        lends = [.. steps.Select((module, i) => i < last && KeepsNothing(module) && KeepsNothing(steps[i + 1]))];
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
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i].LendsResult = lends[i];
            try
            {
                x = forwardInPlace[i] is LeakyReLU rectifier ? rectifier.ForwardInPlace(x) : ForwardAt(places[i], steps[i], x);
            }
            finally
            {
                steps[i].LendsResult = false;
            }
        }

        return y = x;
    }

    /// <summary>The chain rule from the last module to the first.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        for (int i = steps.Length - 1; i >= 0; i--)
        {
            Gradients needed = i > 0 ? wanted | Gradients.Input : wanted;
            dy = backwardInPlace[i] is LeakyReLU rectifier ? rectifier.BackwardInPlace(dy, needed) : steps[i].Backward(dy, needed);
        }

        return dy;
    }

    /// <summary>From the first module to the last.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        foreach (Module module in steps)
        {
            ddx = module.DoubleBackward(ddx);
        }

        return ddx;
    }

    /// <summary>The modules, in the order of the data.</summary>
    public IEnumerator<Module> GetEnumerator() => ((IEnumerable<Module>)chain).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What is computed one after another, two modules together where they can be, and where in the chain each begins.</summary>
    private static (Module[] Steps, string[] Places) Steps(Module[] chain)
    {
        List<Module> steps = [];
        List<string> places = [];
        for (int i = 0; i < chain.Length; i++)
        {
            places.Add($"{nameof(Sequential)}[{i}]");
            Module? both = i < chain.Length - 1 ? chain[i].FusedWith(chain[i + 1]) : null;
            steps.Add(both ?? chain[i]);
            i += both is null ? 0 : 1;
        }

        return ([.. steps], [.. places]);
    }

    /// <summary>Whether a module, with all within it, keeps neither x nor y for anybody else; others than this library's may.</summary>
    private static bool KeepsNothing(Module module) => module.Descendants().All(
        part => part is not Lambda && part.GetType().Assembly == typeof(Sequential).Assembly);

    private static LeakyReLU? InPlace(Module module) => module is LeakyReLU { WorksInPlace: true } rectifier ? rectifier : null;

    private static IEnumerable<(string Name, Module Module)> Numbered(IReadOnlyList<Module> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        return modules.Count > 0
            ? modules.Select((module, i) => ($"{i}", module))
            : throw new ArgumentException("A Sequential needs at least one module.", nameof(modules));
    }
}
