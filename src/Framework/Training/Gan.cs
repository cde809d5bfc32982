using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>
/// A generator G, from latent vectors z: [N, latent] to images [N, C, H, W] in [−1, 1], and a discriminator D, from images to logits [N,
/// 1]: how real they look. Both are any modules.
/// </summary>
/// <example>
/// <code>
/// var gan = new Gan(generator, discriminator, latentSize: 64);
/// Tensor images = gan.Generate(gan.Latents(16, new RandomSource(1, "samples")));
/// gan.Save("gan.safetensors");
/// </code>
/// </example>
public sealed class Gan
{
    /// <summary>What the names of the averages begin with.</summary>
    internal const string AveragePrefix = "average_generator.";

    private readonly IClassConditional[] conditionals;

    /// <summary>Joins two networks.</summary>
    /// <param name="generator">G.</param>
    /// <param name="discriminator">D. It may judge m images at once (<see cref="Pack"/>); then there is a logit per m images.</param>
    /// <param name="latentSize">Elements of a latent vector, at least 1.</param>
    /// <param name="classes">Classes that the networks' labels tell apart; 0 for networks that know no labels.</param>
    /// <param name="imageShape">The shape of G's images; unless given, G makes one, in inference mode, to find out.</param>
    /// <exception cref="ArgumentException">
    /// A size is out of its range, G does not take [N, latent] to images, or a module holds others without telling of them.
    /// </exception>
    public Gan(Module generator, Module discriminator, int latentSize, int classes = 0, ImageShape? imageShape = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentOutOfRangeException.ThrowIfLessThan(latentSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        (Generator, Discriminator, LatentSize, Classes) = (generator, discriminator, latentSize, classes);
        HiddenModules.Refuse(generator, discriminator);
        conditionals = [.. generator.Descendants().Concat(discriminator.Descendants()).OfType<IClassConditional>()];
        Streams = generator.Descendants().Concat(discriminator.Descendants())
            .Select(module => module.Random).OfType<RandomSource>()
            .Select((random, i) => KeyValuePair.Create($"module {i}", random)).ToDictionary();
        ImageShape = imageShape ?? ShapeOfImages();
    }

    /// <summary>From latent vectors to images.</summary>
    public Module Generator { get; }

    /// <summary>From images to logits: how real they look.</summary>
    public Module Discriminator { get; }

    /// <summary>
    /// The moving average of the generator's state, which makes better pictures; null if there is none. A
    /// <see cref="GanTrainer"/> keeps it.
    /// </summary>
    public MovingAverage? Average { get; internal set; }

    /// <summary>Elements of a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>Classes that labels tell apart; 0 for networks that know no labels.</summary>
    public int Classes { get; }

    /// <summary>
    /// What the labels of the classes are in the data that the networks learned from: 0 to <see cref="Classes"/> − 1 unless given.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many as classes.</exception>
    public LabelSet Labels
    {
        get => field ??= LabelSet.Plain(Classes);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.Count == Classes
                ? value
                : throw new ArgumentException(
                    $"There must be a label for each of the {Classes} classes, but there are {value.Count}: {value}.");
        }
    }

    /// <summary>The shape of an image.</summary>
    public ImageShape ImageShape { get; }

    /// <summary>
    /// All that a checkpoint must keep of the networks: their state under <c>generator.</c> and <c>discriminator.</c>, and the
    /// averages under <c>average_generator.</c>.
    /// </summary>
    public IEnumerable<NamedTensor> State =>
        Prefixed("generator.", Generator.State).Concat(Prefixed("discriminator.", Discriminator.State))
            .Concat(Prefixed(AveragePrefix, Average?.State ?? []));

    /// <summary>The random streams that modules draw from while they train.</summary>
    internal IReadOnlyDictionary<string, RandomSource> Streams { get; }

    /// <summary>Tells all modules that take labels those of the next images.</summary>
    /// <param name="labels">A label per image, in [0, <see cref="Classes"/>); none if there are no classes.</param>
    /// <exception cref="ArgumentException">A label is outside its range, or there are labels but no classes.</exception>
    public void SetLabels(ReadOnlySpan<int> labels)
    {
        if (Classes == 0 && labels.Length > 0)
        {
            throw new ArgumentException("These networks know no labels. Train conditional ones, or leave the labels out.", nameof(labels));
        }

        foreach (IClassConditional module in conditionals)
        {
            module.SetLabels(labels);
        }
    }

    /// <summary>
    /// G(z) in inference mode (running statistics), so that an image does not depend on the others of its batch; of the
    /// moving average, if there is one.
    /// </summary>
    /// <param name="latents">z: [N, latent].</param>
    /// <param name="average">Whether to take the moving average, if there is one; else the generator as the last step left it.</param>
    /// <returns>
    /// A fresh tensor [N, C, H, W] in [−1, 1]; of networks that know labels, image n has the label n mod <see cref="Classes"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The latents have another shape.</exception>
    /// <exception cref="NotFiniteNumberException">The weights are such that the pictures are not finite.</exception>
    public Tensor Generate(Tensor latents, bool average = true)
    {
        ArgumentNullException.ThrowIfNull(latents);
        int[] labels = new int[Classes == 0 ? 0 : latents.Shape.N];
        for (int n = 0; n < labels.Length; n++)
        {
            labels[n] = n % Classes;
        }

        return Generate(latents, labels, average);
    }

