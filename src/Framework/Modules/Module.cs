using System.Diagnostics.CodeAnalysis;
using MiniGan.Checkpoints;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// A differentiable function with parameters: <see cref="Forward"/> computes y = f(x), <see cref="Backward"/> takes dy = ∂loss/∂y to
/// dx = ∂loss/∂x and adds ∂loss/∂θ to the gradients of the parameters. The two stand side by side in each layer's file; there is no tape.
/// </summary>
/// <remarks>
/// <para>
/// <b>In training mode a module reuses its results</b>: the tensors that Forward and Backward return belong to the module and hold until
/// its next Forward (or Backward). Clone what must live longer, and what a network is to be given as its own next input. In inference mode
/// every result is a fresh tensor, but for those that a <see cref="Sequential"/> hands on within it.
/// </para>
/// <para>A module remembers what its last Forward saw, for Backward: use an instance from one thread at a time.</para>
/// <para>Derive a module that is made of other modules from <see cref="Container"/>, which tells of their parameters.</para>
/// </remarks>
/// <example>
/// <code>
/// Module network = new Sequential(new Linear(2, 8), new ReLU(), new Linear(8, 1));
/// string[] names = [.. network.State.Select(tensor => tensor.Name)]; // 0.weight, 0.bias, 2.weight, 2.bias
/// </code>
/// </example>
public abstract class Module
{
    private ElementChunks? clear;
    private Tensor? cleared;

    /// <summary>Whether the module trains (batch statistics, dropout, reused results) or infers; true at first.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>
    /// The modules directly within this one; none unless it is a container. Whatever looks for modules looks here:
    /// training mode, labels, random streams.
    /// </summary>
    public virtual IReadOnlyList<Module> Children => [];

    /// <summary>
    /// What is learned, in the order of PyTorch's <c>parameters()</c>; a parameter that several modules share is there once.
    /// </summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>
    /// All that a checkpoint must keep, parameters and running statistics, with the names of PyTorch's <c>state_dict</c>.
    /// </summary>
    public virtual IReadOnlyList<NamedTensor> State =>
        [.. Parameters.Select(parameter => new NamedTensor(parameter.Name, parameter.Value))];

    /// <summary>The random stream that the module draws from while it trains, which a checkpoint must keep, too; null for most.</summary>
    public virtual RandomSource? Random => null;

    /// <summary>y = f(x).</summary>
    /// <param name="x">The input; the layers say which shapes they take. Not changed, and remembered for <see cref="Backward"/>.</param>
    /// <returns>y; in training mode it holds until the next Forward of this module.</returns>
    /// <exception cref="ArgumentException">The shape of x does not fit the module.</exception>
    public abstract Tensor Forward(Tensor x);

    /// <summary>
    /// The chain rule at the last <see cref="Forward"/>: dx = (∂y/∂x)ᵀ · dy, and gradients of the parameters += (∂y/∂θ)ᵀ · dy.
    /// </summary>
    /// <param name="dy">∂loss/∂y, in the shape of the last output. Not changed.</param>
    /// <param name="wanted">
    /// What to compute: a generator's step needs no gradients of the discriminator's weights, a first layer no dx.
    /// </param>
    /// <returns>
    /// dx, in the shape of the last input; in training mode it holds until the next Backward of this module. If the input's gradient is
    /// not wanted: <see cref="NoGradient"/>.
    /// </returns>
    /// <exception cref="InvalidOperationException">There was no Forward.</exception>
    /// <exception cref="ArgumentException">The shape of dy is not that of the last output.</exception>
    public abstract Tensor Backward(Tensor dy, Gradients wanted = Gradients.All);

    /// <summary>
    /// The derivative of a function P of the input's gradient, as a gradient penalty is. The last <see cref="Backward"/>
    /// computed dx = Jᵀ · dy, with J = ∂y/∂x; from ∂P/∂dx this makes ∂P/∂dy = J · ∂P/∂dx, and adds ∂P/∂θ
    /// to the gradients of the parameters, as J depends on them.
    /// </summary>
    /// <remarks>
    /// Where J depends on x (<see cref="HasCurvature"/>), P depends on x through J as well. The module keeps that ∂P/∂x, and adds it to
    /// the dx of its next Backward, or drops it if that is asked for no dx; a Forward forgets it. So a Backward with dy = 0 after this
    /// brings it to the parameters of the modules before it. Call it once after a Backward: it needs the dy of that as it was. PyTorch
    /// calls it double backward.
    /// </remarks>
    /// <param name="ddx">∂P/∂dx, in the shape of the last input. Not changed.</param>
    /// <returns>∂P/∂dy, in the shape of the last output; in training mode it holds until the next call for this module.</returns>
    /// <exception cref="NotSupportedException">The module has none.</exception>
    /// <exception cref="InvalidOperationException">There was no Backward since the last Forward.</exception>
    /// <exception cref="ArgumentException">The shape of ddx is not that of the last input.</exception>
    public virtual Tensor DoubleBackward(Tensor ddx) => throw new NotSupportedException(
        $"{GetType().Name} has no DoubleBackward, which a gradient penalty needs. Override it there, or use no penalty.");

