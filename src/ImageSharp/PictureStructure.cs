using System.Buffers.Binary;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Webp;

namespace MiniGan.ImageSharp;

/// <summary>Finds truncated files that decoders accept.</summary>
internal static class PictureStructure
{
    /// <summary>Whether all is there that the file announces.</summary>
    /// <param name="format">What it is, by its first bytes.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="ArgumentOutOfRangeException">It ends within a header.</exception>
    /// <exception cref="IndexOutOfRangeException">It ends within a header.</exception>
    public static bool IsWhole(IImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        GifFormat => IsWholeGif(file),
        WebpFormat => IsWholeWebp(file),
        BmpFormat => IsWholeBmp(file),
        _ => true,
    };

    /// <summary>Blocks up to the trailer. The decoder stops after the first frame.</summary>
    private static bool IsWholeGif(ReadOnlySpan<byte> file)
    {
        const int Header = 13, Descriptor = 10, CodeSize = 1, ExtensionLabel = 2;
        const byte Image = 0x2C, Extension = 0x21, Trailer = 0x3B;
        int at = Header + ColourTable(file[Header - 3]);
        while (file[at] != Trailer)
        {
            switch (file[at])
            {
                case Image:
                    at += Descriptor + ColourTable(file[at + Descriptor - 1]) + CodeSize;
                    break;
                case Extension:
                    at += ExtensionLabel;
                    break;
                default: // a stray byte
                    at++;
                    continue;
            }

            while (file[at] != 0)
            {
                at += 1 + file[at]; // a sub-block
            }

            at++;
        }

        return true;
    }

    private static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    /// <summary>"RIFF", a size, "WEBP", then chunks: a name, a size, data and, if the size is odd, one more byte.</summary>
    private static bool IsWholeWebp(ReadOnlySpan<byte> file)
    {
        long end = 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]), at = 12;
        while (end <= file.Length && at + 8 <= end)
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(file[(int)(at + 4)..]);
            at += 8L + size;
            if (at > end)
            {
                return false;
            }

            at += size & 1;
        }

        return end <= file.Length;
    }

    /// <summary>
    /// The pixels begin within the file. Compressed ones end there, too, since their decoder stops as soon as all pixels are set; it reads
    /// plain ones to their end.
    /// </summary>
    private static bool IsWholeBmp(ReadOnlySpan<byte> file)
    {
        const int OldHeader = 12; // of OS/2, without compression
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        bool isCompressed = BinaryPrimitives.ReadInt32LittleEndian(file[14..]) != OldHeader && file[30] != 0;
        return start + (isCompressed ? (long)BinaryPrimitives.ReadUInt32LittleEndian(file[34..]) : 0) <= file.Length;
    }
}
