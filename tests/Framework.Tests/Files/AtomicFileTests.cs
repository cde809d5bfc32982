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
}
