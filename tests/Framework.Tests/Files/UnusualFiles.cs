using System.Diagnostics;
using MiniGan.Files;

namespace MiniGan.Tests.Files;

/// <summary>What may stand in the place of a file: folders, pipes, links, devices.</summary>
internal static class UnusualFiles
{
    /// <summary>Asserts that a reader refuses them all before it opens them, and names the file.</summary>
    public static void AssertRefused(string path, Action<string> read)
    {
        Assert.Throws<FileNotFoundException>(() => read(path));
        Directory.CreateDirectory(path);
        Assert.Contains("folder", Refusal(), StringComparison.Ordinal);
        Directory.Delete(path);
        File.WriteAllBytes(path, []);
        Assert.Contains("empty", Refusal(), StringComparison.Ordinal);
        File.Delete(path);
        if (OperatingSystem.IsWindows())
        {
            return; // It has neither named pipes nor devices among its files.
        }

        // To open a pipe that nobody writes to would take for ever.
        using (Process make = Process.Start("mkfifo", [path]))
        {
            make.WaitForExit();
        }

        Assert.Contains("pipe", Refusal(), StringComparison.Ordinal);
        File.CreateSymbolicLink(path + ".link", path);
        File.Move(path + ".link", path, overwrite: true); // a link to itself
        Assert.ThrowsAny<IOException>(() => read(path));
        foreach (string device in new[] { "/dev/zero", "/dev/null", "/dev/stdin" })
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, device);
            Assert.ThrowsAny<IOException>(() => read(path));
        }

        string Refusal()
        {
            string message = Assert.Throws<MalformedFileException>(() => read(path)).Message;
            Assert.StartsWith(path, message, StringComparison.Ordinal);
            return message;
        }
    }
}