    /// <summary>
    /// Whether J = ∂y/∂x depends on x, other than piece by piece, so that <see cref="DoubleBackward"/> leaves something for the next
    /// Backward. Of a module that is made of others: whether that is so of one of them.
    /// </summary>
    public virtual bool HasCurvature
    {
        get
        {
            IReadOnlyList<Module> children = Children;
            for (int i = 0; i < children.Count; i++)
            {
                if (children[i].HasCurvature)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// Whether this module never reads again what its Forward and Backward returned, so that the next module of a chain may overwrite it.
    /// </summary>
    internal virtual bool ForgetsResults => false;

    /// <summary>Whether nobody keeps what Forward returns, so that its memory may be reused in inference mode, too.</summary>
    internal virtual bool LendsResult { get; set; }

    /// <summary>
    /// A module that computes this one and the next of a chain together, with the parameters of both; null if there is none.
    /// </summary>
    internal virtual Module? FusedWith(Module next) => null;

    /// <summary>The module's name with its settings, for error messages and summaries: <c>Linear(64 → 128)</c>.</summary>
    public override string ToString() => GetType().Name;

    /// <summary>What <see cref="Backward"/> returns when the input's gradient is not wanted: a tensor of shape [0].</summary>
    public static Tensor NoGradient { get; } = new(new Shape(0));

    /// <summary>This module and all within it, at any depth, each before those within it.</summary>
    public IEnumerable<Module> Descendants() => Children.SelectMany(child => child.Descendants()).Prepend(this);

    /// <summary>The number of trainable values.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Value.Shape.Count);

    /// <summary>Switches between training (true) and inference (false), in this module and all within it.</summary>
    public void SetTraining(bool isTraining)
    {
        foreach (Module module in Descendants())
        {
            module.IsTraining = isTraining;
        }
    }

    /// <summary>Writes <see cref="State"/> as a safetensors file, under PyTorch's names.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => SafetensorsWriter.Write(path, new SafetensorsFile(State, new Dictionary<string, string>()));

    /// <summary>Reads <see cref="State"/> from a safetensors file, as <see cref="Save"/> or PyTorch wrote it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Files.MalformedFileException">
    /// It is damaged, or a tensor is missing, has another shape, or is left over; then nothing has changed.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public void Load(string path) => StoredState.Load(path, State, _ => true);

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ZeroGradients()
    {
        IReadOnlyList<Parameter> parameters = Parameters;
        clear ??= new(some => cleared!.Span[some].Clear());
        for (int i = 0; i < parameters.Count; i++)
        {
            cleared = parameters[i].Gradient;
            clear.Run(cleared.Shape.Count);
        }
    }

    /// <summary>
    /// A tensor to write a result into, with unspecified contents. In training mode the same one is handed out again and again, so that
    /// a step makes no garbage; in inference mode each is new, unless a <see cref="Sequential"/> hands it on to another of this library's
    /// modules.
    /// </summary>
    /// <param name="reused">Keeps that tensor: a field of the module, one for each of its results; null at first.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="source">What the result is computed from. If that is the kept tensor itself, a new one takes its place.</param>
    /// <param name="other">What else it is computed from, or is still needed.</param>
    protected Tensor Result(ref Tensor? reused, Shape shape, Tensor source, Tensor? other = null)
    {
        if (!IsTraining && !LendsResult)
        {
            return new Tensor(shape);
        }

        if (reused is null || reused.Shape != shape || ReferenceEquals(reused, source) || ReferenceEquals(reused, other))
        {
            reused = new Tensor(shape);
        }

        return reused;
    }

    /// <summary>Checks what DoubleBackward was given against the last Backward.</summary>
    /// <param name="dy">What the last Backward was given, null if there was none.</param>
    /// <param name="input">The shape of the last input.</param>
    /// <param name="ddx">The gradient of its gradient.</param>
    /// <exception cref="InvalidOperationException">There was no Backward.</exception>
    /// <exception cref="ArgumentException">The shape of ddx is not that of the input.</exception>
    protected void CheckDoubleBackward([NotNull] Tensor? dy, Shape? input, Tensor ddx)
    {
        ArgumentNullException.ThrowIfNull(ddx);
        if (dy is null)
        {
            throw new InvalidOperationException(
                $"{GetType().Name}.DoubleBackward needs a Backward since the last Forward: that is what it differentiates.");
        }

        if (ddx.Shape != input)
        {
            throw new ArgumentException(
                $"{GetType().Name}.DoubleBackward expects ddx of the last input's shape {input}, but got {ddx.Shape}.", nameof(ddx));
        }
    }

    /// <summary>Checks what Backward was given against what the last Forward returned.</summary>
    /// <param name="output">The last output, null if there was none.</param>
    /// <param name="dy">Its gradient.</param>
    /// <exception cref="InvalidOperationException">There was no Forward.</exception>
    /// <exception cref="ArgumentException">The shape of dy is not that of the output.</exception>
    protected void CheckBackward([NotNull] Tensor? output, Tensor dy)
    {
        ArgumentNullException.ThrowIfNull(dy);
        if (output is null)
        {
            throw new InvalidOperationException(
                $"{GetType().Name}.Backward needs a Forward before it: there is nothing to differentiate yet.");
        }

        if (dy.Shape != output.Shape)
        {
            throw new ArgumentException(
                $"{GetType().Name}.Backward expects dy of the last output's shape {output.Shape}, but got {dy.Shape}.", nameof(dy));
        }
    }
}
