using System.Buffers.Binary;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Training;

namespace MiniGan.Tests.Samples;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public GenerateCommandTests()
    {
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 2);
        new GanCheckpoint(GanModel.Create(configuration), configuration, 0).Save(folder["checkpoint.safetensors"]);
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
        var configuration = GanConfiguration.For(GanPreset.Dcgan, width: 2);
        var model = GanModel.Create(configuration);
        model.Generator.Parameters[^1].Value.Span.Fill(9); // the last bias: white pictures
        new GanCheckpoint(model, configuration, 0).Save(folder["checkpoint.safetensors"]);
        byte[] Pixels(params string[] from)
        {
            Assert.Equal(0, Generate(["--count", "3", "--out", "x.idx3-ubyte", .. from]).ExitCode);
            return IdxFile.ReadImages(folder["x.idx3-ubyte"]).Pixels;
        }

        Assert.All(Pixels("--from-raw"), pixel => Assert.Equal(255, pixel));
        Assert.NotEqual(Pixels("--from-raw"), Pixels());
        Assert.Equal(Pixels("--from-ema"), Pixels());

        configuration = new GanConfiguration(GanPreset.Dcgan, 2, 3, 2, 1, 0, 1);
        new GanCheckpoint(GanModel.Create(configuration), configuration, 0).Save(folder["checkpoint.safetensors"]);
        MiniGanProcess.Result result = Generate("--from-ema");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("holds no moving average", result.Error, StringComparison.Ordinal);
        Assert.Contains("exclude each other", Generate("--from-ema", "--from-raw").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_gets_a_picture_each()
    {
        Assert.Equal(0, Generate("--count", "11", "--out", "pictures").ExitCode);
        Assert.Equal(Enumerable.Range(1, 11).Select(i => $"{i:D2}.png"), Directory.GetFiles(folder["pictures"]).Select(Path.GetFileName).Order());
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
            Metadata = new Dictionary<string, string>(file.Metadata) { ["configuration"] = GanConfiguration.For(GanPreset.Dcgan, width: 3).ToJson() },
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

    private MiniGanProcess.Result Generate(params string[] arguments) =>
        MiniGanProcess.Run(folder.Path, ["generate", "--checkpoint", "checkpoint.safetensors", .. arguments]);
}
