using System.Buffers.Binary;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Tests.Runs;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary><c>generate</c> of a run by its name, and walks from digit to digit.</summary>
public sealed class GenerateRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_goes_by_its_name_or_is_the_newest()
    {
        MiniGanProcess.Result none = Generate();
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("no run with a checkpoint in runs/", none.Error, StringComparison.Ordinal);
        foreach ((string name, int minutes) in new[] { ("first", 1), ("last", 3), ("middle", 2) })
        {
            string checkpoint = Path.Combine(RunFixture.Make(folder, $"runs/{name}"), "checkpoint.safetensors");
            Save(checkpoint, seed: (ulong)minutes);
            File.SetLastWriteTimeUtc(checkpoint, DateTime.UnixEpoch.AddMinutes(minutes));
        }

        RunFixture.Make(folder, "runs/without");
        byte[] newest = Drawn(), last = Drawn("last"), path = Drawn("runs/first");
        byte[] file = Drawn("--checkpoint", "runs/first/checkpoint.safetensors");
        Assert.Equal(last, newest);
        Assert.Equal(path, file);
        Assert.NotEqual(last, path);
        Assert.Contains("made by runs/last/checkpoint.safetensors", Generate("--count", "2").Output, StringComparison.Ordinal);
        Assert.Contains("'without' has no checkpoint yet", Generate("without").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_of_conditional_networks_goes_from_digit_to_digit()
    {
        Save(folder["gan"], seed: 1, classes: 3);
        byte[][] Frames(string name, params string[] arguments)
        {
            Assert.Equal(0, Generate(["--checkpoint", "gan", "--interpolate", "2", "--frames", "4", .. arguments, "--out", name]).ExitCode);
            return [.. Directory.GetFiles(folder[name]).Order().Select(File.ReadAllBytes)];
        }

        byte[][] walk = Frames("walk", "--count", "1"), zeros = Frames("zeros", "--count", "1", "--digit", "0"),
            ones = Frames("ones", "--count", "1", "--digit", "1");
        Assert.Equal(8, walk.Length);
        Assert.Equal(zeros[0], walk[0]);
        Assert.Equal(ones[4], walk[4]);
        Assert.NotEqual(zeros[4], walk[4]);
        foreach (int frame in new[] { 1, 2, 3, 5, 6, 7 })
        {
            Assert.NotEqual(zeros[frame], walk[frame]);
            Assert.NotEqual(ones[frame], walk[frame]);
        }
    }

    [Fact]
    public void A_walk_can_be_large_enough_to_see()
    {
        Save(folder["gan"], seed: 1);
        string[] walk = ["--checkpoint", "gan", "--interpolate", "2", "--frames", "1", "--count", "1"];
        foreach (string[] kind in new string[][] { ["--out", "walk.png"], ["--strip", "--out", "strip.png"] })
        {
            Assert.Equal(0, Generate([.. walk, "--scale", "3", .. kind]).ExitCode);
            byte[] png = File.ReadAllBytes(folder[kind[^1]]);
            Assert.Equal(3 * 32, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        }

        Assert.Contains("--scale is of a walk", Generate("--checkpoint", "gan", "--scale", "3").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bare_program_prints_its_help()
    {
        MiniGanProcess.Result bare = MiniGanProcess.Run(folder.Path), help = MiniGanProcess.Run(folder.Path, "--help");
        Assert.Equal(help, bare);
        Assert.Equal(0, bare.ExitCode);
    }

    private static void Save(string path, ulong seed, int classes = 0)
    {
        Recipe recipe = Recipe.For(Preset.Dcgan, width: 2, seed: seed) with { Classes = classes, LatentSize = 4 };
        Gan gan = recipe.CreateGan();
        Span<float> last = gan.Generator.Parameters[^2].Value.Span;
        for (int i = 0; i < last.Length; i++)
        {
            last[i] *= 30; // so that the pictures are not all grey
        }

        GanCheckpoint.Save(path, gan, metadata: recipe.Metadata);
    }

    private byte[] Drawn(params string[] arguments)
    {
        Assert.Equal(0, Generate([.. arguments, "--count", "2", "--out", "x.idx3-ubyte"]).ExitCode);
        return IdxFile.ReadImages(folder["x.idx3-ubyte"]).Pixels;
    }

    private MiniGanProcess.Result Generate(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["generate", .. arguments]);
}
