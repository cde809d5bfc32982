using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>
/// Reads the safetensors format, as hostile input: the header's length, strict JSON without duplicates, types, shapes, and offsets that
/// follow each other without gap or overlap to the very end of the file are all checked before anything is allocated for a tensor; then the
/// checksum, if <see cref="SafetensorsWriter"/> wrote one.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>The largest header that is read, in bytes: enough for 100,000 tensors, and for JSON that fits into memory.</summary>
    public const long LargestHeader = 10_000_000;

    /// <summary>
    /// Reads a file of tensors: float32, or F16, BF16 and F64, which become float32. What PyTorch counts as
    /// <c>num_batches_tracked</c> is left out.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">
    /// It is no valid safetensors file of tensors of floating-point numbers of rank 1 to 4, does not match its
    /// checksum, or memory cannot hold it.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        using var source = new SafetensorsSource(path);
        var tensors = new List<NamedTensor>();
        source.ReadTensors(tensors.Add);
        return new SafetensorsFile(tensors, source.Metadata);
    }
}
