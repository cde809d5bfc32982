using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Models;

/// <summary>
/// The networks of Radford, Metz and Chintala 2016, "Unsupervised representation learning with deep convolutional generative adversarial
/// networks", with two transposed convolutions, and what later papers added: labels, packs, spectral normalisation, a hidden layer.
/// </summary>
/// <param name="Image">The shape of the images; H and W are multiples of 4.</param>
public sealed record Dcgan(ImageShape Image)
{
    private static readonly ConvolutionWindow Doubling = new(kernel: 4, stride: 2, padding: 1), Keeping = new(kernel: 3, padding: 1);

    /// <summary>w: feature maps of the layer next to the image, at least 1.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Elements of a latent vector, at least 1.</summary>
    public int LatentSize { get; init; } = 32;

    /// <summary>Classes that labels tell apart; 0 for networks that know no labels.</summary>
    public int Classes { get; init; }

    /// <summary>Images that D judges together (Lin et al. 2018, "PacGAN"), at least 1.</summary>
    public int Packing { get; init; } = 1;

    /// <summary>3×3 convolutions of G at half size, between its two transposed ones, which draw what those enlarge.</summary>
    public int GeneratorConvolutions { get; init; }

    /// <summary>
    /// Units of a fully connected layer of D between its convolutions and its logit, as in the networks for MNIST of Chen et al.
    /// 2016, "InfoGAN", appendix C.1; 0 for none. Without it the logit is a sum over places of what each shows by itself; with it D
    /// sees whether the places fit together.
    /// </summary>
    public int DiscriminatorHidden { get; init; }

    /// <summary>How D's layers are normalised.</summary>
    public NormalizationKind DiscriminatorNormalization { get; init; } = NormalizationKind.Batch;

    /// <summary>Builds the networks and fills them with the first weights of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">The image's height or width is not a multiple of 4.</exception>
    public Gan Build(ulong seed)
    {
        Gan gan = BuildUnfilled(seed);
        Initializers.Dcgan(gan.Generator, new RandomSource(seed, "generator weights"));
        RandomSource random = new(seed, "discriminator weights");
        if (DiscriminatorNormalization == NormalizationKind.Batch)
        {
            Initializers.Dcgan(gan.Discriminator, random);
        }
        else
        {
            // Nothing after these layers brings their results to the right size.
            Initializers.HeNormal(gan.Discriminator, random);
        }

        return gan;
    }

    /// <summary>Builds the networks without filling them, which would take memory: for weights that are in a file.</summary>
    internal Gan BuildUnfilled(ulong seed)
    {
        if (Image.Height < 4 || Image.Width < 4 || Image.Height % 4 != 0 || Image.Width % 4 != 0)
        {
            throw new ArgumentException(
                $"These networks halve the image twice, so its height and width must be multiples of 4, but the images are {Image}.");
        }

        return new Gan(Generator(), Discriminator(seed), LatentSize, Classes, Image);
    }

    private Sequential Generator()
    {
        int w = Width, height = Image.Height / 4, width = Image.Width / 4;
        return
        [
            .. Classes > 0 ? [new ConcatOneHot(Classes)] : Array.Empty<Module>(),
            new Linear(LatentSize + Classes, 2 * w * height * width, bias: false),
            new Reshape(2 * w, height, width),
            new BatchNorm2D(2 * w),
            new ReLU(),
            new ConvTranspose2D(2 * w, w, Doubling, bias: false), // → [w, H/2, W/2]
            new BatchNorm2D(w),
            new ReLU(),
            .. Enumerable.Range(0, GeneratorConvolutions).SelectMany(_ =>
                new Module[] { new Conv2D(w, w, Keeping, bias: false), new BatchNorm2D(w), new ReLU() }),
            new ConvTranspose2D(w, Image.Channels, Doubling), // → [C, H, W]
            new Tanh(),
        ];
    }

    private Sequential Discriminator(ulong seed)
    {
        int w = Width, features = 2 * w * (Image.Height / 4) * (Image.Width / 4), layer = 0;
        bool batch = DiscriminatorNormalization == NormalizationKind.Batch;
        Module Normalized(WeightedModule module) => DiscriminatorNormalization == NormalizationKind.Spectral
            ? new SpectralNorm(module, new RandomSource(seed, $"spectral norm {++layer}"))
            : module;
        return
        [
            .. Packing > 1 ? [new Pack(Packing)] : Array.Empty<Module>(),
            Normalized(new Conv2D(Packing * Image.Channels, w, Doubling)), // → [w, H/2, W/2]
            new LeakyReLU(0.2f),
            Normalized(new Conv2D(w, 2 * w, Doubling, bias: !batch)), // → [2w, H/4, W/4]
            .. batch ? [new BatchNorm2D(2 * w)] : Array.Empty<Module>(),
            new LeakyReLU(0.2f),
            new Flatten(),
            .. DiscriminatorHidden > 0
                ? [Normalized(new Linear(features, DiscriminatorHidden)), new LeakyReLU(0.2f)]
                : Array.Empty<Module>(),
            Normalized(new Linear(DiscriminatorHidden > 0 ? DiscriminatorHidden : features, Math.Max(1, Classes))),
            .. Classes > 0 ? [new ClassLogit(Classes)] : Array.Empty<Module>(),
        ];
    }
}
