using MiniGan.Recipes;
using MiniGan.Training;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Cli;

/// <summary><c>generate</c> in a folder with checkpoints.</summary>
public abstract class GenerateTests : IDisposable
{
    internal readonly TemporaryFolder folder = new();

    protected GenerateTests()
    {
        var configuration = Recipe.For(Preset.Dcgan, width: 2);
        GanCheckpoint.Save(folder["checkpoint.safetensors"], configuration.CreateGan(), metadata: configuration.Metadata);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        folder.Dispose();
    }

    internal static byte[] Pixels(Image<L8> image)
    {
        byte[] pixels = new byte[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }

    internal MiniGanProcess.Result Generate(params string[] arguments) =>
        MiniGanProcess.Run(folder.Path, ["generate", "--checkpoint", "checkpoint.safetensors", .. arguments]);
}
