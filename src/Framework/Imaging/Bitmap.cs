namespace MiniGan.Imaging;

/// <summary>An 8-bit picture, grey or RGB, rows from the top.</summary>
public sealed class Bitmap
{
    /// <summary>Makes a picture.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    /// <param name="pixels">height · width · channels bytes, 0 dark to 255 bright; kept, not copied.</param>
    /// <exception cref="ArgumentException">A size is out of range or the number of bytes does not fit.</exception>
    public Bitmap(int width, int height, int channels, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width < 1 || height < 1 || channels is not (1 or 3) || pixels.Length != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"A bitmap needs a positive size, 1 or 3 channels and as many bytes, but got {width} × {height} × {channels} " +
                $"and {pixels.Length} bytes.");
        }

        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 for grey, 3 for RGB.</summary>
    public int Channels { get; }

    /// <summary>The bytes, [Height][Width][Channels].</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Performance", "CA1819:Properties should not return arrays",
        Justification = "A bitmap is its bytes: copying them at each access would serve nobody.")]
    public byte[] Pixels { get; }

    /// <summary>The picture with each pixel as a square.</summary>
    /// <param name="scale">Rows and columns of a square, at least 1.</param>
    /// <returns>[scale · Height][scale · Width][Channels]; the picture itself if the scale is 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The scale is less than 1.</exception>
    public Bitmap Enlarged(int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        if (scale == 1)
        {
            return this;
        }

        (int width, int height) = (checked(Width * scale), checked(Height * scale));
        byte[] pixels = new byte[checked(width * height * Channels)];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Pixels.AsSpan(((y / scale * Width) + (x / scale)) * Channels, Channels).CopyTo(pixels.AsSpan(((y * width) + x) * Channels));
            }
        }

        return new Bitmap(width, height, Channels, pixels);
    }
}
