using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using MiniGan.Data;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.ImageSharp;

/// <summary>
/// Decoded pictures in a file, for those that are more than memory should hold: the pixels, then what is known of them as JSON, its length
/// in 8 bytes, and a checksum of all that (XXH3, 128 bits). The file's name is a checksum of what the pixels were made from, so that other
/// pictures, or the same in another size, have another file; one that is damaged is made anew.
/// </summary>
internal static class PictureCache
{
    private const string Format = "minigan-pixels/2";

    /// <summary>What the names of the files end in.</summary>
    public const string PixelsEnding = ".pixels";

    /// <summary>What the names of files with a <see cref="PictureChoice"/> end in.</summary>
    public const string ChoiceEnding = ".choice";

    private const int TailLength = 8 + 16, Block = 1 << 20;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Where pictures have, or will have, their file.</summary>
    /// <param name="files">The pictures.</param>
    /// <param name="options">What they become, and the folder of the file.</param>
    /// <param name="ending">What its name ends in.</param>
    public static string FileOf(PictureFiles files, PictureOptions options, string ending)
    {
        var hash = new XxHash128();
        void Add(string text) => hash.Append(Encoding.UTF8.GetBytes(text + "\0"));
        Add($"{Format} {options.Size} {options.Channels} {options.Background}");
        foreach (PictureFiles.Entry file in files.All)
        {
            Add(file.Name);
            Add(file.Stamp());
        }

        return Path.Combine(options.CacheFolder!, $"{Convert.ToHexStringLower(hash.GetCurrentHash())}{ending}");
    }

    /// <summary>Opens a file; null if there is none, or it is not whole.</summary>
    /// <param name="path">The file.</param>
    public static PictureFolder? Open(string path)
    {
        try
        {
            if (!File.Exists(path) || Read(path) is not (Contents contents, long offset))
            {
                return null;
            }

            var pixels = new PixelFile(path, 0, contents.Count, new ImageShape(contents.Channels, contents.Height, contents.Width));
            if ((Int128)contents.Count * pixels.Shape.Count != offset)
            {
                pixels.Dispose();
                return null;
            }

            MarkUsed(path);
            return new PictureFolder(new ImageDataset(pixels, contents.Labels, contents.LabelNames), contents.Skipped, Reason: "")
            {
                Cache = path,
            };
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Writes a file, and opens it.</summary>
    /// <param name="path">Where; never half-written.</param>
    /// <param name="shape">The shape of each picture.</param>
    /// <param name="decode">Hands out the pictures one by one, [H][W] or [H][W][C]; returns their paths and why others are none.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static PictureFolder Write(
        string path, ImageShape shape, Func<Action<byte[]>, (List<string> Names, List<string> Skipped)> decode)
    {
        DeleteUnused(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream =>
        {
            var hash = new XxHash128();
            void Append(ReadOnlySpan<byte> bytes)
            {
                hash.Append(bytes);
                stream.Write(bytes);
            }

            byte[] image = new byte[shape.Count];
            (List<string> names, List<string> skipped) = decode(picture =>
            {
                PictureStack.Copy(picture, image);
                Append(image);
            });
            var labels = PictureLabels.Of(names);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(new Contents(
                Format, names.Count, shape.Channels, shape.Height, shape.Width, labels.Labels, labels.Names, skipped));
            Append(json);
            Append(BitConverter.GetBytes((long)json.Length));
            stream.Write(hash.GetCurrentHash());
        });
        return Open(path) ?? throw new MalformedFileException(path, "what was written there cannot be read again. Is the disk sound?");
    }

    /// <summary>Notes that a file is in use.</summary>
    public static void MarkUsed(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Of somebody else, who may delete it.
        }
    }

    private static void DeleteUnused(string directory)
    {
        foreach (FileInfo file in Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles() : [])
        {
            if (file.Extension is PixelsEnding or ChoiceEnding && DateTime.UtcNow - file.LastWriteTimeUtc > Kept)
            {
                file.Delete();
            }
        }
    }

    /// <summary>Checks the file and reads what is behind the pixels; null if it is not whole.</summary>
    private static (Contents Contents, long Offset)? Read(string path)
    {
        using FileStream file = OrdinaryFile.OpenRead(path);
        long length = file.Length;
        if (length < TailLength)
        {
            return null;
        }

        var hash = new XxHash128();
        byte[] block = new byte[Block];
        for (long left = length - 16; left > 0;)
        {
            int count = (int)Math.Min(left, Block);
            file.ReadExactly(block, 0, count);
            hash.Append(block.AsSpan(0, count));
            left -= count;
        }

        file.ReadExactly(block, 0, 16);
        if (!hash.GetCurrentHash().AsSpan().SequenceEqual(block.AsSpan(0, 16)))
        {
            return null;
        }

        file.Position = length - TailLength;
        file.ReadExactly(block, 0, 8);
        long jsonLength = BitConverter.ToInt64(block);
        if (jsonLength is < 2 or > int.MaxValue / 2 || jsonLength > length - TailLength)
        {
            return null;
        }

        byte[] json = new byte[jsonLength];
        file.Position = length - TailLength - jsonLength;
        file.ReadExactly(json);
        return JsonSerializer.Deserialize<Contents>(json) is { Format: Format } contents
            ? (contents, length - TailLength - jsonLength)
            : null;
    }

    private sealed record Contents(
        string Format, int Count, int Channels, int Height, int Width, int[]? Labels, string[]? LabelNames, List<string> Skipped);
}
