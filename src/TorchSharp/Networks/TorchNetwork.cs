using MiniGan.Modules;
using MiniGan.Tensors;
using TorchParameter = global::TorchSharp.Modules.Parameter;

namespace MiniGan.TorchSharp.Networks;

/// <summary>A network of this library as one of TorchSharp, and the way of its state there and back.</summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly (Tensor Ours, TorchTensor Theirs)[] state;

    /// <summary>Translates a network.</summary>
    /// <param name="source">The network.</param>
    /// <param name="context">What the translations share.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ArgumentException">A module has no translation.</exception>
    public TorchNetwork(Module source, TorchContext context, string name)
    {
        Root = new TorchModule(source, context, name);
        state = [.. Root.Pairs];
        Dictionary<Tensor, TorchTensor> theirs = state.ToDictionary(pair => pair.Ours, pair => pair.Theirs);
        State = [.. source.State.Select(item => theirs[item.Value])];
        Parameters = [.. source.Parameters.Select(parameter => (parameter, (TorchParameter)theirs[parameter.Value]))];
    }

    /// <summary>The network.</summary>
    public TorchModule Root { get; }

    /// <summary>Its parameters, in the order of the source's.</summary>
    public IReadOnlyList<(Parameter Ours, TorchParameter Theirs)> Parameters { get; }

    /// <summary>Its state, in the order of the source's.</summary>
    public IReadOnlyList<TorchTensor> State { get; }

    /// <summary>Whether backward passes compute gradients of the parameters.</summary>
    public void RequireGradients(bool required)
    {
        foreach ((_, TorchParameter parameter) in Parameters)
        {
            parameter.requires_grad = required;
        }
    }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients() => Root.zero_grad();

    /// <summary>Gives parameters that the loss does not depend on a gradient of 0: this library's optimisers skip none.</summary>
    public void FillGradients()
    {
        foreach ((_, TorchParameter parameter) in Parameters)
        {
            if (parameter.grad is null)
            {
                parameter.grad = torch.zeros_like(parameter);
            }
        }
    }

    /// <summary>Shrinks the gradient to a norm, as this library's <c>GradientClipping</c>; one that is not finite stays as it is.</summary>
    /// <param name="maxNorm">The norm.</param>
    /// <returns>The norm before.</returns>
    public double Clip(double maxNorm)
    {
        TorchTensor[] gradients = [.. Parameters.Select(parameter => parameter.Theirs.grad!)];
        double norm = Math.Sqrt(gradients.Sum(gradient => gradient.to(torch.ScalarType.Float64).square().sum().item<double>()));
        double scale = maxNorm / (norm + 1e-6);
        if (double.IsFinite(norm) && scale < 1)
        {
            using var _ = torch.no_grad();
            Array.ForEach(gradients, gradient => gradient.mul_(scale));
        }

        return norm;
    }

    /// <summary>From the source to TorchSharp.</summary>
    public void Read()
    {
        foreach ((Tensor ours, TorchTensor theirs) in state)
        {
            ours.CopyTo(theirs);
        }
    }

    /// <summary>From TorchSharp to the source, with the gradients of the last step.</summary>
    public void Write()
    {
        using var scope = torch.NewDisposeScope();
        foreach ((Tensor ours, TorchTensor theirs) in state)
        {
            theirs.CopyTo(ours);
        }

        foreach ((Parameter ours, TorchParameter theirs) in Parameters)
        {
            theirs.grad?.CopyTo(ours.Gradient);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Root.Dispose();
}
