using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Data;

/// <summary>
/// Images in a file, read one by one where they are asked for, so that a data set can be larger than memory. The operating system keeps
/// what was read as long as there is room. The file is read, not mapped into memory: one that somebody cuts meanwhile is then an exception,
/// not the end of the process, and the pages of the file never count as the process's own.
/// </summary>
public sealed class PixelFile : ImagePixels, IDisposable
{
    private readonly string path;
    private readonly long offset;
    private readonly FileStream file;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where the first image begins.</param>
    /// <param name="count">Images, zero or more.</param>
    /// <param name="shape">The shape of each; they lie one behind the other, [H][W][C].</param>
    /// <exception cref="MalformedFileException">It is shorter than that.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public PixelFile(string path, long offset, int count, ImageShape shape)
        : base(count, shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        (this.path, this.offset) = (path, offset);
        file = OrdinaryFile.OpenRead(path);
        if (file.Length < offset + ((Int128)count * shape.Count))
        {
            long length = file.Length;
            file.Dispose();
            throw new MalformedFileException(
                path, $"{count} images of {shape} from byte {offset} need more than its {length} bytes. It is truncated; make it anew.");
        }
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(int index, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int size = Shape.Count;
        Span<byte> image = buffer[..size];
        for (int done = 0, read; done < size; done += read)
        {
            read = RandomAccess.Read(file.SafeFileHandle, image[done..], offset + ((long)index * size) + done);
            if (read == 0)
            {
                throw new MalformedFileException(path, $"it was cut while it was in use: image {index} is no longer there.");
            }
        }

        return image;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
