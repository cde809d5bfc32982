using MiniGan.Convolution;
using MiniGan.Data;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>A generator, from latent vectors [N, latent] to images [N, 1, 28, 28] in [−1, 1], and a discriminator, from images to logits [N, 1].</summary>
public sealed class GanModel
{
    /// <summary>Height and width of the images.</summary>
    public const int ImageSize = 28;

    private readonly IClassConditional[] conditionals;

    private GanModel(GanConfiguration configuration, Sequential generator, Sequential discriminator, Sequential? averageGenerator, IReadOnlyDictionary<string, RandomSource> streams)
    {
        (Generator, Discriminator, AverageGenerator, Streams) = (generator, discriminator, averageGenerator, streams);
        (LatentSize, Classes, Labels) = (configuration.LatentSize, configuration.Classes, configuration.Labels ?? LabelSet.Plain(configuration.Classes));
        conditionals = [.. generator.Modules.Concat(discriminator.Modules).Concat(averageGenerator?.Modules ?? []).OfType<IClassConditional>()];
    }

    /// <summary>From latent vectors to images.</summary>
    public Sequential Generator { get; }

    /// <summary>The moving average of the generator; null if the configuration wants none.</summary>
    public Sequential? AverageGenerator { get; }

    /// <summary>From images to logits: how real they look.</summary>
    public Sequential Discriminator { get; }

    /// <summary>Values in a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>Classes that its labels tell apart; 0 for networks that know no labels.</summary>
    public int Classes { get; }

    /// <summary>What the labels of its classes are in the data that it learned from.</summary>
    public LabelSet Labels { get; }

    /// <summary>The random streams that modules draw from while they train, by their names.</summary>
    internal IReadOnlyDictionary<string, RandomSource> Streams { get; }

    /// <summary>Builds the networks of a configuration and fills them with the first weights of its seed.</summary>
    /// <param name="configuration">Which networks, how wide, which seed.</param>
    /// <param name="layers">Where the convolutions come from: the hand-written ones unless given.</param>
    /// <exception cref="ArgumentException">The configuration's values do not fit together, or the layers are not the hand-written ones and cannot do what it asks for.</exception>
    public static GanModel Create(GanConfiguration configuration, IConvolutionLayers? layers = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Check();
        layers ??= new CustomLayers();
        if (configuration.Penalty != PenaltyKind.None && layers is not CustomLayers)
        {
            throw new ArgumentException("A gradient penalty needs DoubleBackward, which only the hand-written layers have. Take those, or no penalty.", nameof(layers));
        }

        var streams = new Dictionary<string, RandomSource>();
        RandomSource Stream(string name) => streams[name] = new(configuration.Seed, name);
        bool tutorial = configuration.Preset == GanPreset.TfTutorial;
        Sequential NewGenerator() => tutorial ? TutorialGenerator(configuration, layers) : DcganGenerator(configuration, layers);
        var model = new GanModel(
            configuration,
            NewGenerator(),
            tutorial ? TutorialDiscriminator(configuration, Stream, layers) : DcganDiscriminator(configuration, layers),
            configuration.AverageDecay > 0 ? NewGenerator() : null,
            streams);
        model.Initialize(configuration);
        return model;
    }

    /// <summary>Tells all networks the labels of the next images, if they know any.</summary>
    /// <param name="labels">The class of each image, in [0, <see cref="Classes"/>); none if there are no classes.</param>
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

    /// <summary>Values in the weights of the larger layers of a configuration's networks: told without building anything, to judge a configuration before memory is spent on it.</summary>
    /// <param name="configuration">The configuration.</param>
    public static long LeastWeights(GanConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        const long places = 7 * 7;
        long w = configuration.Width, classes = configuration.Classes, input = configuration.LatentSize + classes, hidden = configuration.DiscriminatorHidden, logits = Math.Max(1, classes);
        bool tutorial = configuration.Preset == GanPreset.TfTutorial;
        long generator = tutorial
            ? (256 * places * input) + (25 * ((256 * 128) + (128 * 64) + 64))
            : (2 * w * places * input) + (16 * ((2 * w * w) + w)) + (9 * configuration.GeneratorConvolutions * w * w);
        long discriminator = tutorial
            ? (25 * ((configuration.Packing * 64) + (64 * 128))) + (128 * places * logits)
            : (16 * ((configuration.Packing * w) + (w * 2 * w))) + (hidden > 0 ? hidden * ((2 * w * places) + logits) : 2 * w * places * logits);
        return (generator * (configuration.AverageDecay > 0 ? 2 : 1)) + discriminator;
    }

