using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Pictures;

/// <summary>Small pictures in all formats that are read, and in each of their kinds.</summary>
internal static class PictureSamples
{
    /// <summary>A progressive JPEG, 20×12, which ImageSharp cannot write.</summary>
    private const string ProgressiveJpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wgAL" +
        "CAAMABQBAREA/8QAFwABAAMAAAAAAAAAAAAAAAAAAAIEBf/aAAgBAQAAAAHOSrn/xAAYEAEAAwEAAAAAAAAAAAAAAAAAARAREv/aAAgBAQABBQJDq9f/xAAUEAEA" +
        "AAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Al//xAAYEAEBAQEBAAAAAAAAAAAAAAABABEQMf/aAAgBAQABPyFZZ5xqFraL/9oACAEBAAAAECv/xAAaEAEAAwEBAQAA" +
        "AAAAAAAAAAABABEhMYFh/9oACAEBAAE/EFTKfgzNa/eTOIesyBqBVT1qF4Gf/9k=";

    /// <summary>Each by its name.</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Make();

    private static Dictionary<string, byte[]> Make()
    {
        using var colour = new Image<Rgb24>(21, 13);
        for (int i = 0; i < 21 * 13; i++)
        {
            colour[i % 21, i / 21] = new Rgb24((byte)(i % 21 * 12), (byte)(i / 21 * 19), (byte)(i * i % 97));
        }

        using Image<L8> grey = colour.CloneAs<L8>();
        using Image<Rgb24> frames = colour.Clone();
        frames.Frames.AddFrame(colour.Frames.RootFrame);
        frames.Frames.AddFrame(colour.Frames.RootFrame);
        using Image<Rgb24> described = colour.Clone();
        described.Metadata.ExifProfile = new ExifProfile();
        described.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
        return new()
        {
            ["png"] = Encode(colour, new PngEncoder()),
            ["png, interlaced"] = Encode(grey, new PngEncoder { InterlaceMethod = PngInterlaceMode.Adam7 }),
            ["png, palette"] = Encode(colour, new PngEncoder { ColorType = PngColorType.Palette }),
            ["jpeg"] = Encode(colour, new JpegEncoder()),
            ["jpeg, grey"] = Encode(grey, new JpegEncoder { Quality = 95, ColorType = JpegColorType.Luminance }),
            ["jpeg, turned"] = Encode(described, new JpegEncoder()),
            ["jpeg, progressive"] = Convert.FromBase64String(ProgressiveJpeg),
            ["gif"] = Encode(grey, new GifEncoder()),
            ["gif, animated"] = Encode(frames, new GifEncoder { ColorTableMode = GifColorTableMode.Local }),
            ["bmp, 24"] = Encode(colour, new BmpEncoder()),
            ["bmp, 8"] = Encode(grey, new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 }),
            ["bmp, 1"] = Encode(grey, new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel1 }),
            ["bmp, run lengths"] = RunLengthBmp(),
            ["webp, lossy"] = Encode(colour, new WebpEncoder { FileFormat = WebpFileFormatType.Lossy }),
            ["webp, lossless"] = Encode(grey, new WebpEncoder { FileFormat = WebpFileFormatType.Lossless }),
            ["webp, extended"] = Encode(described, new WebpEncoder { FileFormat = WebpFileFormatType.Lossy }),
        };
    }

    /// <summary>A picture in a format that ImageSharp reads, but which is not to be read.</summary>
    public static byte[] Tiff()
    {
        using var image = new Image<L8>(4, 4);
        return Encode(image, new TiffEncoder());
    }

    /// <summary>4×4 in two greys: rows of run lengths, each with its end, and the end of all.</summary>
    private static byte[] RunLengthBmp()
    {
        byte[] header = new byte[54], palette = [0, 0, 0, 0, 255, 255, 255, 0], row = [3, 1, 1, 0, 0, 0];
        byte[] pixels = [.. row, .. row, .. row, .. row, 0, 1];
        int start = header.Length + palette.Length;
        (int At, int Value)[] fields =
        [
            (2, start + pixels.Length), (10, start), (14, 40), (18, 4), (22, 4), (26, 1 | (8 << 16)), (30, 1), (34, pixels.Length), (46, 2),
        ];
        "BM"u8.CopyTo(header);
        foreach ((int at, int value) in fields)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), value);
        }

        return [.. header, .. palette, .. pixels];
    }

    private static byte[] Encode(Image image, IImageEncoder encoder)
    {
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }
}
