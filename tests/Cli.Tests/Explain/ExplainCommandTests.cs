using System.Text.RegularExpressions;

namespace MiniGan.Tests.Cli.Explain;

/// <summary>The command from the outside.</summary>
public sealed partial class ExplainCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_articles_convolution_is_a_4x16_matrix()
    {
        MiniGanProcess.Result result = Explain("conv", "--input", "4x4", "--kernel", "3x3");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Convolution: x 4×4 → y 2×2", result.Output, StringComparison.Ordinal);
        Assert.Contains("⌊(n − e) / s⌋ + 1 = ⌊(4 − 3) / 1⌋ + 1 = 2", result.Output, StringComparison.Ordinal);
        Assert.Contains("C, 4×16:", result.Output, StringComparison.Ordinal);
        Assert.Contains("0,0 │ 1 2 3 · 4 5 6 · 7 8 9 · · · · ·", result.Output, StringComparison.Ordinal);
        Assert.Contains("1,1 │ · · · · · 1 2 3 · 4 5 6 · 7 8 9", result.Output, StringComparison.Ordinal);
        Assert.Contains("y[0,0] = 2·1 + 3·2 + 4·3 + 6·4 + 7·5 + 8·6 + 1·7 + 2·8 + 3·9 = 177", result.Output, StringComparison.Ordinal);
        Assert.Contains("y = C · x: agrees with the layer in all 4 values, exactly.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Contains("explain-conv.html", result.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(folder["explain-conv.html"]);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.Contains("\"y\":[177,222,222,267]", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Network(), page);
    }

    [Fact]
    public void The_articles_transposed_convolution_scatters_four_kernels()
    {
        MiniGanProcess.Result result = Explain("transpose", "--input", "2x2", "--kernel", "3x3", "--no-html", "--backward");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Transposed convolution: x 2×2 → y 4×4", result.Output, StringComparison.Ordinal);
        Assert.Contains("Cᵀ, 16×4:", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "0 │  2  4  6  ·   +   0 │  ·  3  6  9   +   0 │  ·  ·  ·  ·   +   0 │  ·  ·  ·  ·   =   0 │  2  7 12  9",
            result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "3 │  ·  ·  ·  ·       3 │  ·  ·  ·  ·       3 │ 28 32 36  ·       3 │  · 35 40 45       3 │ 28 67 76 45",
            result.Output, StringComparison.Ordinal);
        Assert.Contains("dx = C · dy: agrees with the layer in all 4 values, exactly.", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "dW = each weight's products x · dy, summed: agrees with the layer in all 9 values, exactly.",
            result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("x 5×7 → y 3×4", "conv", "--input", "5x7", "--kernel", "2x3", "--stride", "2", "--padding", "same")]
    [InlineData("x 5×7 → y 10×21", "transpose", "--input", "5x7", "--kernel", "2x3", "--stride", "2x3", "--padding", "same")]
    [InlineData(
        "x 2×5×6 → y 2×4×5", "conv", "--input", "5x6", "--kernel", "2x3", "--dilation", "2", "--padding", "1,2,0,1",
        "--in-channels", "2", "--out-channels", "2")]
    [InlineData(
        "x 3×2×3 → y 2×5×9", "transpose", "--input", "2x3", "--kernel", "2x3", "--dilation", "2", "--stride", "2", "--output-padding",
        "0x1", "--padding", "0,0,0,1", "--in-channels", "3", "--out-channels", "2")]
    [InlineData("x 2×2 → y 4×4", "--seed", "7")]
    [InlineData("x 4×2×3 → y 2×5×7", "--input", "2x3", "--stride", "2", "--in-channels", "4", "--out-channels", "2", "--groups", "2")]
    [InlineData("x 2×4×3 → y 4×2×1", "conv", "--input", "4x3", "--in-channels", "2", "--out-channels", "4", "--groups", "2")]
    public void Any_setting_is_explained(string expected, params string[] arguments)
    {
        MiniGanProcess.Result result = Explain([.. arguments, "--no-html", "--backward"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        Assert.Equal(arguments[0] == "conv" ? 4 : 5, result.Output.Split("agrees with the layer").Length - 1);
        Assert.DoesNotContain("DISAGREES", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void C_stands_beside_its_transpose_and_the_stretched_input_gathers_the_same()
    {
        string transpose = Explain("--input", "2x2", "--stride", "2", "--no-html").Output;
        Assert.Contains(
            "0,1 │ · · 1 2 3 · · 4 5 6 · · 7 8 9 · · · · · · · · · ·   0,1 │ 2 · · ·   ·   0,1 │ 3   =   0,1 │  4",
            transpose, StringComparison.Ordinal);
        Assert.Contains("x                   w, flipped   y", transpose, StringComparison.Ordinal);
        Assert.Contains("0 │ · · 2 · 3 · ·   0 │ 3 2 1    2 │ 18 24 56 34 42", transpose, StringComparison.Ordinal);
        Assert.Contains("y = the flipped kernel over x, stretched: agrees", transpose, StringComparison.Ordinal);
        Assert.Contains(
            "0,1 │ 3   =   0,1 │ 222   0,1 │ 2 1 · ·", Explain("conv", "--no-html").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no-html")]
    [InlineData("--out", "picture.png")]
    public void Without_a_page_none_is_spoken_of(params string[] arguments)
    {
        MiniGanProcess.Result result = Explain(["--input", "5x5", "--stride", "2", .. arguments]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("too large to print", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("page", result.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("The page shows it.", Explain("--input", "5x5", "--stride", "2").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_large_to_print_is_summed_up()
    {
        MiniGanProcess.Result result = Explain(
            "transpose", "--input", "40x50", "--kernel", "4", "--stride", "2", "--padding", "1", "--backward");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Cᵀ, 8000×2000:", result.Output, StringComparison.Ordinal);
        Assert.Contains("too large to print", result.Output, StringComparison.Ordinal);
        Assert.Contains("No page: it shows sides up to 48 pixels, and this one has 100.", result.Output, StringComparison.Ordinal);
        Assert.Contains("y = Cᵀ · x: agrees with the layer in all 8000 values", result.Output, StringComparison.Ordinal);
        Assert.True(result.Output.Split('\n').Length < 60);
    }

    [Fact]
    public void Pieces_are_printed_where_their_numbers_fit()
    {
        MiniGanProcess.Result result = Explain("--input", "1x2", "--kernel", "2x64", "--no-html");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain("pieces of", result.Output, StringComparison.Ordinal);

        File.WriteAllText(
            folder["long.json"], $$"""{"input": [[1, 2]], "kernel": [[{{string.Join(", ", Enumerable.Repeat("-123456", 40))}}]]}""");
        result = Explain("--values", "long.json", "--no-html");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("2 pieces of 1×41: too large to print here.", result.Output, StringComparison.Ordinal);
        Assert.All(
            result.Output.Split('\n').Where(line => line.Contains('│', StringComparison.Ordinal)), line => Assert.True(line.Length <= 240));
    }

    [Fact]
    public void Values_come_from_a_file()
    {
        File.WriteAllText(
            folder["one.json"],
            """{"input": [[1, 10], [100, 1000]], "kernel": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]} // the hand's favourite""");
        MiniGanProcess.Result result = Explain("--values", "one.json", "--no-html");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("1 │  104 1245 2356 3060", result.Output, StringComparison.Ordinal);

        File.WriteAllText(folder["one.json"], """{"input": [[2]], "kernel": [[3, 4]], "outputGradient": null}""");
        result = Explain("--values", "one.json", "--no-html", "--backward");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("dx", result.Output, StringComparison.Ordinal);

        File.WriteAllText(
            folder["two.json"], """{"input": [[[0.5, 1]], [[2, 4]]], "kernel": [[[[1, -1]], [[0.25, 1]]]], "outputGradient": [[[3]]]}""");
        result = Explain("conv", "--values", "two.json", "--no-html", "--backward");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("x 2×1×2 → y 1×1", result.Output, StringComparison.Ordinal);
        Assert.Contains("y[0,0] = 0.5·1 + 1·-1 + 2·0.25 + 4·1 = 4", result.Output, StringComparison.Ordinal);
        Assert.Contains("0 │ 3   0 │  3 -3   0 │ 0.75    3   0 │ 1.5   3   0 │  6 12", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_written()
    {
        Assert.Equal(0, Explain("--stride", "2", "--padding", "same", "--out", "still.png").ExitCode);
        Assert.Equal(0, Explain("conv", "--input", "3x4", "--kernel", "2x3", "--out", "deep/moving.apng").ExitCode);
        Assert.Equal("IHDR", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(folder["still.png"]), 12, 4));
        Assert.Equal("acTL", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(folder["deep/moving.apng"]), 37, 4));
        Assert.Equal(
            ["deep", "still.png"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("must be conv or transpose, but is 'deconv'", "deconv")]
    [InlineData("--input must be", "--input", "0x4")]
    [InlineData("--input must be", "--input", "4x4x4")]
    [InlineData("--input must be", "--input", "513")]
    [InlineData("--kernel must be", "--kernel", "three")]
    [InlineData("--kernel must be", "--kernel", "0")]
    [InlineData("--stride must be", "--stride", "-1")]
    [InlineData("--dilation must be", "--dilation", "1.5")]
    [InlineData("--padding must be valid, same", "--padding", "full")]
    [InlineData("--padding must be valid, same", "--padding", "1,2")]
    [InlineData("--padding must be valid, same", "--padding", "-1")]
    [InlineData("--output-padding must be", "--output-padding", "x")]
    [InlineData("--output-padding", "--output-padding")]
    [InlineData("smaller than the stride or the dilation", "--padding", "1", "--output-padding", "1")]
    [InlineData("goes with explicit padding", "--stride", "2", "--output-padding", "1")]
    [InlineData("goes with explicit padding", "--output-padding", "1")]
    [InlineData("belongs to transposed", "conv", "--output-padding", "1")]
    [InlineData("belongs to transposed", "conv", "--stride", "2", "--padding", "1", "--output-padding", "1")]
    [InlineData("does not fit", "conv", "--kernel", "5")]
    [InlineData("would be 0", "--kernel", "2x3", "--input", "1x2", "--padding", "1,0,1,0")]
    [InlineData("--in-channels", "--in-channels", "0")]
    [InlineData("--out-channels", "--out-channels", "65")]
    [InlineData("at most 2000000 can", "--input", "512", "--kernel", "3")]
    [InlineData("x and y would have 6555200 numbers, and at most 1000000", "--input", "40", "--kernel", "1", "--stride", "64")]
    [InlineData(
        "x and y would have 1114112 numbers, and at most 1000000", "conv", "--input", "512", "--in-channels", "4",
        "--kernel", "1", "--stride", "2")]
    [InlineData("--seed", "--seed", "-1")]
    [InlineData("give one of them", "--seed", "1", "--values", "values.json")]
    [InlineData("no file 'nothing'", "--values", "nothing")]
    [InlineData("is no JSON (line 2)", "--values", "broken.json")]
    [InlineData("must hold a JSON object", "--values", "array.json")]
    [InlineData("has no 'kernel'", "--values", "half.json")]
    [InlineData("'bias', but only", "--values", "bias.json")]
    [InlineData("a name that is no text", "--values", "surrogate.json")]
    [InlineData("is ragged", "--values", "ragged.json")]
    [InlineData("nested 1 deep", "--values", "flat.json")]
    [InlineData("must hold numbers that float32 can hold, but has 1e99", "--values", "huge.json")]
    [InlineData("must hold numbers that float32 can hold, but has \"1\"", "--values", "text.json")]
    [InlineData("--input is 3×3, but the values", "--values", "values.json", "--input", "3")]
    [InlineData("x must have 2 channels, but has 1", "--values", "channels.json")]
    [InlineData("outputGradient is 1×1×1, but the output is 1×3×3", "--values", "gradient.json")]
    [InlineData("--values", "--values", "")]
    [InlineData("ends in '.gif'", "--out", "x.gif")]
    [InlineData("contradict", "--out", "x.html", "--no-html")]
    [InlineData("cannot be written", "--out", "values.json/x.png")]
    [InlineData("the page cannot show this", "--input", "47", "--out", "x.html")]
    [InlineData("go with --checkpoint", "--layer", "4")]
    [InlineData("go with --checkpoint", "--network", "generator")]
    [InlineData("no file 'nowhere'", "--checkpoint", "nowhere", "--layer", "4")]
    [InlineData("--stride cannot be said", "--checkpoint", "nowhere", "--stride", "2")]
    [InlineData("needs at least 1 channel and a multiple of the groups", "--groups", "2")]
    [InlineData("the picture would be", "--input", "60", "--out", "x.png")]
    [InlineData("steps of", "--input", "9x10", "--out", "x.apng")]
    [InlineData("larger than float32", "--values", "overflow.json")]
    [InlineData("--kernal", "--kernal", "3")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        foreach ((string name, string text) in new[]
        {
            ("values.json", """{"input": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 1]]}"""),
            ("broken.json", "{\"input\":\n [[1, 2"),
            ("array.json", "[1, 2]"),
            ("half.json", """{"input": [[1]]}"""),
            ("bias.json", """{"input": [[1]], "kernel": [[1]], "bias": 1}"""),
            ("surrogate.json", "{\"\\ud800\": 1}"),
            ("ragged.json", """{"input": [[1, 2], [3]], "kernel": [[1]]}"""),
            ("flat.json", """{"input": [1, 2], "kernel": [[1]]}"""),
            ("huge.json", """{"input": [[1e99]], "kernel": [[1]]}"""),
            ("overflow.json", """{"input": [[1e30]], "kernel": [[1e30]]}"""),
            ("text.json", """{"input": [["1"]], "kernel": [[1]]}"""),
            ("channels.json", """{"input": [[1]], "kernel": [[[[1]]], [[[2]]]]}"""),
            ("gradient.json", """{"input": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 1]], "outputGradient": [[1]]}"""),
        })
        {
            File.WriteAllText(folder[name], text);
        }

        int files = Directory.GetFileSystemEntries(folder.Path).Length;
        MiniGanProcess.Result result = Explain(arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Equal(files, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void Help_ends_with_an_example()
    {
        MiniGanProcess.Result result = Explain("--help");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("minigan explain", result.Output.TrimEnd().Split('\n')[^1].Trim(), StringComparison.Ordinal);
    }

    private MiniGanProcess.Result Explain(params string[] arguments) => MiniGanProcess.Run(folder.Path, ["explain", .. arguments]);

    [GeneratedRegex(
        @"https?://(?!www\.w3\.org/2000/svg"")|<link(?! rel=""icon"" href=""data:,"")|src=|@import|url\(|fetch\(|XMLHttpRequest")]
    private static partial Regex Network();
}
