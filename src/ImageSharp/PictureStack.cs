using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.ImageSharp;

/// <summary>Collects pictures of one size, grey ones as grey, until it is known whether any has colour.</summary>
/// <param name="path">Where they come from, for messages.</param>
/// <param name="height">Rows of each.</param>
/// <param name="width">Columns of each.</param>
/// <param name="channels">Of each; null: 1 if no picture has colour, else 3.</param>
internal sealed class PictureStack(string path, int height, int width, int? channels)
{
    private readonly List<byte[]> pictures = [];
    private long bytes;

    /// <summary>Adds a picture.</summary>
    /// <param name="picture">[H][W] or [H][W][3].</param>
    /// <exception cref="MalformedFileException">Memory holds no more.</exception>
    public void Add(byte[] picture)
    {
        bytes += picture.Length;
        MemoryLimit.Require(path, "its decoded pictures", bytes, isOneArray: true);
        pictures.Add(picture);
    }

    /// <summary>All of them.</summary>
    /// <exception cref="MalformedFileException">Memory does not hold them.</exception>
    public IdxImages ToImages()
    {
        int plane = height * width;
        var shape = new ImageShape(channels ?? (pictures.TrueForAll(picture => picture.Length == plane) ? 1 : 3), height, width);
        MemoryLimit.Require(path, "its decoded pictures", (Int128)pictures.Count * shape.Count, isOneArray: true);
        byte[] pixels = new byte[pictures.Count * shape.Count];
        for (int n = 0; n < pictures.Count; n++)
        {
            Copy(pictures[n], pixels.AsSpan(n * shape.Count, shape.Count));
        }

        return new IdxImages(pictures.Count, shape, pixels);
    }

    /// <summary>Copies a picture; a grey one to three equal channels if there is the room for them.</summary>
    /// <param name="picture">[H][W] or [H][W][3].</param>
    /// <param name="to">The same, or three times as long.</param>
    internal static void Copy(ReadOnlySpan<byte> picture, Span<byte> to)
    {
        if (picture.Length == to.Length)
        {
            picture.CopyTo(to);
            return;
        }

        for (int i = 0; i < picture.Length; i++)
        {
            to.Slice(3 * i, 3).Fill(picture[i]);
        }
    }
}
