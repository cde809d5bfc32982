using System.IO.Compression;

namespace MiniGan.Tests.Data;

/// <summary>Compressed files for tests.</summary>
internal static class GzipBytes
{
    /// <summary>A member of gzip (RFC 1952). .NET would write nothing for no contents, other programs do write a member.</summary>
    public static byte[] Of(byte[] contents)
    {
        if (contents.Length == 0)
        {
            return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, .. new byte[8]];
        }

        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(contents);
        }

        return buffer.ToArray();
    }
}
