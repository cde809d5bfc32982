using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Models;

/// <summary>
/// The networks of TensorFlow's tutorial "Deep convolutional generative adversarial network" (tensorflow.org), which are much
/// larger than DCGAN's for such images. For those of other sizes than its 28×28 they grow as DCGAN's do.
/// </summary>
/// <remarks>
/// k = ⌊log₂(min(H, W) / 4)⌋ halvings, of odd sizes rounded up, as Keras's <c>same</c> does; a transposed convolution back to an odd size
/// is the adjoint of that. The feature maps of D double from 64 to at most 512; G begins with twice as many as D ends with, or 512.
/// </remarks>
/// <param name="Image">The shape of the images; H and W are at least 8.</param>
public sealed record TfTutorial(ImageShape Image)
{
    /// <summary>Feature maps of the layer next to the image.</summary>
    public const int Width = 64;

    private static readonly ConvolutionWindow Halving = new(kernel: 5, stride: 2, Padding.Same),
        Keeping = new(kernel: 5, stride: 1, Padding.Same);

    /// <summary>Elements of a latent vector, at least 1.</summary>
    public int LatentSize { get; init; } = 100;

    /// <summary>Classes that labels tell apart; 0 for networks that know no labels.</summary>
    public int Classes { get; init; }

    /// <summary>Images that D judges together (Lin et al. 2018, "PacGAN"), at least 1.</summary>
    public int Packing { get; init; } = 1;

    /// <summary>What is done to the images that D judges, real and generated ones; nothing unless given.</summary>
    public Augmentations Augment { get; init; }

    /// <summary>Builds the networks and fills them with the first weights of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">The image's height or width is less than 8.</exception>
    public Gan Build(ulong seed)
    {
        Gan gan = BuildUnfilled(seed);
        Initializers.GlorotUniform(gan.Generator, new RandomSource(seed, "generator weights"));
        Initializers.GlorotUniform(gan.Discriminator, new RandomSource(seed, "discriminator weights"));
        return gan;
    }

    /// <summary>Builds the networks without filling them, which would take memory: for weights that are in a file.</summary>
    internal Gan BuildUnfilled(ulong seed)
    {
        var levels = new ImageLevels(Image, up: true);
        return new Gan(Generator(levels), Discriminator(levels, seed), LatentSize, Classes, Image);
    }

    private Sequential Generator(ImageLevels levels)
    {
        // Keras's defaults: ε = 1e-3, momentum 0.99 (the weight of the old statistics), LeakyReLU 0.3.
        static BatchNorm2D Normalize(int channels) => new(channels, epsilon: 1e-3, momentum: 0.01);
        int k = levels.Last, height = levels[k].Height, width = levels[k].Width, maps = ImageLevels.Maps(Width, k),
            last = ImageLevels.Maps(Width, k - 1), features = maps * height * width;
        return
        [
            .. Classes > 0 ? [new ConcatOneHot(Classes)] : Array.Empty<Module>(),
            new Linear(LatentSize + Classes, features, bias: false),
            new Reshape(features, 1, 1),
            Normalize(features),
            new LeakyReLU(0.3f),
            new Reshape(maps, height, width),
            new ConvTranspose2D(maps, last, Keeping, bias: false), // → [128, H/4, W/4]
            Normalize(last),
            new LeakyReLU(0.3f),
            .. Enumerable.Range(1, k - 1).Reverse().SelectMany(level => // → [64, H/2, W/2]
            {
                int to = ImageLevels.Maps(Width, level - 1);
                return new Module[]
                {
                    new ConvTranspose2D(ImageLevels.Maps(Width, level), to, Doubling(levels[level]), bias: false), Normalize(to),
                    new LeakyReLU(0.3f),
                };
            }),
            new ConvTranspose2D(Width, Image.Channels, Doubling(levels[0]), bias: false), // → [C, H, W]
            new Tanh(),
        ];
    }

    /// <summary>
    /// A transposed convolution to a size. To an even one it is Keras's <c>same</c>, which cuts 3 rows and columns, 1 and 2; to an odd one
    /// a row or column more, as the convolution of <c>same</c> padding that halves it pads.
    /// </summary>
    private static ConvolutionWindow Doubling(Size2D to)
    {
        int top = 1 + (to.Height % 2), left = 1 + (to.Width % 2);
        return top == 1 && left == 1 ? Halving : new(kernel: 5, stride: 2, Padding.Explicit(top, left, 2, 2));
    }

    private Sequential Discriminator(ImageLevels levels, ulong seed) =>
    [
        .. DiffAugment.IfAny(Augment, seed),
        .. Packing > 1 ? [new Pack(Packing)] : Array.Empty<Module>(),
        .. Enumerable.Range(0, levels.Last).SelectMany(level => new Module[] // → [64, H/2, W/2], [128, H/4, W/4], …
        {
            new Conv2D(level == 0 ? Packing * Image.Channels : ImageLevels.Maps(Width, level - 1), ImageLevels.Maps(Width, level), Halving),
            new LeakyReLU(0.3f),
            new Dropout(0.3, new RandomSource(seed, $"dropout {level + 1}")),
        }),
        new Flatten(),
        new Linear(ImageLevels.Maps(Width, levels.Last - 1) * levels.LastPixels, Math.Max(1, Classes)),
        .. Classes > 0 ? [new ClassLogit(Classes)] : Array.Empty<Module>(),
    ];
}
