using System.Buffers.Binary;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.ImageSharp;
using MiniGan.Recipes;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

public sealed class GenerateCommandTests : GenerateTests
{
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

        byte[][] inTurn = Pictures("--count", "507"), sevens = Pictures("--count", "507", "--digit", "7"),
            threes = Pictures("--count", "507", "--digit", "3");
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
        Assert.Equal(
            (2, "minigan: --digit: 'checkpoint.safetensors' knows the labels 0 to 9, not 10. Give one of those.\n"),
            (result.ExitCode, result.Error.ReplaceLineEndings("\n")));
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
        Assert.Equal(
            Enumerable.Range(1, 11).Select(i => $"{i:D2}.png"), Directory.GetFiles(folder["pictures"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Help_names_every_ending()
    {
        string help = MiniGanProcess.Run(folder.Path, "generate", "--help").Output;
        Assert.All(
            [.. PictureWriter.PictureEndings, .. PictureWriter.AnimationEndings, ".npy", ".idx3-ubyte"],
            ending => Assert.Contains(ending, help, StringComparison.Ordinal));
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
    [InlineData("no run with a checkpoint in runs/", "generate")]
    [InlineData("no file 'nothing'", "generate", "--checkpoint", "nothing")]
    [InlineData("--count", "generate", "--checkpoint", "checkpoint.safetensors", "--count", "0")]
    [InlineData("10000", "generate", "--checkpoint", "checkpoint.safetensors", "--count", "10001")]
    [InlineData(".xyz", "generate", "--checkpoint", "checkpoint.safetensors", "--out", "x.xyz")]
    [InlineData("cannot be written", "generate", "--checkpoint", "checkpoint.safetensors", "--out", "text/x.png")]
    [InlineData("no safetensors file", "generate", "--checkpoint", "text")]
    [InlineData("metadata", "generate", "--checkpoint", "foreign.safetensors")]
    [InlineData("another network", "generate", "--checkpoint", "wider.safetensors")]
    [InlineData("minigan --help", "paint")]
    [InlineData("exclude each other", "generate", "run", "--checkpoint", "checkpoint.safetensors")]
    [InlineData("There is no run 'run'", "generate", "run")]
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
}
