using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using MiniGan.Checkpoints;
using MiniGan.Cli.Watch;
using MiniGan.Data;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Cli;

/// <summary>What no reader may trust, through the program: one line, exit code 2, and nothing that a terminal would obey.</summary>
public sealed class HostileInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Weights_that_are_not_finite_are_refused_by_name()
    {
        SafetensorsFile file = WriteRun();
        file.Tensors.Single(tensor => tensor.Name == "generator.2.running_var").Value.Span[0] = float.NaN;
        SafetensorsWriter.Write(folder["bad"], file);
        foreach (string[] arguments in new string[][]
        {
            ["generate", "--checkpoint", "bad", "--out", "x.png"], ["evaluate", "--checkpoint", "bad"],
        })
        {
            AssertRefused("'generator.2.running_var' holds NaN or an infinity", Run(arguments));
        }

        File.Copy(folder["bad"], folder["run/checkpoint.safetensors"], overwrite: true);
        foreach (string kept in Directory.GetFiles(folder["run/checkpoints"]))
        {
            File.Copy(folder["bad"], kept, overwrite: true); // else the run goes on from the newest that is whole
        }

        AssertRefused("'generator.2.running_var' holds NaN or an infinity", Run("train", "--out", "run", "--resume", "--steps", "9"));
        Assert.False(File.Exists(folder["x.png"]));

        SafetensorsFile classifier = SafetensorsReader.Read(Path.Combine(AppContext.BaseDirectory, "classifier", "mnist.safetensors"));
        classifier.Tensors.Single(tensor => tensor.Name == "features.0.weight").Value.Span[7] = float.NegativeInfinity;
        SafetensorsWriter.Write(folder["classifier"], classifier);
        IdxFile.WriteImages(folder["samples"], new IdxImages(4, 28, 28, new byte[4 * 784]));
        AssertRefused(
            "'features.0.weight' holds NaN or an infinity", Run("evaluate", "--samples", "samples", "--classifier", "classifier"));
    }

    [Fact]
    public void Pictures_that_are_not_finite_are_refused()
    {
        SafetensorsFile file = WriteRun();
        foreach (var tensor in file.Tensors.Where(tensor => tensor.Name.EndsWith("generator.2.running_var", StringComparison.Ordinal)))
        {
            tensor.Value.Span.Fill(-1);
        }

        SafetensorsWriter.Write(folder["bad"], file);
        AssertRefused("pictures are not finite", Run("generate", "--checkpoint", "bad", "--out", "x.png"));
        AssertRefused("pictures are not finite", Run("evaluate", "--checkpoint", "bad"));
        Assert.False(File.Exists(folder["x.png"]));
    }

    [Theory]
    [InlineData("generator.2.running_var", float.NaN, "holds NaN or an infinity")]
    [InlineData("generator.2.running_var", -1, "pictures are not finite")]
    public async Task The_playground_refuses_both(string name, float value, string expected)
    {
        SafetensorsFile file = WriteRun();
        foreach (var tensor in file.Tensors.Where(tensor => tensor.Name.EndsWith(name, StringComparison.Ordinal)))
        {
            tensor.Value.Span.Fill(value);
        }

        SafetensorsWriter.Write(folder["run/checkpoint.safetensors"], file);
        await using var server = new WatchServer(new RunsFolder(folder.Path), 0, "run");
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        using var request = new StringContent(
            """{"run": "run", "checkpoint": "checkpoint", "from": 1, "to": 2, "at": [0]}""", new MediaTypeHeaderValue("application/json"));
        HttpResponseMessage answer = await client.PostAsync(new Uri("api/draw", UriKind.Relative), request);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_of_a_checkpoint_is_noticed()
    {
        WriteRun();
        string path = folder["run/checkpoint.safetensors"];
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1000] ^= 1;
        File.WriteAllBytes(path, bytes);
        AssertRefused("checksum", Run("generate", "--checkpoint", "run/checkpoint.safetensors", "--out", "x.png"));
    }

    [Fact]
    public void A_training_whose_memory_is_not_finite_stops_and_leaves_the_last_good_checkpoint()
    {
        // All losses and weights stay finite: only Adam's second moments do not.
        MiniGanProcess.Result result = Run(
            "train", "--preset", "r1", "--learning-rate", "1000", "--steps", "300", "--checkpoint-every", "1",
            "--width", "8", "--out", "run");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(
            @"^minigan: Step \d+: the state of the training is not a finite number\. It begins in .*_optimizer.*second_moment\. .*" +
            @"The last checkpoint is as it was: .*\n$",
            result.Error);
        GanCheckpoint last = GanCheckpoint.Open(folder["run/checkpoint.safetensors"]);
        Assert.All(last.ReadTrainer().Tensors, tensor => Assert.True(tensor.Value.IsFinite));
        string? newest = Directory.GetFiles(folder["run/checkpoints"]).Select(Path.GetFileName).Max(StringComparer.Ordinal);
        Assert.Equal($"step-{last.Step:D6}.safetensors", newest);
        Assert.False(File.Exists(folder[$"run/samples/step-{last.Step + 1:D6}.png"]));
    }

    [UnixFact("Windows has no named pipes among its files.")]
    public void What_is_no_ordinary_file_is_refused_before_it_is_opened()
    {
        WriteRun();
        Directory.CreateDirectory(folder["data/mnist"]);
        using (Process make = Process.Start("mkfifo", [folder["pipe"], folder["data/mnist/train-images-idx3-ubyte"]]))
        {
            make.WaitForExit();
        }

        IdxFile.WriteImages(folder["samples"], new IdxImages(4, 28, 28, new byte[4 * 784]));
        WriteData("digits", 8, label => label % 10);
        foreach (string[] arguments in new string[][]
        {
            ["generate", "--checkpoint", "pipe"], ["evaluate", "--checkpoint", "pipe"], ["evaluate", "--samples", "pipe"],
            ["evaluate", "--samples", "samples", "--classifier", "pipe", "--data", "digits"],
            ["compare", "--cases", "pipe"], ["explain", "--values", "pipe"], ["train"],
        })
        {
            AssertRefused("a pipe", Run(arguments));
        }

        File.Delete(folder["run/config.json"]);
        File.Move(folder["pipe"], folder["run/config.json"]);
        AssertRefused("a pipe", Run("train", "--out", "run", "--resume"));
    }

    [Theory]
    [InlineData("all 7", "the same one (7)", 7, 1)]
    [InlineData("none", "these images have none", 0, 0)]
    public void Conditional_networks_need_labels_that_differ(string name, string expected, int first, int count)
    {
        WriteData(name, 32, count == 0 ? null : _ => first);
        AssertRefused(expected, Run("train", "--data", name, "--preset", "conditional"));
        AssertRefused(expected, Run("train", "--data", name, "--preset", "dcgan", "--conditional"));
        Assert.Equal(0, Run("train", "--data", name, "--preset", "r1", "--steps", "1", "--width", "1", "--out", "run").ExitCode);
        Assert.Equal(0, Run("train", "--out", "run", "--resume", "--steps", "2").ExitCode);
    }

    [Theory]
    [InlineData(1, 26, "1 to 26")]
    [InlineData(0, 62, "0 to 61")]
    [InlineData(194, 62, "194 to 255")]
    public void As_many_classes_are_trained_as_there_are_labels(int first, int count, string labels)
    {
        WriteData("letters", 2 * count, i => first + (i % count));
        Assert.Equal(0, Run("train", "--data", "letters", "--steps", "1", "--width", "1", "--out", "run").ExitCode);
        Gan model = Recipe.LoadGan(folder["run/checkpoint.safetensors"]);
        Assert.Equal((count, labels), (model.Classes, model.Labels.ToString()));

        // A label is asked for by its own number.
        Assert.Equal(
            0,
            Run(
                "generate", "--checkpoint", "run/checkpoint.safetensors", "--digit", $"{first + 1}", "--count", "1",
                "--out", "x.idx3-ubyte").ExitCode);
        Tensor latents = model.Latents(1, new RandomSource(1, "generate")), image = model.Generate(latents, [1]);
        Assert.Equal(Imaging.ImageConversion.ToBytes(image), IdxFile.ReadImages(folder["x.idx3-ubyte"]).Pixels);
        AssertRefused(
            $"knows the labels {labels}",
            Run("generate", "--checkpoint", "run/checkpoint.safetensors", "--digit", $"{(first == 0 ? count : first - 1)}"));

        // It goes on to the same bytes, and the classifier, which knows ten classes only, is not asked.
        Assert.Equal(0, Run("train", "--out", "run", "--resume", "--steps", "2").ExitCode);
        Assert.Equal(0, Run("train", "--data", "letters", "--steps", "2", "--width", "1", "--out", "whole").ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["whole/checkpoint.safetensors"]), File.ReadAllBytes(folder["run/checkpoint.safetensors"]));
        MiniGanProcess.Result measured = Run("evaluate", "--checkpoint", "run/checkpoint.safetensors");
        Assert.Equal((0, ""), (measured.ExitCode, measured.Error));
        Assert.Contains("random ones, since the classifier of digits does not know these", measured.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "--data", "empty")]
    [InlineData("train", "--data", "empty", "--preset", "r1")]
    [InlineData("evaluate", "--samples", "empty/train-images-idx3-ubyte")]
    [InlineData("evaluate", "--checkpoint", "run/checkpoint.safetensors", "--data", "empty")]
    [InlineData("train-classifier", "--data", "empty")]
    [InlineData("compare", "--gan", "r1", "--steps", "1")]
    public void No_images_are_one_line(params string[] arguments)
    {
        WriteRun();
        foreach (string data in new[] { "empty", "data/mnist" })
        {
            WriteData(data, 0, i => i);
        }

        MiniGanProcess.Result result = Run(arguments);
        Assert.Equal((2, 1), (result.ExitCode, result.Error.TrimEnd().Split('\n').Length));
    }

    [Fact]
    public void More_than_the_process_may_have_is_refused_with_both_sizes()
    {
        using (FileStream file = File.Create(folder["large"]))
        {
            file.Write([0, 0, 8, 3, 0, 6, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28]);
            file.SetLength(16 + (0x60000L * 784)); // a hole: it takes no place
        }

        var environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x8000000" };
        AssertRefused(
            "need 0.308 GB of memory, but this process may have at most 0.134 GB",
            MiniGanProcess.Run(folder.Path, environment, "evaluate", "--samples", "large"));
    }

    [Fact]
    public void Names_are_shown_harmlessly_and_cut()
    {
        string cases = Fuzzing.Seeds.Cases.Replace("\"one\"", $"\"one\\u001b[31m{new string('x', 3_000_000)}\"", StringComparison.Ordinal)
            .Replace("by hand", "by\\u009b31mhand", StringComparison.Ordinal);
        File.WriteAllText(folder["cases.json"], cases.Replace("\"data\":[6.5]", "\"data\":[7]", StringComparison.Ordinal));
        foreach (string[] more in new string[][] { [], ["--json"] })
        {
            MiniGanProcess.Result compared = Run(["compare", "--cases", "cases.json", .. more]);
            Assert.Equal((1, ""), (compared.ExitCode, compared.Error));
            Assert.DoesNotContain(compared.Output, IsHarmful);
            Assert.Contains(more.Length > 0 ? "\\u001B[31mx" : "FAILS  one\\u001b[31mx", compared.Output, StringComparison.Ordinal);
            Assert.True(more.Length > 0 || compared.Output.Length < 10_000);
        }

        AssertRefused(
            "case 'one\\u001b[31mx",
            Run("compare", "--cases", Write("bad.json", cases.Replace("\"conv2d\"", "\"\\u202e\"", StringComparison.Ordinal))));
        AssertRefused("no\\u001b[31mfile", Run("generate", "--checkpoint", "no\u001b[31mfile"));
        AssertRefused("…", Run("generate", "--checkpoint", new string('x', 100_000)));
        AssertRefused("\\u001b[31m", Run("\u001b[31m"));
        if (OperatingSystem.IsWindows())
        {
            return; // Its files have no such names.
        }

        const string name = "my\u001b[31m\ndata";
        WriteData(name, 8, i => i % 2);
        MiniGanProcess.Result trained = Run("train", "--data", name, "--steps", "1", "--width", "1", "--batch", "4");
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.DoesNotContain(trained.Output, IsHarmful);
        Assert.Contains("images of my\\u001b[31m\\u000adata:", trained.Output, StringComparison.Ordinal);
    }

    private static bool IsHarmful(char character) => (char.IsControl(character) && character != '\n') || character is '\u202e';

    private static void AssertRefused(string expected, MiniGanProcess.Result result)
    {
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal((2, 1), (result.ExitCode, result.Error.TrimEnd().Split('\n').Length));
        Assert.StartsWith("minigan: ", result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Error.Length, 1, 1000);
        Assert.DoesNotContain(result.Error, IsHarmful);
    }

    private MiniGanProcess.Result Run(params string[] arguments) => MiniGanProcess.Run(folder.Path, arguments);

    private string Write(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return name;
    }

    /// <summary>A run of the smallest networks, and what its checkpoint holds.</summary>
    private SafetensorsFile WriteRun()
    {
        WriteData("some", 8, i => i % 2);
        Assert.Equal(
            0,
            Run("train", "--preset", "dcgan", "--data", "some", "--steps", "2", "--width", "2", "--batch", "4", "--out", "run").ExitCode);
        return SafetensorsReader.Read(folder["run/checkpoint.safetensors"]);
    }

    private void WriteData(string name, int count, Func<int, int>? label)
    {
        byte[] pixels = [.. Enumerable.Range(0, count * 28 * 28).Select(i => (byte)(i * i / 97))];
        IdxFile.WriteImages(folder[$"{name}/train-images-idx3-ubyte"], new IdxImages(count, 28, 28, pixels));
        if (label is not null)
        {
            IdxFile.WriteLabels(folder[$"{name}/train-labels-idx1-ubyte"], [.. Enumerable.Range(0, count).Select(i => (byte)label(i))]);
        }
    }
}
