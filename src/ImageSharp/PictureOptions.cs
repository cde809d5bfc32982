namespace MiniGan.ImageSharp;

/// <summary>What pictures become. By default that is chosen from what is there.</summary>
public sealed record PictureOptions
{
    /// <summary>The fewest rows or columns that are chosen.</summary>
    public const int LeastChosenSide = 8;

    /// <summary>The most rows or columns that are chosen.</summary>
    public const int MostChosenSide = 64;

    /// <summary>The fewest rows or columns that may be given.</summary>
    internal const int LeastSide = 1;

    /// <summary>The most rows or columns that may be given.</summary>
    internal const int LargestSide = 4096;

    /// <summary>
    /// Height and width, 1 to 4096 each; null: if all pictures have the same size, of 8 to 64 rows and columns, that; otherwise a square,
    /// whose side is the largest multiple of 8 that is neither above the median of their smaller sides nor above 64.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of its range.</exception>
    public (int Height, int Width)? Size
    {
        get;
        init
        {
            if (value is (int height, int width) && (height is < LeastSide or > LargestSide || width is < LeastSide or > LargestSide))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(Size), $"{height}×{width}", $"Height and width must be from {LeastSide} to {LargestSide}.");
            }

            field = value;
        }
    }

    /// <summary>1: grey (luma of ITU-R BT.709); 3: red, green, blue; null: 1 if no picture has colour, else 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is another number.</exception>
    public int? Channels
    {
        get;
        init => field = value is null or 1 or 3
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Channels), value, "Pictures become grey (1) or red, green and blue (3).");
    }

    /// <summary>What shows through where a picture is transparent; white unless given.</summary>
    public (byte Red, byte Green, byte Blue) Background { get; init; } = (255, 255, 255);

    /// <summary>
    /// Where decoded pictures that are more than <see cref="MostInMemory"/> go: into a file that training reads them from one by one, and
    /// that is used again as long as the names, sizes and times of the pictures stay as they are. Files there that nobody used for 30 days
    /// are deleted when another is made. Null: all are kept in memory.
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>
    /// Bytes of decoded pictures up to which they are kept in memory where there is a folder for more; 1 GiB unless given.
    /// </summary>
    public long MostInMemory { get; init; } = 1L << 30;

    /// <summary>Whether so many pictures may be more than memory should hold.</summary>
    internal bool AreTooMany(int pictures)
    {
        (int height, int width) = Size ?? (MostChosenSide, MostChosenSide);
        return CacheFolder is not null && (Int128)pictures * height * width * (Channels ?? 3) > MostInMemory;
    }
}
