using System.Diagnostics;
using MiniGan.Files;

namespace MiniGan.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_of_the_users_with_an_unlucky_name_is_not_touched()
    {
        File.WriteAllText(folder["file.part"], "mine");
        AtomicFile.WriteText(folder["file"], "text");
        Assert.Equal(("mine", "text"), (File.ReadAllText(folder["file.part"]), File.ReadAllText(folder["file"])));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file_and_nothing_else()
    {
        AtomicFile.WriteText(folder["file"], "old");
        byte[] before = File.ReadAllBytes(folder["file"]);
        Assert.Throws<IOException>(() => AtomicFile.Write(folder["file"], stream =>
        {
            stream.WriteByte(1);
            throw new IOException("no space left on device");
        }));
        Assert.Equal(before, File.ReadAllBytes(folder["file"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    /// <summary>Else a rename would put a file in their place, as root even in that of /dev/null.</summary>
    [UnixFact("There are pipes and devices among the files of Unix only.")]
    public void Pipes_and_devices_are_not_replaced()
    {
        using (Process make = Process.Start("mkfifo", [folder["pipe"]]))
        {
            make.WaitForExit();
        }

        foreach (string path in new[] { folder["pipe"], "/dev/null", "/dev/full" }.Where(File.Exists))
        {
            string message = Assert.Throws<IOException>(() => AtomicFile.WriteText(path, "text")).Message;
            Assert.Contains("a pipe or a device", message, StringComparison.Ordinal);
        }

        Assert.Equal([folder["pipe"]], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void An_empty_file_is_replaced_and_a_link_itself()
    {
        File.WriteAllText(folder["empty"], "");
        AtomicFile.WriteText(folder["empty"], "text");
        Assert.Equal("text", File.ReadAllText(folder["empty"]));
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        File.WriteAllText(folder["other"], "somebody's");
        File.CreateSymbolicLink(folder["link"], folder["other"]);
        AtomicFile.WriteText(folder["link"], "mine");
        Assert.Equal(("somebody's", "mine"), (File.ReadAllText(folder["other"]), File.ReadAllText(folder["link"])));
    }
}
