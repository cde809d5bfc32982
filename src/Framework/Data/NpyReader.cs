using MiniGan.Files;

namespace MiniGan.Data;

/// <summary>
/// Reads images from NumPy's .npy files, as <c>numpy.save</c> writes them. The reader trusts nothing: it allocates only what the file
/// really holds, and evaluates nothing.
/// </summary>
public static class NpyReader
{
    /// <summary>Bytes up to which images are kept in memory; more stay in the file, where their order is the usual one.</summary>
    internal const long MostInMemory = 1L << 30;

    /// <summary>
    /// Reads an array of uint8: grey images [N, H, W], or [N, H, W, C] or [N, C, H, W] with one or three channels. More than 1 GB of them
    /// are left in the file, which must then stay as it is (<see cref="PixelFile"/>), unless they are channels-first.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Where the channels are; null to decide by which dimension is 1 or 3.</param>
    /// <exception cref="MalformedFileException">
    /// It is no such file, it is damaged, its array holds something else, its layout cannot be told, or memory is too small for it.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImagePixels ReadImages(string path, ImageLayout? layout = null) => ReadImages(path, layout, MostInMemory);

    internal static ImagePixels ReadImages(string path, ImageLayout? layout, long mostInMemory)
    {
        using FileStream file = OrdinaryFile.OpenRead(path);
        var header = NpyHeader.Read(path, file);
        int[] dimensions = header.Dimensions;
        string product = string.Join(" × ", dimensions);
        if (header.Type is not ("|u1" or "u1" or "<u1" or ">u1"))
        {
            throw new MalformedFileException(
                path,
                $"its elements are '{Printable.Name(header.Type)}', but images are bytes, 0 to 255 ('|u1'). Save them as numpy.uint8.");
        }

        if (dimensions.Length is not (3 or 4))
        {
            throw new MalformedFileException(
                path,
                $"it has {dimensions.Length} dimension(s), but images have three, [N, H, W], or four, [N, H, W, C] or [N, C, H, W]. " +
                "Reshape it.");
        }

        if (header.IsFortranOrder)
        {
            throw new MalformedFileException(path, "it is in Fortran's order. Save numpy.ascontiguousarray of it.");
        }

        Int128 count = dimensions.Aggregate((Int128)1, (all, dimension) => all * dimension);
        if (count != file.Length - header.Length)
        {
            throw new MalformedFileException(
                path,
                $"its header promises {product} = {count} bytes, but {file.Length - header.Length} follow. It is truncated or damaged; " +
                "write it anew.");
        }

        var array = ImageArray.Of(path, dimensions, layout);
        if (count > mostInMemory && !array.IsChannelsFirst)
        {
            return new PixelFile(path, header.Length, array.Count, array.Shape);
        }

        MemoryLimit.Require(path, $"its {product} images", count, isOneArray: true);
        byte[] pixels = new byte[(int)count];
        return file.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) == pixels.Length
            ? array.ToImages(pixels)
            : throw new MalformedFileException(path, "it ended while it was read: something is writing to it.");
    }
}
