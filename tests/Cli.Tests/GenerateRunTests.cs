using System.Buffers.Binary;
using MiniGan.Data;
using MiniGan.Imaging;
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
    public void A_timelapse_shows_the_samples_that_a_run_left()
    {
        string run = RunFixture.Make(folder, "runs/run", steps: 30);
        Save(Path.Combine(run, "checkpoint.safetensors"), seed: 1);
        MiniGanProcess.Result result = Generate("--timelapse", "--scale", "4", "--out", "lapse.png");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Wrote 4 pictures of samples to lapse.png, those of runs/run", result.Output, StringComparison.Ordinal);
        byte[] png = File.ReadAllBytes(folder["lapse.png"]);
        int frames = png.AsSpan().IndexOf("acTL"u8);
        Assert.Equal(4 + 8, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(frames + 4))); // the last one stays for a while
        Assert.Equal((12, 8), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.Equal(0, Generate("run", "--timelapse", "--out", "lapse.gif").ExitCode);

        AssertRefused("leave --digit out", "run", "--timelapse", "--digit", "1");
        AssertRefused("cannot hold the animation of --timelapse", "run", "--timelapse", "--out", "x.jpg");
        File.WriteAllText(Path.Combine(run, "samples", "step-000025.png"), "no picture");
        AssertRefused("step-000025.png", "run", "--timelapse", "--out", "x.gif");
        PngWriter.Write(Path.Combine(run, "samples", "step-000025.png"), new Bitmap(2, 2, 1, new byte[4]));
        AssertRefused("another size", "run", "--timelapse", "--out", "x.gif");
        PngWriter.Write(Path.Combine(run, "samples", "step-000030.png"), new Bitmap(3000, 3000, 1, new byte[9_000_000]));
        AssertRefused("--scale: 32 makes frames of 96000×96000", "run", "--timelapse", "--scale", "32", "--out", "x.gif");
        Directory.Delete(Path.Combine(run, "samples"), recursive: true);
        AssertRefused("has no samples yet", "run", "--timelapse", "--out", "x.gif");
        Assert.False(File.Exists(folder["x.gif"]));
    }

    [Fact]
    public void A_timelapse_of_samples_some_of_which_are_grey_is_in_colour()
    {
        string run = RunFixture.Make(folder, "runs/run", steps: 10);
        byte[] colours = [.. Enumerable.Range(7, 18).Select(i => (byte)i)];
        PngWriter.Write(Path.Combine(run, "samples", "step-000010.png"), new Bitmap(3, 2, 3, colours));
        Assert.Equal(0, Generate("run", "--timelapse", "--out", "lapse.png").ExitCode);
        Assert.Equal(2, File.ReadAllBytes(folder["lapse.png"])[25]); // truecolour
    }

    /// <summary>The parser takes an option that is not known for the name of a run.</summary>
    [Theory]
    [InlineData("did you mean --timelapse?", "generate", "--tmielapse")]
    [InlineData("did you mean --json?", "evaluate", "--jsn")]
    [InlineData("did you mean --onnx?", "export", "--onxx")]
    [InlineData("did you mean --no-generator?", "report", "--no-generatr")]
    [InlineData("did you mean train?", "trian")]
    [InlineData("no run with a checkpoint in runs/", "report")]
    public void Slips_of_the_pen_are_told(string expected, params string[] arguments)
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
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

    private void AssertRefused(string expected, params string[] arguments)
    {
        MiniGanProcess.Result result = Generate(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private MiniGanProcess.Result Generate(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["generate", .. arguments]);
}
