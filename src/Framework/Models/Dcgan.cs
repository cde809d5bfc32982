using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Models;

/// <summary>
/// The networks of Radford, Metz and Chintala 2016, "Unsupervised representation learning with deep convolutional generative adversarial
/// networks", for images of any size, and what later papers added: labels, packs, spectral normalisation, a hidden layer.
/// </summary>
/// <remarks>
/// D halves the image k = ⌊log₂(min(H, W) / 4)⌋ times, with the remainder of odd sizes dropped (28 → 14 → 7; 37 → 18 → 9), by 4×4
/// convolutions of stride 2, and G comes back through the same sizes. The feature maps double from w next to the image to at most 8w, as
/// the paper's 64 to 512 for 64×64 (section 3, figure 1).
/// </remarks>
/// <example>
/// <code>
/// Gan gan = new Dcgan(new ImageShape(3, 64, 48)) { Width = 16, LatentSize = 64 }.Build(seed: 1);
/// Tensor images = gan.Generate(gan.Latents(4, new RandomSource(1, "samples"))); // [4, 3, 64, 48]
/// </code>
/// </example>
/// <param name="Image">The shape of the images; H and W are at least 8.</param>
public sealed record Dcgan(ImageShape Image)
{
    private static readonly ConvolutionWindow Halving = new(kernel: 4, stride: 2, padding: 1), Keeping = new(kernel: 3, padding: 1);

    /// <summary>w: feature maps of the layer next to the image, at least 1; the size of the whole.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Elements of a latent vector, at least 1.</summary>
    public int LatentSize { get; init; } = 32;

    /// <summary>Classes that labels tell apart; 0 for networks that know no labels.</summary>
    public int Classes { get; init; }

    /// <summary>Images that D judges together (Lin et al. 2018, "PacGAN"), at least 1.</summary>
    public int Packing { get; init; } = 1;

    /// <summary>3×3 convolutions of G at half the image's size, which draw what its last layer enlarges.</summary>
    public int GeneratorConvolutions { get; init; }

    /// <summary>
    /// Whether G is told labels at each of its batch normalisations, too, which then have a γ and β per class
    /// (<see cref="ConditionalBatchNorm2D"/>; Miyato and Koyama 2018), as <see cref="ResidualGan"/> does, and not only beside its latents.
    /// </summary>
    public bool ConditionalNormalization { get; init; }

    /// <summary>
    /// How G makes its maps larger: by 4×4 transposed convolutions of stride 2, or by the nearest pixel and 3×3 convolutions. Where twice
    /// the size is a row or column short of an odd one, the former have an output padding of 1, and the latter enlarge to that size.
    /// </summary>
    public UpsamplingKind Upsampling { get; init; }

    /// <summary>What is done to the images that D judges, real and generated ones; nothing unless given.</summary>
    public Augmentations Augment { get; init; }

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
    /// <exception cref="ArgumentException">
    /// The image's height or width is less than 8, or there are no classes for <see cref="ConditionalNormalization"/>.
    /// </exception>
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
        if (ConditionalNormalization && Classes == 0)
        {
            throw new ArgumentException("ConditionalNormalization needs labels, but Classes is 0; give their number.");
        }

        var levels = new ImageLevels(Image);
        return new Gan(Generator(levels), Discriminator(levels, seed), LatentSize, Classes, Image);
    }

    private Sequential Generator(ImageLevels levels)
    {
        int k = levels.Last, w = Width, maps = ImageLevels.Maps(w, k - 1);
        return
        [
            .. Classes > 0 ? [new ConcatOneHot(Classes)] : Array.Empty<Module>(),
            new Linear(LatentSize + Classes, maps * levels.LastPixels, bias: false),
            new Reshape(maps, levels[k].Height, levels[k].Width),
            .. Normalized(maps),
            .. Enumerable.Range(1, k - 1).Reverse().SelectMany(level => // → [2w, H/4, W/4], [w, H/2, W/2]
            {
                int to = ImageLevels.Maps(w, level - 1);
                return (Module[])[.. Up(levels, level, ImageLevels.Maps(w, level), to, bias: false), .. Normalized(to)];
            }),
            .. Enumerable.Range(0, GeneratorConvolutions).SelectMany(_ =>
                (Module[])[new Conv2D(w, w, Keeping, bias: false), .. Normalized(w)]),
            .. Up(levels, 0, w, Image.Channels, bias: true), // → [C, H, W]
            new Tanh(),
        ];
    }

    private Module[] Normalized(int maps) =>
        [ConditionalNormalization ? new ConditionalBatchNorm2D(maps, Classes) : new BatchNorm2D(maps), new ReLU()];

    /// <summary>Enlarges maps to a level from the one below it.</summary>
    private Module[] Up(ImageLevels levels, int level, int from, int to, bool bias)
    {
        Size2D small = levels[level + 1], large = levels[level],
            rest = new(large.Height - (2 * small.Height), large.Width - (2 * small.Width));
        return Upsampling == UpsamplingKind.Nearest
            ? [rest == 0 ? new Upsample2D(2) : Upsample2D.To(large), new Conv2D(from, to, Keeping, bias)]
            : [new ConvTranspose2D(from, to, kernel: 4, stride: 2, padding: 1, outputPadding: rest, bias: bias)];
    }

    private Sequential Discriminator(ImageLevels levels, ulong seed)
    {
        int k = levels.Last, w = Width, features = ImageLevels.Maps(w, k - 1) * levels.LastPixels, layer = 0;
        bool batch = DiscriminatorNormalization == NormalizationKind.Batch;
        Module Normalized(WeightedModule module) => DiscriminatorNormalization == NormalizationKind.Spectral
            ? new SpectralNorm(module, new RandomSource(seed, $"spectral norm {++layer}"))
            : module;
        return
        [
            .. DiffAugment.IfAny(Augment, seed),
            .. Packing > 1 ? [new Pack(Packing)] : Array.Empty<Module>(),
            Normalized(new Conv2D(Packing * Image.Channels, w, Halving)), // → [w, H/2, W/2]
            new LeakyReLU(0.2f),
            .. Enumerable.Range(1, k - 1).SelectMany(level => // → [2w, H/4, W/4], [4w, H/8, W/8], …
            {
                int to = ImageLevels.Maps(w, level);
                Module[] layers =
                [
                    Normalized(new Conv2D(ImageLevels.Maps(w, level - 1), to, Halving, bias: !batch)),
                    .. batch ? [new BatchNorm2D(to)] : Array.Empty<Module>(),
                    new LeakyReLU(0.2f),
                ];
                return layers;
            }),
            new Flatten(),
            .. DiscriminatorHidden > 0
                ? [Normalized(new Linear(features, DiscriminatorHidden)), new LeakyReLU(0.2f)]
                : Array.Empty<Module>(),
            Normalized(new Linear(DiscriminatorHidden > 0 ? DiscriminatorHidden : features, Math.Max(1, Classes))),
            .. Classes > 0 ? [new ClassLogit(Classes)] : Array.Empty<Module>(),
        ];
    }
}
