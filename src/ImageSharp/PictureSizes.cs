namespace MiniGan.ImageSharp;

/// <summary>Chooses the size that pictures become from the sizes that they have.</summary>
internal static class PictureSizes
{
    private const int Multiple = 8;

    /// <summary>Chooses as <see cref="PictureOptions.Size"/> says.</summary>
    /// <param name="sizes">Height and width of each picture, upright.</param>
    /// <returns>Height and width, and why, in words.</returns>
    public static ((int Height, int Width) Size, string Reason) Choose(IReadOnlyList<(int Height, int Width)> sizes)
    {
        const int least = PictureOptions.LeastChosenSide, most = PictureOptions.MostChosenSide;
        if (sizes.Count == 0)
        {
            return ((most, most), "there are none");
        }

        (int Height, int Width) first = sizes[0];
        if (first.Height is >= least and <= most && first.Width is >= least and <= most && sizes.All(size => size == first))
        {
            return (first, "as all of them are");
        }

        int[] sides = [.. sizes.Select(size => Math.Min(size.Height, size.Width)).Order()];
        int median = sides[sides.Length / 2], side = Math.Clamp(median / Multiple * Multiple, least, most);
        return ((side, side), $"as the median of their smaller sides is {median}" + (median > most ? $", and {most} the most chosen" : ""));
    }
}
