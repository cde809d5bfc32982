using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.ImageSharp;
using MiniGan.Imaging;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli;

/// <summary><c>train</c> on pictures and arrays of any shape.</summary>
public sealed class TrainPicturesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_of_pictures_needs_no_option_and_is_told_what_becomes_of_it()
    {
        WritePictures("pets/cat", 4, 30, 40);
        WritePictures("pets/dog", 4, 33, 25);
        File.WriteAllText(folder["pets/dog/notes.txt"], "no picture");
        MiniGanProcess.Result result = Train("--data", "pets", "--steps", "2", "--width", "1", "--out", "run");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(
            "8 of 9 files are pictures: 24×24 in colour, as the median of their smaller sides is 30; --size and --channels choose " +
            "otherwise; 2 labels: cat, dog.",
            result.Output, StringComparison.Ordinal);
        Assert.Contains("conditional, width 1, on 8 images of pets: 2 steps of 8 images", result.Output, StringComparison.Ordinal);
        JsonNode config = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!;
        Assert.Equal(("24x24", 3, false), ((string?)config["size"], (int?)config["channels"], (bool?)config["flip"]));
        Assert.Equal(["cat", "dog"], config["labelNames"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(24, (int?)config["gan"]!["image"]!["height"]);
    }

    /// <summary>
    /// The emoji are found by their name under data, where a script puts them, or as a folder of that name, and by evaluate, too.
    /// </summary>
    [Theory]
    [InlineData("data/emoji")]
    [InlineData("emoji")]
    public void The_emoji_have_a_name(string place)
    {
        WritePictures($"{place}/flags", 3, 10, 10);
        WritePictures($"{place}/symbols", 3, 10, 10);
        MiniGanProcess.Result result = Train("--data", "emoji", "--steps", "1", "--width", "1", "--out", "run");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("2 labels: flags, symbols", result.Output, StringComparison.Ordinal);
        result = MiniGanProcess.Run(folder.Path, "evaluate", "--checkpoint", "run/checkpoint.safetensors");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("at least 8 training images are needed", result.Error, StringComparison.Ordinal);
        Directory.Delete(folder[place], recursive: true);
        result = Train("--data", "emoji", "--steps", "1");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("dotnet run data-scripts/get-emoji.cs", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pets")]
    [InlineData("pets.zip")]
    public void A_run_with_flips_goes_on_to_the_same_result(string data)
    {
        WritePictures("pets", 10, 20, 20);
        ZipFile.CreateFromDirectory(folder["pets"], folder["pets.zip"]);
        string[] options =
            ["--data", data, "--width", "1", "--batch", "4", "--preset", "r1", "--flip", "--size", "12x16", "--channels", "1"];
        Assert.Equal(0, Train([.. options, "--steps", "7", "--out", "whole"]).ExitCode);
        Assert.Equal(0, Train([.. options, "--steps", "3", "--out", "parts"]).ExitCode);
        MiniGanProcess.Result resumed = Train("--resume", "--out", "parts", "--steps", "7");
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Contains("12×16 in grey", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("half of them mirrored", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(folder["whole/checkpoint.safetensors"]), File.ReadAllBytes(folder["parts/checkpoint.safetensors"]));

        Assert.Equal(0, Train([.. options.Where(option => option != "--flip"), "--steps", "7", "--out", "plain"]).ExitCode);
        Assert.NotEqual(File.ReadAllText(folder["whole/losses.csv"]), File.ReadAllText(folder["plain/losses.csv"]));
    }

    /// <summary>Of twelve pictures of cats and two of dogs.</summary>
    [Fact]
    public void A_run_with_as_many_of_each_label_goes_on_to_the_same_result()
    {
        WritePictures("pets/cat", 12, 16, 16);
        WritePictures("pets/dog", 2, 16, 16);
        string[] options = ["--data", "pets", "--width", "1", "--batch", "4", "--balance"];
        MiniGanProcess.Result result = Train([.. options, "--steps", "7", "--out", "whole"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("2 labels: cat, dog; as many of each label.", result.Output, StringComparison.Ordinal);
        Assert.True((bool?)JsonNode.Parse(File.ReadAllText(folder["whole/config.json"]))!["balance"]);
        Assert.Equal(0, Train([.. options, "--steps", "3", "--out", "parts"]).ExitCode);
        Assert.Equal(0, Train("--resume", "--out", "parts", "--steps", "7").ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["whole/checkpoint.safetensors"]), File.ReadAllBytes(folder["parts/checkpoint.safetensors"]));
        Assert.Equal(0, Train([.. options[..^1], "--steps", "7", "--out", "plain"]).ExitCode);
        Assert.NotEqual(File.ReadAllText(folder["whole/losses.csv"]), File.ReadAllText(folder["plain/losses.csv"]));
    }

    [Theory]
    [InlineData("a.npy", "(6, 3, 8, 12)", "6 images of 8×12 in colour; no labels.")]
    [InlineData("a.npy", "(6, 8, 12, 3)", "6 images of 8×12 in colour; no labels.")]
    [InlineData("a.npy", "(6, 8, 12)", "6 images of 8×12 in grey; no labels.")]
    [InlineData("a.npy", "(6, 8, 12)", "6 images of 8×12 in grey become 16×16 in colour; no labels.", "--size", "16", "--channels", "3")]
    [InlineData("a.npy", "(6, 3, 8, 3)", "6 images of 3×8 in colour become 8×8 in colour", "--layout", "channels-last", "--size", "8")]
    [InlineData("idx/train-images-idx3-ubyte", "6 8 8 3", "6 images of 8×8 in colour; no labels.")]
    public void Arrays_of_any_shape_are_taken(string name, string shape, string expected, params string[] options)
    {
        WriteArray(name, shape);
        string data = name.Split('/')[0];
        MiniGanProcess.Result result = Train(["--data", data, "--steps", "1", "--width", "1", "--out", "run", .. options]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        Assert.Equal(0, Train("--resume", "--out", "run", "--steps", "2").ExitCode);
    }

    [Theory]
    [InlineData("holds 1 image. Give a smaller batch, or more images", "--data", "one")]
    [InlineData("holds neither train-images-idx3-ubyte nor any picture", "--data", "none")]
    [InlineData("Put each kind into a folder of its own, or leave --balance out", "--data", "two", "--batch", "2", "--balance")]
    [InlineData("holds no picture", "--data", "none.zip")]
    [InlineData("no zip", "--data", "text.zip")]
    [InlineData("no .npy file", "--data", "text.npy")]
    [InlineData("neither .npy nor .zip", "--data", "text.txt")]
    [InlineData("no folder or file 'nowhere.npy'", "--data", "nowhere.npy")]
    [InlineData("has neither as", "--data", "two.npy")]
    [InlineData("--layout channels-last or channels-first", "--data", "both.npy")]
    [InlineData("8 to 128 rows and columns, but those in 'large.npy' are 8×130", "--data", "large.npy")]
    [InlineData("8 to 128 rows and columns, but those in 'small.npy' are 8×4", "--data", "small.npy")]
    [InlineData("holds no images", "--data", "empty.npy")]
    [InlineData("--layout is of arrays", "--data", "one", "--layout", "channels-last")]
    [InlineData("--size must be a number from 8 to 128, or height and width as 48x64, but is '7'", "--size", "7")]
    [InlineData("but is '129'", "--size", "129")]
    [InlineData("but is '8x'", "--size", "8x")]
    [InlineData("but is '8x8x8'", "--size", "8x8x8")]
    [InlineData("--channels must be 1 (grey) or 3 (colour), but is '2'", "--channels", "2")]
    [InlineData("--layout must be", "--layout", "nchw")]
    [InlineData("leave --size, --flip out", "--resume", "--out", "nowhere", "--size", "8", "--flip")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        WritePictures("one", 1, 20, 20);
        WritePictures("two", 2, 20, 20);
        Directory.CreateDirectory(folder["none"]);
        File.WriteAllText(folder["none/notes.txt"], "no picture");
        ZipFile.CreateFromDirectory(folder["none"], folder["none.zip"]);
        foreach (string name in new[] { "text.zip", "text.npy", "text.txt" })
        {
            File.WriteAllText(folder[name], "neither an array nor a zip");
        }

        WriteArray("two.npy", "(6, 8, 8, 2)");
        WriteArray("both.npy", "(6, 3, 8, 3)");
        WriteArray("large.npy", "(6, 8, 130)");
        WriteArray("small.npy", "(6, 8, 4)");
        WriteArray("empty.npy", "(0, 8, 8)");
        MiniGanProcess.Result result = Train(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("minigan: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Fact]
    public void Pictures_of_an_earlier_version_are_not_taken_for_others()
    {
        WritePictures("pets", 4, 28, 28);
        Assert.Equal(0, Train("--data", "pets", "--steps", "1", "--width", "1", "--out", "run").ExitCode);
        JsonObject config = JsonNode.Parse(File.ReadAllText(folder["run/config.json"]))!.AsObject();
        foreach (string name in new[] { "size", "channels", "layout", "flip", "balance", "labelNames" })
        {
            config.Remove(name);
        }

        File.WriteAllText(folder["run/config.json"], config.ToJsonString());
        MiniGanProcess.Result result = Train("--resume", "--out", "run", "--steps", "2");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("earlier version", result.Error, StringComparison.Ordinal);
    }

    private MiniGanProcess.Result Train(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["train", .. arguments]);

    private void WritePictures(string name, int count, int height, int width)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = [.. Enumerable.Range(0, height * width * 3).Select(value => (byte)((value * (i + 3)) + (value * value / 7)))];
            PictureWriter.Write(folder[$"{name}/{i}.png"], new Bitmap(width, height, 3, pixels));
        }
    }

    private void WriteArray(string name, string shape)
    {
        int[] sizes = [.. shape.Trim('(', ')').Split(',', ' ').Where(size => size.Length > 0).Select(int.Parse)];
        byte[] elements = [.. Enumerable.Range(0, sizes.Aggregate(1, (all, size) => all * size)).Select(i => (byte)(i * i / 97))];
        if (name.EndsWith(".npy", StringComparison.Ordinal))
        {
            byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
            File.WriteAllBytes(folder[name], [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. elements]);
        }
        else
        {
            IdxFile.WriteImages(folder[name], new IdxImages(sizes[0], new ImageShape(sizes[3], sizes[1], sizes[2]), elements));
        }
    }
}
