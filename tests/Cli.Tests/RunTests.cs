using System.Security.Cryptography;
using MiniGan.Data;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary>Real processes of <c>train</c> in a folder with some digits.</summary>
public abstract class RunTests : IDisposable
{
    internal static readonly string[] Small = ["--data", "digits", "--width", "1", "--batch", "4", "--latent-size", "2"];

    internal readonly TemporaryFolder folder = new();

    protected RunTests()
    {
        const int count = 45; // eleven batches an epoch, and an image left over
        byte[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(i => (byte)(i * i / 97))];
        IdxFile.WriteImages(folder["digits/train-images-idx3-ubyte"], new IdxImages(count, 28, 28, pixels));
        IdxFile.WriteLabels(folder["digits/train-labels-idx1-ubyte"], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        folder.Dispose();
    }

    internal MiniGanProcess.Result Run(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["train", .. arguments]);

    internal static void AssertRefused(string expected, MiniGanProcess.Result result)
    {
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    internal long StepOf(string run)
    {
        string path = folder[$"{run}/checkpoint.safetensors"];
        return File.Exists(path) ? GanCheckpoint.Open(path).Step : 0;
    }

    internal string Checksum(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder[file])));
}