    /// <summary>G(z, label), as <see cref="Generate(Tensor, bool)"/>, of given labels.</summary>
    /// <param name="latents">z: [N, latent].</param>
    /// <param name="labels">N labels in [0, <see cref="Classes"/>); none for networks that know none.</param>
    /// <param name="average">Whether to take the moving average, if there is one; else the generator as the last step left it.</param>
    /// <returns>A fresh tensor [N, C, H, W] in [−1, 1].</returns>
    /// <exception cref="ArgumentException">The latents have another shape, or the labels do not fit.</exception>
    /// <exception cref="NotFiniteNumberException">The weights are such that the pictures are not finite.</exception>
    public Tensor Generate(Tensor latents, ReadOnlySpan<int> labels, bool average = true)
    {
        SetLabels(labels);
        return Draw(latents, average);
    }

    /// <summary>
    /// G between labels: as <see cref="Generate(Tensor, ReadOnlySpan{int}, bool)"/>, of (1 − t) of one label and t of another.
    /// </summary>
    /// <param name="latents">z: [N, latent].</param>
    /// <param name="from">N labels in [0, <see cref="Classes"/>).</param>
    /// <param name="to">N labels in [0, <see cref="Classes"/>).</param>
    /// <param name="t">The place between them, 0 (the former) to 1 (the latter).</param>
    /// <param name="average">Whether to take the moving average, if there is one; else the generator as the last step left it.</param>
    /// <returns>A fresh tensor [N, C, H, W] in [−1, 1].</returns>
    /// <exception cref="ArgumentException">The latents have another shape, or the labels do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="t"/> is not within 0 to 1.</exception>
    /// <exception cref="NotFiniteNumberException">The weights are such that the pictures are not finite.</exception>
    /// <exception cref="NotSupportedException">A module of G knows nothing between labels.</exception>
    public Tensor Generate(Tensor latents, ReadOnlySpan<int> from, ReadOnlySpan<int> to, float t, bool average = true)
    {
        SetLabels(from);
        foreach (IClassConditional module in Generator.Descendants().OfType<IClassConditional>())
        {
            module.SetLabels(from, to, t);
        }

        return Draw(latents, average);
    }

    private Tensor Draw(Tensor latents, bool average)
    {
        ArgumentNullException.ThrowIfNull(latents);
        Tensor images = Inferring(Generator, average, () => Generator.Forward(latents));
        return images.IsFinite
            ? images
            : throw new NotFiniteNumberException(
                "The generator's pictures are not finite numbers: its weights are damaged, or of a training that diverged. " +
                "Take another checkpoint.");
    }

    /// <summary>Does something with a network in inference mode, the generator's moving average in its place if that is wanted.</summary>
    /// <param name="network">The generator or the discriminator.</param>
    /// <param name="average">Whether the moving average is wanted, if there is one.</param>
    /// <param name="work">What to do.</param>
    internal T Inferring<T>(Module network, bool average, Func<T> work)
    {
        bool wasTraining = network.IsTraining;
        MovingAverage? swapped = average && network == Generator ? Average : null;
        network.SetTraining(false);
        swapped?.Swap();
        try
        {
            return work();
        }
        finally
        {
            swapped?.Swap();
            network.SetTraining(wasTraining);
        }
    }

    /// <summary>Latent vectors z ~ N(0, 1).</summary>
    /// <param name="count">How many.</param>
    /// <param name="random">Where they come from.</param>
    /// <returns>A fresh tensor [count, latent].</returns>
    public Tensor Latents(int count, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var latents = new Tensor(new Shape(count, LatentSize));
        random.FillNormal(latents.Span);
        return latents;
    }

    /// <summary>Writes the networks, and the moving average if there is one, as a safetensors file.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(string path) => GanCheckpoint.Save(path, this);

    /// <summary>Reads what <see cref="Save"/>, or a trainer, wrote of networks of the same layers.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Files.MalformedFileException">It is damaged, or of other networks; then nothing has changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public void Load(string path) => GanCheckpoint.Open(path).LoadInto(this);

    private static IEnumerable<NamedTensor> Prefixed(string prefix, IEnumerable<NamedTensor> state) =>
        state.Select(tensor => tensor with { Name = prefix + tensor.Name });

    /// <summary>Makes an image, and puts back what that changed: the first vectors of spectral norms.</summary>
    private ImageShape ShapeOfImages()
    {
        (Tensor State, Tensor Before)[] states = [.. Generator.State.Select(tensor => (tensor.Value, tensor.Value.Clone()))];
        Shape shape = Generate(new Tensor(new Shape(1, LatentSize))).Shape;
        foreach ((Tensor state, Tensor before) in states)
        {
            before.Span.CopyTo(state.Span);
        }

        return shape.Rank == 4
            ? new ImageShape(shape.C, shape.H, shape.W)
            : throw new ArgumentException(
                $"The generator makes {shape} of one latent vector, but images are [N, C, H, W]. End it with a convolution or a Reshape.");
    }
}
