using MiniGan.Data;

namespace MiniGan.Tests.Cli;

/// <summary>What <c>train</c> is told and given.</summary>
public sealed class TrainInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_data_folder_is_found_from_below_and_preferred_to_the_subset()
    {
        WriteData(12, "data/mnist");
        Directory.CreateDirectory(folder["some/where"]);
        MiniGanProcess.Result result = MiniGanProcess.Run(folder["some/where"], "train", "--steps", "1", "--batch", "4", "--width", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("12 images of mnist:", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["some/where/runs/conditional-mnist-1/checkpoint.safetensors"]));
    }

    [Fact]
    public void An_empty_data_folder_is_no_data()
    {
        Directory.CreateDirectory(folder["data/mnist"]);
        Assert.Contains("of mnist-subset:", Train("--steps", "1", "--batch", "2", "--width", "1").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--steps", "--steps", "abc")]
    [InlineData("--steps", "--steps", "0")]
    [InlineData("--steps", "--steps")]
    [InlineData("--epochs", "--epochs", "-1")]
    [InlineData("give one of them", "--epochs", "1", "--steps", "1")]
    [InlineData("--width", "--width", "0")]
    [InlineData("--width", "--width", "1025")]
    [InlineData("width 64", "--preset", "tf-tutorial", "--width", "32")]
    [InlineData("--batch", "--batch", "0")]
    [InlineData("at least 2", "--preset", "tf-tutorial", "--batch", "1")]
    [InlineData("6000", "--batch", "6001")]
    [InlineData("--learning-rate", "--learning-rate", "0")]
    [InlineData("--learning-rate", "--learning-rate", "NaN")]
    [InlineData("--learning-rate", "--learning-rate", "0,0002")]
    [InlineData("make one of them smaller", "--batch", "60000", "--width", "1024")]
    [InlineData("--out", "--out", "")]
    [InlineData("--data", "--data", "")]
    [InlineData("--seed", "--seed", "-1")]
    [InlineData("--threads", "--threads", "0")]
    [InlineData("--stepz", "--stepz", "1")]
    [InlineData("extra", "extra")]
    [InlineData("did you mean --epochs?", "--epoch", "3")]
    [InlineData("did you mean --discriminator-steps?", "--discriminater-stesp", "3")]
    [InlineData("did you mean wgan-gp?", "--preset", "wgan_gp")]
    [InlineData("did you mean managed?", "--engine", "manged")]
    [InlineData("A tag has 1 to 50 characters, all of which can be shown, but one is ' '", "--tag", "a", " ")]
    [InlineData("--preset must be dcgan, tf-tutorial, lsgan, wgan-gp, sngan, r1, conditional or residual, but is 'x'", "--preset", "x")]
    [InlineData("--loss must be", "--loss", "l2")]
    [InlineData("--upsampling must be transposed or nearest, but is 'bicubic'", "--upsampling", "bicubic")]
    [InlineData("or none, but is 'flip'", "--augment", "color,flip")]
    [InlineData("or none, but is ''", "--augment", "color,")]
    [InlineData("transposed convolutions, not nearest", "--preset", "tf-tutorial", "--upsampling", "nearest")]
    [InlineData("nearest upsampling, not transposed", "--preset", "residual", "--upsampling", "transposed")]
    [InlineData("needs labels, but this recipe has no classes", "--preset", "r1", "--conditional-normalization")]
    [InlineData("one normalisation for all labels", "--preset", "tf-tutorial", "--conditional", "--conditional-normalization")]
    [InlineData("residual discriminator has no batch", "--preset", "residual", "--discriminator-normalization", "batch")]
    [InlineData("neither further", "--preset", "tf-tutorial", "--discriminator-hidden", "1")]
    [InlineData("no spectral", "--preset", "tf-tutorial", "--discriminator-normalization", "spectral")]
    [InlineData("smoothing", "--preset", "lsgan", "--real-target", "0.9")]
    [InlineData("--real-target", "--real-target", "0")]
    [InlineData("whole batch", "--penalty", "r1", "--discriminator-normalization", "batch")]
    [InlineData("packs of 3", "--preset", "dcgan", "--packing", "3")]
    [InlineData("not both", "--packing", "2")]
    [InlineData("--packing", "--packing", "65")]
    [InlineData("--beta2", "--beta2", "1")]
    [InlineData("--checkpoint-every", "--checkpoint-every", "0")]
    [InlineData("--evaluate-every", "--evaluate-every", "x")]
    [InlineData("give both", "--classifier", "x.safetensors")]
    [InlineData("x.safetensors'. Give a file", "--evaluate-every", "2", "--classifier", "x.safetensors")]
    [InlineData("give that as --out", "--resume")]
    [InlineData("no run in 'nowhere'", "--resume", "--out", "nowhere")]
    [InlineData("leave --width, --seed out", "--resume", "--out", "nowhere", "--width", "3", "--seed", "1")]
    [InlineData("leave --overwrite out", "--resume", "--out", "nowhere", "--overwrite")]
    [InlineData("nowhere", "--data", "nowhere")]
    [InlineData("get-fashion-mnist", "--data", "fashion-mnist")]
    [InlineData("train-images-idx3-ubyte", "--data", ".")]
    [InlineData("is a file", "--out", "file")]
    [InlineData("cannot be written", "--out", "file/run")]
    public void Bad_arguments_are_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        File.WriteAllText(folder["file"], "");
        AssertRefused(expected, Train(arguments));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("truncated", "truncated")]
    [InlineData("gzip", "still gzip-compressed")]
    [InlineData("labels", "7 labels")]
    [InlineData("swapped", "swapped")]
    [InlineData("one label", "--preset r1")]
    [InlineData("text", "no IDX file")]
    [InlineData("size", "take images of 8 to 128 rows and columns, but those in 'digits' are 28×7. Give others, or --size")]
    public void Bad_data_is_one_line_and_exit_code_2(string what, string expected)
    {
        WriteData(8);
        string images = folder["digits/train-images-idx3-ubyte"], labels = folder["digits/train-labels-idx1-ubyte"];
        byte[] bytes = File.ReadAllBytes(images);
        switch (what)
        {
            case "truncated": File.WriteAllBytes(images, bytes[..^1]); break;
            case "gzip": File.WriteAllBytes(images, [0x1F, 0x8B, .. bytes]); break;
            case "labels": IdxFile.WriteLabels(labels, new byte[7]); break;
            case "one label": IdxFile.WriteLabels(labels, new byte[8]); break;
            case "swapped": File.Copy(labels, images, overwrite: true); break;
            case "text": File.WriteAllText(images, "these are not the digits that you are looking for"); break;
            default: IdxFile.WriteImages(images, new IdxImages(8, 28, 7, new byte[8 * 28 * 7])); break;
        }

        AssertRefused(expected, Train("--data", "digits", "--batch", "4"));
    }

    [Fact]
    public void Kernels_that_are_missing_are_never_replaced_in_silence()
    {
        var environment = new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0", ["MINIGAN_KERNELS"] = "avx512" };
        AssertRefused("avx512", MiniGanProcess.Run(folder.Path, environment, "train", "--steps", "1", "--width", "1", "--batch", "2"));
        environment = new() { ["MINIGAN_KERNELS"] = "abacus" };
        AssertRefused(
            "no such kernel set", MiniGanProcess.Run(folder.Path, environment, "train", "--steps", "1", "--width", "1", "--batch", "2"));
    }

    private static void AssertRefused(string expected, MiniGanProcess.Result result)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("minigan: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private MiniGanProcess.Result Train(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["train", .. arguments]);

    private void WriteData(int count, string name = "digits")
    {
        byte[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(i => (byte)(i * i / 97))];
        IdxFile.WriteImages(folder[$"{name}/train-images-idx3-ubyte"], new IdxImages(count, 28, 28, pixels));
        IdxFile.WriteLabels(folder[$"{name}/train-labels-idx1-ubyte"], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))]);
    }
}
