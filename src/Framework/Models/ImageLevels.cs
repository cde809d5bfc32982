using MiniGan.Convolution;
using MiniGan.Tensors;

namespace MiniGan.Models;

/// <summary>
/// The sizes that networks go through between an image, level 0, and their smallest maps, level k: each about half of the one before, the
/// last at least 4 pixels high and wide.
/// </summary>
/// <remarks>
/// k = ⌊log₂(min(H, W) / 4)⌋: 1 for 8, 2 for 28, 3 for 32, 4 for 64, 5 for 128. An odd size is halved down or up; networks that come back
/// through the same levels make the image's size exactly.
/// </remarks>
internal sealed class ImageLevels
{
    /// <summary>The least height and width: smaller images have no level of 4 pixels below them.</summary>
    public const int LeastSize = 8;

    private readonly Size2D[] sizes;

    /// <summary>Halves an image.</summary>
    /// <param name="image">Its shape.</param>
    /// <param name="up">Whether half of an odd size is rounded up, as by Keras's <c>same</c> padding; else down.</param>
    /// <exception cref="ArgumentException">The image is too small.</exception>
    public ImageLevels(ImageShape image, bool up = false)
    {
        if (image.Height < LeastSize || image.Width < LeastSize)
        {
            throw new ArgumentException(
                $"These networks halve an image at least once, to no less than 4 pixels, so its height and width must be {LeastSize} or " +
                $"more, but the images are {image}. Enlarge them.",
                nameof(image));
        }

        sizes = new Size2D[int.Log2(Math.Min(image.Height, image.Width) / 4) + 1];
        sizes[0] = new(image.Height, image.Width);
        for (int level = 1; level < sizes.Length; level++)
        {
            Size2D size = sizes[level - 1];
            sizes[level] = up ? new((size.Height + 1) / 2, (size.Width + 1) / 2) : new(size.Height / 2, size.Width / 2);
        }
    }

    /// <summary>k.</summary>
    public int Last => sizes.Length - 1;

    /// <summary>The pixels of the smallest maps.</summary>
    public int LastPixels => sizes[^1].Height * sizes[^1].Width;

    /// <summary>The size at a level.</summary>
    /// <param name="level">From 0, the image, to k.</param>
    public Size2D this[int level] => sizes[level];

    /// <summary>
    /// Feature maps at a level: w, 2w, 4w and from there on 8w, as DCGAN's 64 to 512 (Radford, Metz and Chintala 2016, figure 1).
    /// </summary>
    /// <param name="width">w.</param>
    /// <param name="doublings">How many times w is doubled, but for the limit.</param>
    public static int Maps(int width, int doublings) => width << Math.Min(doublings, 3);
}
