namespace MiniGan.ImageSharp;

/// <summary>
/// A file that throws when it is read beyond its end, since many decoders fill up what is missing of a truncated file and say nothing. It
/// claims to be longer than it is, or they would not try to read on.
/// </summary>
/// <param name="file">The file.</param>
/// <remarks>A decoder must not read ahead: its buffer has to be of one byte.</remarks>
internal sealed class StrictStream(byte[] file) : MemoryStream([.. file, .. new byte[64]], writable: false)
{
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Check(base.Read(buffer, offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Check(base.Read(buffer));

    /// <inheritdoc/>
    public override int ReadByte() => Check(base.ReadByte());

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin loc) => Check(base.Seek(offset, loc));

    private T Check<T>(T result) => Position <= file.Length ? result : throw new EndOfStreamException();
}