    /// <summary>
    /// G(z) in inference mode (running statistics), so that an image does not depend on the others of its batch; of the moving average, if there is one.
    /// </summary>
    /// <param name="latents">z: [N, latent].</param>
    /// <param name="average">Whether to take the moving average, if there is one; else the generator as the last step left it.</param>
    /// <returns>A fresh tensor [N, 1, 28, 28] in [−1, 1]; of networks that know labels, image n has the label n mod <see cref="Classes"/>.</returns>
    /// <exception cref="ArgumentException">The latents have another shape.</exception>
    /// <exception cref="NotFiniteNumberException">The weights are such that the pictures are no finite numbers.</exception>
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
    /// <returns>A fresh tensor [N, 1, 28, 28] in [−1, 1].</returns>
    /// <exception cref="ArgumentException">The latents have another shape, or the labels do not fit.</exception>
    /// <exception cref="NotFiniteNumberException">The weights are such that the pictures are no finite numbers.</exception>
    public Tensor Generate(Tensor latents, ReadOnlySpan<int> labels, bool average = true)
    {
        Sequential generator = average && AverageGenerator is not null ? AverageGenerator : Generator;
        SetLabels(labels);
        bool wasTraining = generator.IsTraining;
        generator.SetTraining(false);
        try
        {
            Tensor images = generator.Forward(latents);
            return images.IsFinite
                ? images
                : throw new NotFiniteNumberException("The generator's pictures are not finite numbers: its weights are damaged, or of a training that diverged. Take another checkpoint.");
        }
        finally
        {
            generator.SetTraining(wasTraining);
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

    /// <summary>First weights; the moving average begins as the generator does.</summary>
    private void Initialize(GanConfiguration configuration)
    {
        RandomSource ofGenerator = new(configuration.Seed, "generator weights"), ofDiscriminator = new(configuration.Seed, "discriminator weights");
        if (configuration.Preset == GanPreset.TfTutorial)
        {
            Initializers.GlorotUniform(Generator, ofGenerator);
            Initializers.GlorotUniform(Discriminator, ofDiscriminator);
        }
        else
        {
            Initializers.Dcgan(Generator, ofGenerator);
            if (configuration.DiscriminatorNormalization == NormalizationKind.Batch)
            {
                Initializers.Dcgan(Discriminator, ofDiscriminator);
            }
            else
            {
                // Nothing behind these layers brings their results to the right size.
                Initializers.HeNormal(Discriminator, ofDiscriminator);
            }
        }

        foreach ((NamedTensor from, NamedTensor to) in Generator.State.Zip(AverageGenerator?.State ?? []))
        {
            from.Value.Span.CopyTo(to.Value.Span);
        }
    }

    /// <summary>What a generator begins with: for labels, they are joined to z.</summary>
    private static Module[] GeneratorEntry(GanConfiguration configuration) => configuration.Classes > 0 ? [new JoinClass(configuration.Classes)] : [];

    /// <summary>What a discriminator begins with: for packs, their images become channels.</summary>
    private static Module[] DiscriminatorEntry(GanConfiguration configuration) => configuration.Packing > 1 ? [new Pack(configuration.Packing)] : [];

    /// <summary>What a discriminator ends with: for labels, there is a logit for each, and the image's is taken.</summary>
    private static Module[] DiscriminatorExit(GanConfiguration configuration) => configuration.Classes > 0 ? [new SelectClass(configuration.Classes)] : [];

    private static Sequential DcganGenerator(GanConfiguration configuration, IConvolutionLayers layers)
    {
        int w = configuration.Width;
        ConvolutionWindow doubling = new(kernel: 4, stride: 2, padding: 1), keeping = new(kernel: 3, padding: 1);
        return new([
            .. GeneratorEntry(configuration),
            new Linear(configuration.LatentSize + configuration.Classes, 2 * w * 7 * 7, bias: false),
            new Reshape(2 * w, 7, 7),
            new BatchNorm2D(2 * w),
            new ReLU(),
            layers.ConvTranspose2D(2 * w, w, doubling, bias: false), // → [w, 14, 14]
            new BatchNorm2D(w),
            new ReLU(),
            .. Enumerable.Range(0, configuration.GeneratorConvolutions).SelectMany(_ => new Module[] { layers.Conv2D(w, w, keeping, bias: false), new BatchNorm2D(w), new ReLU() }),
            layers.ConvTranspose2D(w, 1, doubling, bias: true), // → [1, 28, 28]
            new Tanh()]);
    }

    private static Sequential DcganDiscriminator(GanConfiguration configuration, IConvolutionLayers layers)
    {
        int w = configuration.Width, hidden = configuration.DiscriminatorHidden, logits = Math.Max(1, configuration.Classes), layer = 0;
        bool batch = configuration.DiscriminatorNormalization == NormalizationKind.Batch;
        var halving = new ConvolutionWindow(kernel: 4, stride: 2, padding: 1);
        RandomSource NextStream() => new(configuration.Seed, $"spectral norm {++layer}");
        Module Normalized(Module module) => configuration.DiscriminatorNormalization != NormalizationKind.Spectral ? module : module switch
        {
            Conv2D convolution => new SpectralNorm(convolution, NextStream()),
            Linear linear => new SpectralNorm(linear, NextStream()),
            _ => throw new ArgumentException("Spectral normalisation goes around the hand-written layers only. Take those, or another normalisation.", nameof(layers)),
        };
        return new([
            .. DiscriminatorEntry(configuration),
            Normalized(layers.Conv2D(configuration.Packing, w, halving, bias: true)), // → [w, 14, 14]
            new LeakyReLU(0.2f),
            Normalized(layers.Conv2D(w, 2 * w, halving, bias: !batch)), // → [2w, 7, 7]
            .. batch ? [new BatchNorm2D(2 * w)] : Array.Empty<Module>(),
            new LeakyReLU(0.2f),
            new Flatten(),
            .. hidden > 0 ? [Normalized(new Linear(2 * w * 7 * 7, hidden)), new LeakyReLU(0.2f)] : Array.Empty<Module>(),
            Normalized(new Linear(hidden > 0 ? hidden : 2 * w * 7 * 7, logits)),
            .. DiscriminatorExit(configuration)]);
    }

    private static Sequential TutorialGenerator(GanConfiguration configuration, IConvolutionLayers layers)
    {
        // Keras's defaults: ε = 1e-3, momentum 0.99 (the weight of the old statistics), LeakyReLU 0.3.
        static BatchNorm2D Normalize(int channels) => new(channels, epsilon: 1e-3, momentum: 0.01);
        var doubling = new ConvolutionWindow(kernel: 5, stride: 2, Padding.Same);
        return new([
            .. GeneratorEntry(configuration),
            new Linear(configuration.LatentSize + configuration.Classes, 256 * 7 * 7, bias: false),
            new Reshape(256 * 7 * 7, 1, 1),
            Normalize(256 * 7 * 7),
            new LeakyReLU(0.3f),
            new Reshape(256, 7, 7),
            layers.ConvTranspose2D(256, 128, new ConvolutionWindow(kernel: 5, stride: 1, Padding.Same), bias: false), // → [128, 7, 7]
            Normalize(128),
            new LeakyReLU(0.3f),
            layers.ConvTranspose2D(128, 64, doubling, bias: false), // → [64, 14, 14]
            Normalize(64),
            new LeakyReLU(0.3f),
            layers.ConvTranspose2D(64, 1, doubling, bias: false), // → [1, 28, 28]
            new Tanh()]);
    }

    private static Sequential TutorialDiscriminator(GanConfiguration configuration, Func<string, RandomSource> stream, IConvolutionLayers layers)
    {
        var halving = new ConvolutionWindow(kernel: 5, stride: 2, Padding.Same);
        return new([
            .. DiscriminatorEntry(configuration),
            layers.Conv2D(configuration.Packing, 64, halving, bias: true), // → [64, 14, 14]
            new LeakyReLU(0.3f),
            new Dropout(0.3, stream("dropout 1")),
            layers.Conv2D(64, 128, halving, bias: true), // → [128, 7, 7]
            new LeakyReLU(0.3f),
            new Dropout(0.3, stream("dropout 2")),
            new Flatten(),
            new Linear(128 * 7 * 7, Math.Max(1, configuration.Classes)),
            .. DiscriminatorExit(configuration)]);
    }
}
