using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>
/// A module against its translation to TorchSharp, in float64: y, the state that a forward changes, the gradients of Σ y · dy, and those of
/// P = Σ dx · q, by autograd of autograd, which a gradient penalty needs.
/// </summary>
public static class ModuleComparison
{
    /// <summary>Runs both.</summary>
    /// <param name="module">The module; the gradients of its parameters, and what a forward changes, are overwritten.</param>
    /// <param name="x">The input; labels must have been set.</param>
    /// <param name="labels">The labels, for modules that take some.</param>
    /// <param name="translations">Of modules of one's own.</param>
    /// <returns>
    /// The largest difference of each quantity, relative to its largest value, or to 1/100 if that is less: y, dx, the names of parameters
    /// and of other state, and the
    /// same of the second derivatives, unless the module has none. Rounding in float32 makes some 10⁻⁶.
    /// </returns>
    /// <exception cref="ArgumentException">The module, or one within, has no translation, or x does not fit.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp cannot be loaded.</exception>
    public static IReadOnlyDictionary<string, double> Of(
        Module module, Tensor x, ReadOnlySpan<int> labels = default, TorchTranslations? translations = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(x);
        var context = new TorchContext(new TorchOptions { IsDouble = true, Translations = translations });
        using var scope = torch.NewDisposeScope();
        context.SetLabels(labels);
        foreach (IClassConditional conditional in module.Descendants().OfType<IClassConditional>())
        {
            conditional.SetLabels(labels);
        }

        using var network = new TorchNetwork(module, context, module.GetType().Name);
        network.Root.train(module.IsTraining);
        (RandomSource Stream, string Position)[] streams =
            [.. module.Descendants().Select(item => item.Random).OfType<RandomSource>().Select(stream => (stream, stream.Position))];
        var differences = new Dictionary<string, double>();

        Tensor y = module.Forward(x), dy = Normal(y.Shape, "dy"), q = Normal(x.Shape, "q");
        Array.ForEach(streams, item => item.Stream.Position = item.Position);
        TorchTensor torchX = context.From(x).requires_grad_(), torchDy = context.From(dy).requires_grad_();
        TorchTensor torchY = network.Root.forward(torchX);
        differences.Add("y", Difference(y, torchY));
        foreach (((string name, Tensor own), TorchTensor state) in module.State.Zip(network.State))
        {
            differences.Add(name, Difference(own, state));
        }

        TorchTensor[] parameters = [.. network.Parameters.Select(parameter => parameter.Theirs)];
        module.ZeroGradients();
        Tensor dx = module.Backward(dy).Clone();
        TorchTensor?[] first = Gradients([torchY], [torchX, .. parameters], [torchDy]);
        AddGradients([("dx", dx, first[0]), .. OfParameters("d", first[1..])]);

        module.ZeroGradients();
        Tensor ddy, ofX;
        try
        {
            ddy = module.DoubleBackward(q).Clone();
            ofX = module.HasCurvature ? module.Backward(new Tensor(y.Shape)) : new Tensor(x.Shape);
        }
        catch (NotSupportedException)
        {
            return differences;
        }

        TorchTensor?[] second = first[0] is { } slope && slope.requires_grad
            ? Gradients([(slope * context.From(q)).sum()], [torchDy, torchX, .. parameters], null)
            : new TorchTensor?[parameters.Length + 2];
        AddGradients([("ddy", ddy, second[0]), ("ddx", ofX, second[1]), .. OfParameters("dd", second[2..])]);
        return differences;

        IEnumerable<(string, Tensor, TorchTensor?)> OfParameters(string prefix, TorchTensor?[] gradients) =>
            network.Parameters.Zip(gradients, (parameter, gradient) => (
                $"{prefix} {module.State.FirstOrDefault(item => item.Value == parameter.Ours.Value).Name ?? parameter.Ours.Name}",
                parameter.Ours.Gradient, gradient));

        // One that is 0 but for rounding, as of a bias before a batch normalisation, counts as one of a hundredth of the largest.
        void AddGradients((string Name, Tensor Ours, TorchTensor? Theirs)[] gradients)
        {
            double floor = gradients.Max(gradient => TensorPrimitives.MaxMagnitude<float>(gradient.Ours.Span)) / 100;
            foreach ((string name, Tensor ours, TorchTensor? theirs) in gradients)
            {
                differences.Add(name, Difference(ours, theirs, floor));
            }
        }
    }

    private static TorchTensor?[] Gradients(TorchTensor[] of, TorchTensor[] by, TorchTensor[]? weights) =>
        [.. torch.autograd.grad(of, by, weights, retain_graph: true, create_graph: true, allow_unused: true)
            .Select(gradient => gradient is null || gradient.IsInvalid ? null : gradient)];

    private static Tensor Normal(Shape shape, string name)
    {
        Tensor values = new(shape);
        new RandomSource(1, name).FillNormal(values.Span);
        return values;
    }

    /// <summary>What nothing depends on has the gradient 0.</summary>
    private static double Difference(Tensor ours, TorchTensor? theirs, double floor = 0)
    {
        float[] own = ours.ToRowMajor();
        double[] other = theirs is null
            ? new double[own.Length]
            : theirs.detach().to(torch.ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        if (other.Length != own.Length)
        {
            return double.PositiveInfinity;
        }

        (double most, double largest) = (0, Math.Max(floor, 0.01));
        for (int i = 0; i < own.Length; i++)
        {
            double difference = Math.Abs(own[i] - other[i]);
            most = difference <= most ? most : difference; // not a number stays
            largest = Math.Max(largest, Math.Abs(other[i]));
        }

        return most / largest;
    }
}
