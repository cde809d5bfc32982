using System.Diagnostics;
using MiniGan.Checkpoints;
using MiniGan.Comparison;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Files;
using MiniGan.Recipes;

namespace MiniGan.Tests.Files;

public sealed class OrdinaryFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, Action<string>> Readers => new()
    {
        { "images", path => IdxFile.ReadImages(path) },
        { "labels", path => IdxFile.ReadLabels(path) },
        { "images.gz", path => IdxFile.ReadImages(path) },
        { "tensors", path => SafetensorsReader.Read(path) },
        { "checkpoint", path => Recipe.LoadGan(path) },
        { "classifier", path => ClassifierCheckpoint.Load(path) },
        { "cases", path => CaseFile.Read(path) },
        { "text", path => OrdinaryFile.ReadText(path, 10) },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Readers), DisableDiscoveryEnumeration = true)]
    public void What_is_no_ordinary_file_is_refused_before_it_is_opened(string name, Action<string> read)
    {
        string path = folder[name];
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

    [Fact]
    public void A_link_is_as_long_as_what_it_leads_to()
    {
        File.WriteAllText(folder["text"], "\uFEFFtext");
        File.CreateSymbolicLink(folder["link"], folder["text"]);
        File.CreateSymbolicLink(folder["link to link"], "link");
        Assert.Equal("text", OrdinaryFile.ReadText(folder["link to link"], longest: 7));
        Assert.Contains("at most 6", Assert.Throws<MalformedFileException>(() => OrdinaryFile.ReadText(folder["link"], longest: 6)).Message, StringComparison.Ordinal);
        File.Delete(folder["text"]);
        Assert.Contains("leads to nothing", Assert.Throws<MalformedFileException>(() => OrdinaryFile.ReadText(folder["link"], longest: 7)).Message, StringComparison.Ordinal);
    }
}
