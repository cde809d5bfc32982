using System.Buffers.Binary;
using System.Text;

namespace MiniGan.Tests.Checkpoints;

/// <summary>Files of the format, put together from a header and zeros.</summary>
internal static class SafetensorsBytes
{
    /// <summary>The header of a good file of 16 bytes.</summary>
    public const string Good =
        """{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""" +
        ""","y":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}""";

    /// <summary>Writes a file, whatever its header says.</summary>
    /// <returns>Its path.</returns>
    public static string Write(string path, string header, int bytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(path, [.. length, .. text, .. new byte[bytes]]);
        return path;
    }
}
