using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.DataSets;

/// <summary>
/// Three digits on top of each other, as red, green and blue: 1,000 kinds of pictures, in which it is easily counted how many a generator
/// makes (Metz et al. 2017, "Unrolled generative adversarial networks"; Srivastava et al. 2017, "VEEGAN").
/// </summary>
public static class StackedMnist
{
    /// <summary>Draws the digits of each picture, with replacement.</summary>
    /// <param name="digits">Grey images, at least one.</param>
    /// <param name="count">Pictures, zero or more.</param>
    /// <param name="seed">Of the choice.</param>
    /// <returns>Pictures of the digits' size, in colour.</returns>
    /// <exception cref="ArgumentException">There are no digits, they are not grey, or the number is negative.</exception>
    public static IdxImages Make(IdxImages digits, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(digits);
        if (digits.Count == 0 || digits.Shape.Channels != 1 || count < 0)
        {
            throw new ArgumentException(
                $"Stacking needs grey images and a number of pictures of at least 0, but got {digits.Count} of {digits.Shape} and " +
                $"{count}.");
        }

        int size = digits.Height * digits.Width;
        byte[] pixels = new byte[checked(3 * count * size)];
        var random = new RandomSource(seed, "stacked mnist");
        for (int n = 0; n < count; n++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int digit = random.NextInt(digits.Count);
                for (int i = 0; i < size; i++)
                {
                    pixels[(((n * size) + i) * 3) + channel] = digits.Pixels[(digit * size) + i];
                }
            }
        }

        return new IdxImages(count, new ImageShape(3, digits.Height, digits.Width), pixels);
    }
}
