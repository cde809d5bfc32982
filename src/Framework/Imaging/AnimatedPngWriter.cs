using System.Buffers.Binary;
using MiniGan.Files;

namespace MiniGan.Imaging;

/// <summary>
/// Writes animated PNG files (W3C Recommendation PNG, third edition, "APNG"): 8-bit grey or RGB, as browsers show them. A viewer that does
/// not know animation shows the first frame.
/// </summary>
/// <remarks>Each frame after the first holds only the rectangle that changed.</remarks>
public static class AnimatedPngWriter
{
    /// <summary>The longest that a frame can be shown, in seconds.</summary>
    public const double LongestDelay = 65.535;

    private const ushort DelayUnits = 1000; // delays are written in milliseconds

    /// <summary>Writes an animation to a file.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="frames">The pictures in order, at least one, all of the same size and channels.</param>
    /// <param name="delay">How long each is shown, in seconds, 0.001 to <see cref="LongestDelay"/>; rounded to milliseconds.</param>
    /// <param name="plays">How often it is played; 0 for ever.</param>
    /// <exception cref="ArgumentException">There are no frames, or they differ in size or channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay or the number of plays is out of its range.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Bitmap> frames, double delay, int plays = 0)
    {
        Check(frames, delay, plays);
        AtomicFile.Write(path, stream => Write(stream, frames, delay, plays));
    }

    /// <summary>Writes an animation to a stream.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="frames">The pictures in order, at least one, all of the same size and channels.</param>
    /// <param name="delay">How long each is shown, in seconds, 0.001 to <see cref="LongestDelay"/>; rounded to milliseconds.</param>
    /// <param name="plays">How often it is played; 0 for ever.</param>
    /// <exception cref="ArgumentException">There are no frames, or they differ in size or channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The delay or the number of plays is out of its range.</exception>
    public static void Write(Stream stream, IReadOnlyList<Bitmap> frames, double delay, int plays = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(frames, delay, plays);
        PngChunks.WriteHeader(stream, frames[0]);

        Span<byte> control = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(control, frames.Count);
        BinaryPrimitives.WriteInt32BigEndian(control[4..], plays);
        PngChunks.WriteChunk(stream, "acTL"u8, control);

        int sequence = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            (int left, int top, int width, int height) = i == 0
                ? (0, 0, frames[0].Width, frames[0].Height)
                : Changed(frames[i - 1], frames[i]);
            WriteFrameControl(stream, sequence++, left, top, width, height, delay);
            using MemoryStream rows = PngChunks.Compress(frames[i], left, top, width, height);
            if (i == 0)
            {
                PngChunks.WriteChunk(stream, "IDAT"u8, rows.GetBuffer().AsSpan(0, (int)rows.Length));
            }
            else
            {
                byte[] data = new byte[sizeof(int) + rows.Length];
                BinaryPrimitives.WriteInt32BigEndian(data, sequence++);
                rows.GetBuffer().AsSpan(0, (int)rows.Length).CopyTo(data.AsSpan(sizeof(int)));
                PngChunks.WriteChunk(stream, "fdAT"u8, data);
            }
        }

        PngChunks.WriteChunk(stream, "IEND"u8, []);
    }

    /// <summary>What any animation must be: at least one frame, all of the same size and channels, each shown for a time.</summary>
    internal static void Check(IReadOnlyList<Bitmap> frames, double delay, int plays)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0)
        {
            throw new ArgumentException("An animation needs at least one frame, but got none.", nameof(frames));
        }

        foreach (Bitmap frame in frames)
        {
            if ((frame.Width, frame.Height, frame.Channels) != (frames[0].Width, frames[0].Height, frames[0].Channels))
            {
                throw new ArgumentException(
                    $"All frames must be {frames[0].Width} × {frames[0].Height} × {frames[0].Channels} as the first, but one is " +
                    $"{frame.Width} × {frame.Height} × {frame.Channels}.",
                    nameof(frames));
            }
        }

        if (!(delay >= 1.0 / DelayUnits && delay <= LongestDelay))
        {
            throw new ArgumentOutOfRangeException(
                nameof(delay), delay, $"A frame is shown from {1.0 / DelayUnits} to {LongestDelay} seconds.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(plays);
    }

    private static void WriteFrameControl(Stream stream, int sequence, int left, int top, int width, int height, double delay)
    {
        Span<byte> control = stackalloc byte[26];
        ReadOnlySpan<int> numbers = [sequence, width, height, left, top];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(control[(i * sizeof(int))..], numbers[i]);
        }

        BinaryPrimitives.WriteUInt16BigEndian(control[20..], (ushort)Math.Round(delay * DelayUnits));
        BinaryPrimitives.WriteUInt16BigEndian(control[22..], DelayUnits);
        control[24] = 0; // dispose: leave the frame as it is
        control[25] = 0; // blend: replace what is there
        PngChunks.WriteChunk(stream, "fcTL"u8, control);
    }

    /// <summary>The smallest rectangle outside which both are alike; one pixel where all is, for a frame cannot be empty.</summary>
    private static (int Left, int Top, int Width, int Height) Changed(Bitmap before, Bitmap after)
    {
        int rowBytes = before.Width * before.Channels, left = rowBytes, right = -1, top = -1, bottom = -1;
        for (int y = 0; y < before.Height; y++)
        {
            ReadOnlySpan<byte> a = before.Pixels.AsSpan(y * rowBytes, rowBytes), b = after.Pixels.AsSpan(y * rowBytes, rowBytes);
            int first = a.CommonPrefixLength(b);
            if (first == rowBytes)
            {
                continue;
            }

            int last = rowBytes - 1;
            while (a[last] == b[last])
            {
                last--;
            }

            (left, right) = (Math.Min(left, first), Math.Max(right, last));
            (top, bottom) = (top < 0 ? y : top, y);
        }

        if (top < 0)
        {
            return (0, 0, 1, 1);
        }

        (left, right) = (left / before.Channels, right / before.Channels);
        return (left, top, right - left + 1, bottom - top + 1);
    }
}
