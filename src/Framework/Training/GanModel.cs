using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>A generator, from latent vectors [N, latent] to images [N, 1, 28, 28] in [−1, 1], and a discriminator, from images to logits [N, 1].</summary>
public sealed class GanModel
{
    /// <summary>Height and width of the images.</summary>
    public const int ImageSize = 28;

    private GanModel(Sequential generator, Sequential discriminator, Sequential? averageGenerator, int latentSize) =>
        (Generator, Discriminator, AverageGenerator, LatentSize) = (generator, discriminator, averageGenerator, latentSize);

    /// <summary>From latent vectors to images.</summary>
    public Sequential Generator { get; }

    /// <summary>The moving average of the generator; null if the configuration wants none.</summary>
    public Sequential? AverageGenerator { get; }

    /// <summary>From images to logits: how real they look.</summary>
    public Sequential Discriminator { get; }

    /// <summary>Values in a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>Builds the networks of a configuration and fills them with the first weights of its seed.</summary>
    /// <param name="configuration">Which networks, how wide, which seed.</param>
    /// <param name="layers">Where the convolutions come from: the hand-written ones unless given.</param>
    public static GanModel Create(GanConfiguration configuration, IConvolutionLayers? layers = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        layers ??= new CustomLayers();
        RandomSource Random(string name) => new(configuration.Seed, name);
        GanModel Make(Func<Sequential> generator, Sequential discriminator) =>
            new(generator(), discriminator, configuration.AverageDecay > 0 ? generator() : null, configuration.LatentSize);
        switch (configuration.Preset)
        {
            case GanPreset.Dcgan:
                GanModel dcgan = Make(() => DcganGenerator(configuration, layers), DcganDiscriminator(configuration.Width, layers));
                Initializers.Dcgan(dcgan.Generator, Random("generator weights"));
                Initializers.Dcgan(dcgan.Discriminator, Random("discriminator weights"));
                return dcgan.WithAverageAtStart();
            default:
                GanModel tutorial = Make(() => TutorialGenerator(configuration, layers), TutorialDiscriminator(Random, layers));
                Initializers.GlorotUniform(tutorial.Generator, Random("generator weights"));
                Initializers.GlorotUniform(tutorial.Discriminator, Random("discriminator weights"));
                return tutorial.WithAverageAtStart();
        }
    }

    /// <summary>The shape of the generator's first weights: told without building anything, to judge a checkpoint before memory is spent on it.</summary>
    internal static Shape ProjectionShape(GanConfiguration configuration) => new(
        configuration.Preset == GanPreset.Dcgan ? 2 * configuration.Width * 7 * 7 : 256 * 7 * 7, configuration.LatentSize);

    /// <summary>
    /// G(z) in inference mode (running statistics), so that an image does not depend on the others of its batch; of the moving average, if there is one.
    /// </summary>
    /// <param name="latents">z: [N, latent].</param>
    /// <param name="average">Whether to take the moving average, if there is one; else the generator as the last step left it.</param>
    /// <returns>A fresh tensor [N, 1, 28, 28] in [−1, 1].</returns>
    /// <exception cref="ArgumentException">The latents have another shape.</exception>
    public Tensor Generate(Tensor latents, bool average = true)
    {
        Sequential generator = average && AverageGenerator is not null ? AverageGenerator : Generator;
        bool wasTraining = generator.IsTraining;
        generator.SetTraining(false);
        try
        {
            return generator.Forward(latents);
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

    /// <summary>The moving average begins as the generator does.</summary>
    private GanModel WithAverageAtStart()
    {
        if (AverageGenerator is not null)
        {
            foreach ((NamedTensor from, NamedTensor to) in Generator.State.Zip(AverageGenerator.State))
            {
                from.Value.Span.CopyTo(to.Value.Span);
            }
        }

        return this;
    }

    private static Sequential DcganGenerator(GanConfiguration configuration, IConvolutionLayers layers)
    {
        int w = configuration.Width;
        var doubling = new ConvolutionWindow(kernel: 4, stride: 2, padding: 1);
        return new(
            new Linear(configuration.LatentSize, ProjectionShape(configuration).N, bias: false),
            new Reshape(2 * w, 7, 7),
            new BatchNorm2D(2 * w),
            new ReLU(),
            layers.ConvTranspose2D(2 * w, w, doubling, bias: false), // → [w, 14, 14]
            new BatchNorm2D(w),
            new ReLU(),
            layers.ConvTranspose2D(w, 1, doubling, bias: true), // → [1, 28, 28]
            new Tanh());
    }

    private static Sequential DcganDiscriminator(int w, IConvolutionLayers layers)
    {
        var halving = new ConvolutionWindow(kernel: 4, stride: 2, padding: 1);
        return new(
            layers.Conv2D(1, w, halving, bias: true), // → [w, 14, 14]
            new LeakyReLU(0.2f),
            layers.Conv2D(w, 2 * w, halving, bias: false), // → [2w, 7, 7]
            new BatchNorm2D(2 * w),
            new LeakyReLU(0.2f),
            new Flatten(),
            new Linear(2 * w * 7 * 7, 1));
    }

    private static Sequential TutorialGenerator(GanConfiguration configuration, IConvolutionLayers layers)
    {
        // Keras's defaults: ε = 1e-3, momentum 0.99 (the weight of the old statistics), LeakyReLU 0.3.
        static BatchNorm2D Normalize(int channels) => new(channels, epsilon: 1e-3, momentum: 0.01);
        var doubling = new ConvolutionWindow(kernel: 5, stride: 2, Padding.Same);
        return new(
            new Linear(configuration.LatentSize, ProjectionShape(configuration).N, bias: false),
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
            new Tanh());
    }

    private static Sequential TutorialDiscriminator(Func<string, RandomSource> random, IConvolutionLayers layers)
    {
        var halving = new ConvolutionWindow(kernel: 5, stride: 2, Padding.Same);
        return new(
            layers.Conv2D(1, 64, halving, bias: true), // → [64, 14, 14]
            new LeakyReLU(0.3f),
            new Dropout(0.3, random("dropout 1")),
            layers.Conv2D(64, 128, halving, bias: true), // → [128, 7, 7]
            new LeakyReLU(0.3f),
            new Dropout(0.3, random("dropout 2")),
            new Flatten(),
            new Linear(128 * 7 * 7, 1));
    }
}
