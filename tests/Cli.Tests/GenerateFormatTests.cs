using System.Buffers.Binary;
using System.Text;
using MiniGan.Cli.Generate;
using MiniGan.Data;
using MiniGan.Training;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Cli;

/// <summary>Walks, truncation and the formats of files.</summary>
public sealed class GenerateFormatTests : GenerateTests
{
    [Fact]
    public void A_walk_sets_out_from_the_first_pictures_and_comes_back()
    {
        Assert.Equal(0, Generate("--count", "3", "--out", "grid.png").ExitCode);
        string[] walk = ["--interpolate", "2", "--frames", "3", "--count", "3"];
        Assert.Equal(0, Generate([.. walk, "--out", "frames"]).ExitCode);
        byte[][] frames = [.. Enumerable.Range(1, 6).Select(i => File.ReadAllBytes(folder[$"frames/{i}.png"]))];
        Assert.Equal(File.ReadAllBytes(folder["grid.png"]), frames[0]);

        // There and back again: the way back is the way there, so the frame after the last is the first.
        Assert.Equal(4, frames.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(frames[1], frames[5]);
        Assert.Equal(frames[2], frames[4]);

        MiniGanProcess.Result result = Generate([.. walk, "--out", "walk.png"]);
        Assert.Equal((0, "Wrote 3 walks of 6 frames to walk.png"), (result.ExitCode, result.Output.TrimEnd()));
        byte[] animation = File.ReadAllBytes(folder["walk.png"]);
        Assert.Equal("acTL", Encoding.ASCII.GetString(animation, 37, 4));
        Assert.Equal(
            (6, 0), (BinaryPrimitives.ReadInt32BigEndian(animation.AsSpan(41)), BinaryPrimitives.ReadInt32BigEndian(animation.AsSpan(45))));
        Assert.Equal(0, Generate([.. walk, "--out", "again.apng"]).ExitCode);
        Assert.Equal(animation, File.ReadAllBytes(folder["again.apng"]));
        Assert.Equal(0, Generate([.. walk, "--seed", "2", "--out", "other.png"]).ExitCode);
        Assert.NotEqual(animation, File.ReadAllBytes(folder["other.png"]));

        Assert.Equal(0, Generate([.. walk, "--strip", "--out", "strip.png"]).ExitCode);
        byte[] strip = File.ReadAllBytes(folder["strip.png"]);
        Assert.Equal(
            (2 + (6 * 30), 2 + (3 * 30)),
            (BinaryPrimitives.ReadInt32BigEndian(strip.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(strip.AsSpan(20))));
    }

    [Fact]
    public void A_walk_in_a_gif_is_that_of_the_frames_in_a_folder()
    {
        string[] walk = ["--interpolate", "2", "--frames", "3", "--count", "3"];
        Assert.Equal(0, Generate([.. walk, "--out", "frames"]).ExitCode);
        MiniGanProcess.Result result = Generate([.. walk, "--out", "walk.GIF"]);
        Assert.Equal((0, "Wrote 3 walks of 6 frames to walk.GIF"), (result.ExitCode, result.Output.TrimEnd()));
        using Image<L8> animation = Image.Load<L8>(folder["walk.GIF"]);
        Assert.Equal((6, 0), (animation.Frames.Count, animation.Metadata.GetGifMetadata().RepeatCount));
        for (int i = 0; i < 6; i++)
        {
            using Image<L8> expected = Image.Load<L8>(folder[$"frames/{i + 1}.png"]), actual = animation.Frames.CloneFrame(i);
            Assert.Equal(Pixels(expected), Pixels(actual));
            Assert.Equal(8, animation.Frames[i].Metadata.GetGifMetadata().FrameDelay);
        }
    }

    [Fact]
    public void More_walks_and_more_stops_leave_what_was_there()
    {
        Gan model = ImageSource.Load(folder["checkpoint.safetensors"]);
        var source = new ImageSource(model, 3);
        float[][] few = [.. source.Walks(2, 2, 4).Select(frame => frame.Span.ToArray())],
            many = [.. source.Walks(5, 3, 4).Select(frame => frame.Span.ToArray())];
        Assert.Equal((8, 12), (few.Length, many.Length));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(few[i], many[i][..few[i].Length]));
        Assert.Equal(source.Open()(2).Span.ToArray(), few[0]);
    }

    [Theory]
    [InlineData("x.gif", "GIF")]
    [InlineData("x.webp", "Webp")]
    [InlineData("x.bmp", "BMP")]
    [InlineData("x.tif", "TIFF")]
    [InlineData("x.TIFF", "TIFF")]
    [InlineData("x.jpg", "JPEG", 12)]
    [InlineData("x.jpeg", "JPEG", 12)]
    public void Other_formats_hold_the_same_picture_as_a_png(string name, string format, int tolerance = 0)
    {
        foreach (string[] what in new string[][] { ["--count", "5"], ["--interpolate", "2", "--frames", "2", "--count", "3", "--strip"] })
        {
            Assert.Equal(0, Generate([.. what, "--out", "x.png"]).ExitCode);
            Assert.Equal(0, Generate([.. what, "--out", name]).ExitCode);
            using Image<L8> expected = Image.Load<L8>(folder["x.png"]), actual = Image.Load<L8>(folder[name]);
            Assert.Equal(format, Image.DetectFormat(folder[name]).Name);
            Assert.All(Pixels(expected).Zip(Pixels(actual)), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
        }
    }

    [Fact]
    public void A_picture_that_is_too_large_for_its_format_is_refused()
    {
        string[] walk = ["--interpolate", "55", "--frames", "10", "--count", "1", "--strip"];
        MiniGanProcess.Result result = Generate([.. walk, "--out", "x.webp"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "minigan: --out: a file '.webp' has at most 16382 rows and columns, but the picture is 16502×32. " +
            "Give a name that ends in .png, or make fewer images.",
            result.Error.TrimEnd());
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal(0, Generate([.. walk, "--out", "x.png"]).ExitCode);
    }

    [Fact]
    public void Truncation_changes_only_what_is_beyond_it()
    {
        byte[] Pixels(string name, params string[] truncation)
        {
            Assert.Equal(0, Generate(["--count", "3", "--out", name, .. truncation]).ExitCode);
            return IdxFile.ReadImages(folder[name]).Pixels;
        }

        byte[] plain = Pixels("plain.idx3-ubyte"), truncated = Pixels("t.idx3-ubyte", "--truncation", "0.5");
        Assert.Equal(plain, Pixels("wide.idx3-ubyte", "--truncation", "10"));
        Assert.NotEqual(plain, truncated);
        Assert.Equal(0, Generate("--count", "1100", "--truncation", "0.5", "--out", "many.idx3-ubyte").ExitCode);
        Assert.Equal(truncated, IdxFile.ReadImages(folder["many.idx3-ubyte"]).Pixels[..truncated.Length]);
    }

    [Fact]
    public void NumPy_gets_the_same_pictures_as_floats()
    {
        Assert.Equal(0, Generate("--count", "503", "--out", "a.npy").ExitCode);
        Assert.Equal(0, Generate("--count", "503", "--out", "a.idx3-ubyte").ExitCode);
        byte[] file = File.ReadAllBytes(folder["a.npy"]), pixels = IdxFile.ReadImages(folder["a.idx3-ubyte"]).Pixels;
        Assert.Contains("'shape': (503, 1, 28, 28)", Encoding.ASCII.GetString(file, 0, 128), StringComparison.Ordinal);
        Assert.Equal(128 + (4 * pixels.Length), file.Length);
        for (int i = 0; i < pixels.Length; i++)
        {
            float value = BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(128 + (4 * i)));
            Assert.InRange(value, -1, 1);
            Assert.Equal(pixels[i], (value + 1) * 127.5, 0.51);
        }
    }
}
