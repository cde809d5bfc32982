using System.Buffers.Binary;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Checkpoints;

/// <summary>
/// A safetensors file that is open: its header is read and checked, its tensors are not yet, so that whoever expects certain ones can
/// refuse others before memory is spent on them.
/// </summary>
internal sealed class SafetensorsSource : IDisposable
{
    private const int MostBytesAtOnce = 1 << 16; // a multiple of the size of every type

    private readonly string path;
    private readonly FileStream file;
    private readonly SafetensorsHeader header;
    private readonly SafetensorsChecksum? checksum;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">
    /// It is no valid safetensors file of tensors of floating-point numbers of rank 1 to 4, or memory cannot hold it.
    /// </exception>
    public SafetensorsSource(string path)
    {
        this.path = path;
        file = OrdinaryFile.OpenRead(path);
        try
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            byte[] json = ReadHeader(length);
            header = SafetensorsHeader.Parse(json, file.Length - length.Length - json.Length);
            MemoryLimit.Require(path, "its tensors", header.MemoryLength, isOneArray: false);
            checksum = SafetensorsChecksum.Take(header.Metadata, length, json);
        }
        catch (Exception exception)
        {
            file.Dispose();
            throw exception switch
            {
                FormatException => new MalformedFileException(path, exception.Message, exception),
                EndOfStreamException => Ended(exception),
                _ => exception,
            };
        }
    }

    /// <summary>What is in it, in the order of the data.</summary>
    public IReadOnlyList<StoredTensor> Tensors => header.Stored;

    /// <summary>Pairs of strings, but for the checksum.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>The checksum, as it stands in the file; null if there is none.</summary>
    public string? Checksum => checksum?.Stored;

    /// <summary>Reads tensors, one after the other, and checks the checksum of the whole file if there is one.</summary>
    /// <param name="take">Takes each; what it got counts only when this method returns.</param>
    /// <param name="wanted">Which; no memory is spent on the others. All but PyTorch's counters of batches unless given.</param>
    /// <exception cref="MalformedFileException">The data do not match the checksum.</exception>
    public void ReadTensors(Action<NamedTensor> take, Func<StoredTensor, bool>? wanted = null)
    {
        foreach (StoredTensor tensor in header.Stored)
        {
            if (wanted?.Invoke(tensor) ?? tensor.Type != StoredType.Int64)
            {
                take(new NamedTensor(tensor.Name, ReadTensor(tensor)));
            }
            else
            {
                Skip(tensor.Bytes);
            }
        }

        checksum?.Verify(path);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private byte[] ReadHeader(Span<byte> number)
    {
        int got = file.ReadAtLeast(number, number.Length, throwOnEndOfStream: false);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(number);
        long rest = file.Length - sizeof(ulong);
        if (length < 2 || length > SafetensorsReader.LargestHeader || (long)length > rest)
        {
            throw new FormatException(got < number.Length
                ? $"it has only {got} bytes. It is truncated or no safetensors file."
                : $"it is no safetensors file, or truncated: its first eight bytes promise a header of {length} bytes, but it has {rest} " +
                    $"more (and {SafetensorsReader.LargestHeader} are the most that is read).");
        }

        byte[] json = new byte[length];
        file.ReadExactly(json);
        return json[0] == (byte)'{'
            ? json
            : throw new FormatException("its header does not start with '{'. It is damaged or no safetensors file.");
    }

    private Tensor ReadTensor(StoredTensor tensor)
    {
        float[] values = new float[tensor.Shape.Count];
        byte[] some = new byte[Math.Min(tensor.Bytes, MostBytesAtOnce)];
        for (int done = 0; done < values.Length; done += some.Length / tensor.Type.Size)
        {
            Span<float> next = values.AsSpan(done, Math.Min(values.Length - done, some.Length / tensor.Type.Size));
            Span<byte> bytes = some.AsSpan(0, next.Length * tensor.Type.Size);
            ReadBytes(bytes);
            tensor.Type.Convert(bytes, next);
        }

        return Tensor.FromRowMajor(tensor.Shape, values);
    }

    private void Skip(long bytes)
    {
        Span<byte> some = stackalloc byte[4096];
        for (; bytes > 0; bytes -= some.Length)
        {
            some = some[..(int)Math.Min(bytes, some.Length)];
            ReadBytes(some);
        }
    }

    private void ReadBytes(Span<byte> bytes)
    {
        try
        {
            file.ReadExactly(bytes);
        }
        catch (EndOfStreamException exception)
        {
            throw Ended(exception);
        }

        checksum?.Append(bytes);
    }

    private MalformedFileException Ended(Exception exception) =>
        new(path, "it ended while it was read: something is writing to it.", exception);
}
