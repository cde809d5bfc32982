using System.Buffers.Binary;
using System.Text;
using MiniGan.Checkpoints;
using MiniGan.Cli.Generate;
using MiniGan.Data;
using MiniGan.ImageSharp;
using MiniGan.Recipes;
using MiniGan.Training;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MiniGan.Tests.Cli;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public GenerateCommandTests()
    {
        var configuration = Recipe.For(Preset.Dcgan, width: 2);
        GanCheckpoint.Save(folder["checkpoint.safetensors"], configuration.CreateGan(), metadata: configuration.Metadata);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_grid_is_as_square_as_can_be()
    {
        Assert.Equal(0, Generate("--count", "7", "--out", "grid.png").ExitCode);
        byte[] png = File.ReadAllBytes(folder["grid.png"]);
        Assert.Equal((92, 92), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
    }

    [Fact]
    public void Raw_images_do_not_depend_on_how_many_are_asked_for()
    {
        Assert.Equal(0, Generate("--count", "1203", "--out", "many.idx3-ubyte").ExitCode);
        Assert.Equal(0, Generate("--count", "3", "--out", "few.idx3-ubyte").ExitCode);
        Assert.Equal(0, Generate("--count", "3", "--seed", "2", "--out", "other.idx3-ubyte").ExitCode);
        IdxImages many = IdxFile.ReadImages(folder["many.idx3-ubyte"]), few = IdxFile.ReadImages(folder["few.idx3-ubyte"]);
        Assert.Equal((1203, 28, 28), (many.Count, many.Height, many.Width));
        Assert.Equal(many.Pixels[..few.Pixels.Length], few.Pixels);
        Assert.NotEqual(few.Pixels, IdxFile.ReadImages(folder["other.idx3-ubyte"]).Pixels);
    }

    [Fact]
    public void The_average_is_taken_unless_the_raw_generator_is_asked_for()
    {
        var configuration = Recipe.For(Preset.Dcgan, width: 2);
        Gan model = configuration.Build().Gan;
        model.Average!.Begin();
        model.Generator.Parameters[^1].Value.Span.Fill(9); // the last bias: white pictures
        GanCheckpoint.Save(folder["checkpoint.safetensors"], model, metadata: configuration.Metadata);
        byte[] Pixels(params string[] from)
        {
            Assert.Equal(0, Generate(["--count", "3", "--out", "x.idx3-ubyte", .. from]).ExitCode);
            return IdxFile.ReadImages(folder["x.idx3-ubyte"]).Pixels;
        }

        Assert.All(Pixels("--from-raw"), pixel => Assert.Equal(255, pixel));
        Assert.NotEqual(Pixels("--from-raw"), Pixels());
        Assert.Equal(Pixels("--from-ema"), Pixels());

        configuration = new Recipe(Preset.Dcgan, 2, 3, 2, 1, 0, 1);
        GanCheckpoint.Save(folder["checkpoint.safetensors"], configuration.CreateGan(), metadata: configuration.Metadata);
        MiniGanProcess.Result result = Generate("--from-ema");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("holds no moving average", result.Error, StringComparison.Ordinal);
        Assert.Contains("exclude each other", Generate("--from-ema", "--from-raw").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditional_networks_make_the_digit_that_is_asked_for()
    {
        var configuration = Recipe.For(Preset.Conditional, width: 2);
        GanCheckpoint.Save(folder["checkpoint.safetensors"], configuration.CreateGan(), metadata: configuration.Metadata);
        byte[][] Pictures(params string[] arguments)
        {
            Assert.Equal(0, Generate(["--out", "x.idx3-ubyte", .. arguments]).ExitCode);
            return [.. IdxFile.ReadImages(folder["x.idx3-ubyte"]).Pixels.Chunk(28 * 28)];
        }

        byte[][] inTurn = Pictures("--count", "507"), sevens = Pictures("--count", "507", "--digit", "7"), threes = Pictures("--count", "507", "--digit", "3");
        foreach (int i in new[] { 7, 17, 497, 507 - 10 }) // in the second pass, too
        {
            Assert.Equal(inTurn[i], sevens[i]);
            Assert.NotEqual(inTurn[i], threes[i]);
        }

        Assert.Equal(inTurn[503], threes[503]);

        // One digit a column: ten columns of thirty pixels.
        Assert.Equal(0, Generate("--count", "30", "--out", "grid.png").ExitCode);
        byte[] png = File.ReadAllBytes(folder["grid.png"]);
        Assert.Equal((302, 92), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.Equal(0, Generate("--interpolate", "2", "--frames", "2", "--count", "10", "--digit", "4", "--out", "walk.png").ExitCode);

        MiniGanProcess.Result result = Generate("--digit", "10");
        Assert.Equal((2, "minigan: --digit: 'checkpoint.safetensors' knows the labels 0 to 9, not 10. Give one of those.\n"), (result.ExitCode, result.Error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public void A_digit_needs_networks_that_know_labels()
    {
        MiniGanProcess.Result result = Generate("--digit", "1");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("know no labels", result.Error, StringComparison.Ordinal);
        Assert.Contains("--digit must be", Generate("--digit", "256").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_gets_a_picture_each()
    {
        Assert.Equal(0, Generate("--count", "11", "--out", "pictures").ExitCode);
        Assert.Equal(Enumerable.Range(1, 11).Select(i => $"{i:D2}.png"), Directory.GetFiles(folder["pictures"]).Select(Path.GetFileName).Order());
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
        Assert.Equal((6, 0), (BinaryPrimitives.ReadInt32BigEndian(animation.AsSpan(41)), BinaryPrimitives.ReadInt32BigEndian(animation.AsSpan(45))));
        Assert.Equal(0, Generate([.. walk, "--out", "again.apng"]).ExitCode);
        Assert.Equal(animation, File.ReadAllBytes(folder["again.apng"]));
        Assert.Equal(0, Generate([.. walk, "--seed", "2", "--out", "other.png"]).ExitCode);
        Assert.NotEqual(animation, File.ReadAllBytes(folder["other.png"]));

        Assert.Equal(0, Generate([.. walk, "--strip", "--out", "strip.png"]).ExitCode);
        byte[] strip = File.ReadAllBytes(folder["strip.png"]);
        Assert.Equal((2 + (6 * 30), 2 + (3 * 30)), (BinaryPrimitives.ReadInt32BigEndian(strip.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(strip.AsSpan(20))));
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
    public void Help_names_every_ending()
    {
        string help = MiniGanProcess.Run(folder.Path, "generate", "--help").Output;
        Assert.All(
            [.. PictureWriter.PictureEndings, .. PictureWriter.AnimationEndings, ".npy", ".idx3-ubyte"],
            ending => Assert.Contains(ending, help, StringComparison.Ordinal));
    }

    [Fact]
    public void More_walks_and_more_stops_leave_what_was_there()
    {
        Gan model = ImageSource.Load(folder["checkpoint.safetensors"]);
        var source = new ImageSource(model, 3);
        float[][] few = [.. source.Walks(2, 2, 4).Select(frame => frame.Span.ToArray())], many = [.. source.Walks(5, 3, 4).Select(frame => frame.Span.ToArray())];
        Assert.Equal((8, 12), (few.Length, many.Length));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(few[i], many[i][..few[i].Length]));
        Assert.Equal(source.Open()(2).Span.ToArray(), few[0]);
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

    [Theory]
    [InlineData("--frames is of a walk", "--frames", "3")]
    [InlineData("--strip is of a walk", "--strip")]
    [InlineData("--strip is of a walk", "--strip", "--frames", "3")]
    [InlineData("--interpolate must be a number from 2 to 1000", "--interpolate", "1")]
    [InlineData("--frames must be a number from 1 to 1000", "--interpolate", "2", "--frames", "0")]
    [InlineData("--truncation must be a number from 0.01 to 10", "--truncation", "0")]
    [InlineData("--truncation must be a number from 0.01 to 10", "--truncation", "NaN")]
    [InlineData("cannot hold the walks", "--interpolate", "2", "--out", "x.npy")]
    [InlineData("cannot hold the walks", "--interpolate", "2", "--out", "x.idx3-ubyte")]
    [InlineData("cannot hold the walks", "--interpolate", "2", "--out", "x-idx3-ubyte")]
    [InlineData("ends in .png, .apng, .gif (animated), a folder (a name without a dot", "--interpolate", "2", "--out", "x.webp")]
    [InlineData("with --strip a still picture (.png, .gif, .webp, .jpg, .jpeg, .bmp, .tif, ", "--interpolate", "2", "--out", "x.bmp")]
    [InlineData("cannot hold the walks", "--interpolate", "2", "--out", "x.TIFF")]
    [InlineData("ends in .png, .gif, .webp, .jpg, .jpeg, .bmp, .tif, .tiff.", "--interpolate", "2", "--strip", "--out", "x.npy")]
    [InlineData("--strip draws one still picture", "--interpolate", "2", "--strip", "--out", "folder")]
    [InlineData("--strip draws one still picture", "--interpolate", "2", "--strip", "--out", "x.apng")]
    [InlineData("is an animation", "--out", "x.apng")]
    [InlineData("can be written is .png, .gif, .webp, .jpg, .jpeg, .bmp, .tif, .tiff, .npy, .idx3-ubyte, or a folder", "--out", "x.xyz")]
    [InlineData("at most 500 walks", "--interpolate", "2", "--count", "501")]
    [InlineData("16 walks of 7000 frames are 112000 pictures", "--interpolate", "1000", "--frames", "7")]
    [InlineData("a strip holds at most 10000", "--interpolate", "100", "--frames", "11", "--strip", "--count", "10")]
    [InlineData("exclude each other", "--from-ema", "--from-raw")]
    public void Options_that_make_no_sense_together_are_refused_before_anything_is_written(string expected, params string[] arguments)
    {
        MiniGanProcess.Result result = Generate(arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("--checkpoint", "generate")]
    [InlineData("no file 'nothing'", "generate", "--checkpoint", "nothing")]
    [InlineData("--count", "generate", "--checkpoint", "checkpoint.safetensors", "--count", "0")]
    [InlineData("10000", "generate", "--checkpoint", "checkpoint.safetensors", "--count", "10001")]
    [InlineData(".xyz", "generate", "--checkpoint", "checkpoint.safetensors", "--out", "x.xyz")]
    [InlineData("cannot be written", "generate", "--checkpoint", "checkpoint.safetensors", "--out", "text/x.png")]
    [InlineData("no safetensors file", "generate", "--checkpoint", "text")]
    [InlineData("metadata", "generate", "--checkpoint", "foreign.safetensors")]
    [InlineData("another network", "generate", "--checkpoint", "wider.safetensors")]
    [InlineData("minigan --help", "paint")]
    [InlineData("minigan --help")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        File.WriteAllText(folder["text"], "once upon a time");
        SafetensorsFile file = SafetensorsReader.Read(folder["checkpoint.safetensors"]);
        SafetensorsWriter.Write(folder["foreign.safetensors"], file with { Metadata = new Dictionary<string, string>() });
        SafetensorsWriter.Write(folder["wider.safetensors"], file with
        {
            Metadata = new Dictionary<string, string>(file.Metadata) { ["recipe"] = Recipe.For(Preset.Dcgan, width: 3).ToJson() },
        });
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("compare")]
    [InlineData("generate")]
    public void Help_ends_with_an_example(string command)
    {
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith($"minigan {command}", result.Output.TrimEnd().Split('\n')[^1].Trim(), StringComparison.Ordinal);
    }

    private static byte[] Pixels(Image<L8> image)
    {
        byte[] pixels = new byte[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }

    private MiniGanProcess.Result Generate(params string[] arguments) =>
        MiniGanProcess.Run(folder.Path, ["generate", "--checkpoint", "checkpoint.safetensors", .. arguments]);
}
