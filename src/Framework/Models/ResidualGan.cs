using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Models;

/// <summary>
/// The residual networks of Miyato, Kataoka, Koyama and Yoshida 2018, "Spectral normalization for generative adversarial networks",
/// appendix B.4, for images of any size; with labels as in Miyato and Koyama 2018, "cGANs with projection discriminator". The blocks are
/// those of kwotsin/mimicry's <c>sngan</c>.
/// </summary>
/// <remarks>
/// G goes up by k = ⌊log₂(min(H, W) / 4)⌋ blocks to the image's size, D down by as many, the remainder of odd sizes dropped, with one more
/// block at the last size, a sum over the pixels and a logit. The feature maps double from w next to the image to at most 8w: for 64×64 the
/// paper's are w = 64, at most 16w, which is for graphics processors; 16 trains on a processor. A 1×1 convolution and the enlarging or
/// averaging beside it may change places without changing the function: the convolution always has the smaller maps here.
/// </remarks>
/// <param name="Image">The shape of the images; H and W are at least 8.</param>
public sealed record ResidualGan(ImageShape Image)
{
    /// <summary>w: feature maps of the layer next to the image, at least 1; the size of the whole.</summary>
    public int Width { get; init; } = 16;

    /// <summary>Elements of a latent vector, at least 1.</summary>
    public int LatentSize { get; init; } = 64;

    /// <summary>
    /// Classes that labels tell apart; 0 for networks that know no labels. With labels G has <see cref="ConditionalBatchNorm2D"/> instead
    /// of <see cref="BatchNorm2D"/>, and D ends with <see cref="ProjectionLogit"/>.
    /// </summary>
    public int Classes { get; init; }

    /// <summary>Images that D judges together (Lin et al. 2018, "PacGAN"), at least 1.</summary>
    public int Packing { get; init; } = 1;

    /// <summary>How D's layers are normalised: spectrally or not at all.</summary>
    public NormalizationKind DiscriminatorNormalization { get; init; } = NormalizationKind.Spectral;

    /// <summary>What is done to the images that D judges, real and generated ones; nothing unless given.</summary>
    public Augmentations Augment { get; init; }

    /// <summary>Builds the networks and fills them with the first weights of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">The image's height or width is less than 8, or D is to have batch normalisation.</exception>
    public Gan Build(ulong seed)
    {
        Gan gan = BuildUnfilled(seed);

        // mimicry's: Glorot's with a gain of √2 within the blocks, of which He's is the same for as many maps in as out.
        Initializers.HeNormal(gan.Generator, new RandomSource(seed, "generator weights"));
        RandomSource random = new(seed, "discriminator weights");
        Initializers.HeNormal(gan.Discriminator, random);
        if (gan.Discriminator.Children[^1] is ProjectionLogit { Children: [_, Module embedding] })
        {
            random.FillNormal(embedding.Parameters[0].Value.Span);
        }

        return gan;
    }

    /// <summary>Builds the networks without filling them, which would take memory: for weights that are in a file.</summary>
    internal Gan BuildUnfilled(ulong seed)
    {
        if (DiscriminatorNormalization == NormalizationKind.Batch)
        {
            throw new ArgumentException(
                "The residual discriminator has spectral normalisation or none, but batch normalisation was asked for; take one of those.");
        }

        var levels = new ImageLevels(Image);
        return new Gan(Generator(levels), Discriminator(levels, seed), LatentSize, Classes, Image);
    }

    private Sequential Generator(ImageLevels levels)
    {
        int k = levels.Last, maps = ImageLevels.Maps(Width, k);
        return
        [
            new Linear(LatentSize, maps * levels.LastPixels),
            new Reshape(maps, levels[k].Height, levels[k].Width),
            .. Enumerable.Range(0, k).Reverse().Select(level => Up(
                ImageLevels.Maps(Width, level + 1), ImageLevels.Maps(Width, level), levels[level + 1], levels[level])), // → [w, H, W]
            .. Normalized(Width),
            new Conv2D(Width, Image.Channels, 3, padding: 1), // → [C, H, W]
            new Tanh(),
        ];
    }

    private Sequential Discriminator(ImageLevels levels, ulong seed)
    {
        int k = levels.Last, w = Width, last = ImageLevels.Maps(w, k - 1), layer = 0;
        return
        [
            .. DiffAugment.IfAny(Augment, seed),
            .. Packing > 1 ? [new Pack(Packing)] : Array.Empty<Module>(),
            First(Packing * Image.Channels, w), // → [w, H/2, W/2]
            .. Enumerable.Range(1, k - 1).Select(level => Down(ImageLevels.Maps(w, level - 1), ImageLevels.Maps(w, level))),
            new Residual(new Sequential(new ReLU(), Convolution(last, last, 3), new ReLU(), Convolution(last, last, 3))),
            new ReLU(),
            new GlobalSumPool2D(),
            Classes > 0
                ? new ProjectionLogit(Spectral(new Linear(last, 1)), Spectral(new Embedding(Classes, last)))
                : Spectral(new Linear(last, 1)),
        ];

        // mimicry's DBlockOptimized: the first block sees pixels, of which a ReLU would lose the dark ones.
        Residual First(int from, int to) => new(
            new Sequential(Convolution(from, to, 3), new ReLU(), Convolution(to, to, 3), new AvgPool2D(2)),
            new Sequential(new AvgPool2D(2), Convolution(from, to, 1)));

        // mimicry's DBlock.
        Residual Down(int from, int to) => new(
            new Sequential(new ReLU(), Convolution(from, from, 3), new ReLU(), Convolution(from, to, 3), new AvgPool2D(2)),
            new Sequential(new AvgPool2D(2), Convolution(from, to, 1)));

        Module Convolution(int from, int to, int kernel) => Spectral(
            new Conv2D(from, to, kernel, padding: kernel == 1 ? Padding.Valid : kernel / 2));

        Module Spectral(WeightedModule module) => DiscriminatorNormalization == NormalizationKind.Spectral
            ? new SpectralNorm(module, new RandomSource(seed, $"spectral norm {++layer}"))
            : module;
    }

    /// <summary>mimicry's GBlock.</summary>
    private Residual Up(int from, int to, Size2D small, Size2D large)
    {
        Upsample2D Enlarge() => large == new Size2D(2 * small.Height, 2 * small.Width) ? new Upsample2D(2) : Upsample2D.To(large);
        return new(
            new Sequential(
            [
                .. Normalized(from), Enlarge(), new Conv2D(from, to, 3, padding: 1), .. Normalized(to), new Conv2D(to, to, 3, padding: 1),
            ]),
            new Sequential(new Conv2D(from, to, 1), Enlarge()));
    }

    private Module[] Normalized(int maps) =>
        [Classes > 0 ? new ConditionalBatchNorm2D(maps, Classes) : new BatchNorm2D(maps), new ReLU()];
}
