using System.Diagnostics;
using System.Text.Json.Nodes;
using MiniGan.ImageSharp;
using MiniGan.Imaging;

namespace MiniGan.Tests.Cli;

public sealed class PictureDataTests : IDisposable
{
    private const string NoPicture = "not a picture: PNG, JPEG, GIF, BMP and WebP are read.";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pictures_have_no_labels_so_the_preset_is_r1_unless_one_is_named()
    {
        WritePictures(9);
        MiniGanProcess.Result result = Train("--batch", "4", "--width", "1", "--steps", "2");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith(
            "9 of 9 files are pictures: 24×24 in grey, as the median of their smaller sides is 24; --size and --channels choose " +
            "otherwise; no labels.\nThese images have no labels, so the preset is r1, not conditional.\n" +
            "r1, width 1, on 9 images of pictures:",
            result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(folder["runs/r1-pictures-1/config.json"]))!;
        Assert.Equal(("r1", 0), ((string?)configuration["gan"]!["preset"], (int)configuration["gan"]!["classes"]!));

        result = Train("--batch", "4", "--width", "1", "--steps", "2", "--preset", "dcgan");
        Assert.Contains("\ndcgan, width 1, on 9 images of pictures:", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, MiniGanProcess.Run(folder.Path, "train", "--out", "runs/r1-pictures-1", "--resume", "--steps", "3").ExitCode);
    }

    [Theory]
    [InlineData("--preset", "conditional")]
    [InlineData("--preset", "dcgan", "--conditional")]
    public void Labels_that_pictures_have_not_cannot_be_learned(params string[] arguments)
    {
        WritePictures(9);
        AssertRefused(
            "--data: conditional networks learn the labels, but these images have none. Take a preset without labels, " +
            "for example --preset r1.",
            Train(["--batch", "4", "--steps", "1", .. arguments]));
    }

    [Fact]
    public void Too_few_pictures_are_told_in_one_line()
    {
        Directory.CreateDirectory(folder["pictures"]);
        string none = "--data: 'pictures' holds neither train-images-idx3-ubyte nor any picture (PNG, JPEG, GIF, BMP and WebP are read).";
        AssertRefused(none, Train());
        WritePictures(1);
        AssertRefused(
            "--batch: a batch is 32 images, but 'pictures' holds 1 image. Give a smaller batch, or more images.", Train("--size", "28"));
        WritePictures(9);
        string expected = "--batch: a batch is 10 images, but 'pictures' holds 9 images. Give a smaller batch, or more images.";
        AssertRefused(expected, Train("--batch", "10"));
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Fact]
    public void Files_that_are_no_pictures_are_named_and_the_many_counted()
    {
        WritePictures(4);
        foreach (int i in Enumerable.Range(0, 13))
        {
            File.WriteAllText(folder[$"pictures/note {i:D2}.txt"], "no picture");
        }

        MiniGanProcess.Result result = Train("--batch", "4", "--width", "1", "--steps", "1");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] lines = result.Output.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => $"Skipped {Path.Combine("pictures", $"note {i:D2}.txt")}: {NoPicture}"), lines[..10]);
        Assert.Equal("Skipped 3 more.", lines[10]);
    }

    [UnixFact("Windows has neither such names nor named pipes among its files.")]
    public void A_name_with_control_characters_is_shown_harmlessly_and_a_pipe_is_left_alone()
    {
        WritePictures(4);
        File.WriteAllText(folder["pictures/a\u001b[31m\nb\u202e.png"], "no picture");
        using (Process made = Process.Start("mkfifo", [folder["pictures/pipe.png"]]))
        {
            made.WaitForExit();
        }

        MiniGanProcess.Result result = Train("--batch", "4", "--width", "1", "--steps", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith(
            $"Skipped pictures/a\\u001b[31m\\u000ab\\u202e.png: {NoPicture}\nSkipped pictures/pipe.png: empty, or a " +
            "pipe or a device.\n4 of 6 files are pictures",
            result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_while_pictures_are_read_ends_before_there_is_a_run()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // Elsewhere there is no telling that the reading has begun.
        }

        PictureWriter.Write(folder["pictures/large.png"], new Bitmap(6000, 6000, 1, new byte[6000 * 6000]));
        for (int i = 0; i < 200; i++)
        {
            File.CreateSymbolicLink(folder[$"pictures/{i}.png"], "large.png");
        }

        using Process process = MiniGanProcess.Start(folder.Path, [], "train", "--data", "pictures", "--steps", "1", "--width", "1");
        using (var started = new CancellationTokenSource(TimeSpan.FromMinutes(2)))
        {
            while (!File.ReadAllText($"/proc/{process.Id}/maps").Contains("IO.Compression.Native", StringComparison.Ordinal))
            {
                Assert.False(started.IsCancellationRequested || process.HasExited);
                Thread.Yield();
            }
        }

        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)));
        Assert.Equal((130, "", ""), (process.ExitCode, process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd()));
        Assert.False(Directory.Exists(folder["runs"]));
    }

    private static void AssertRefused(string expected, MiniGanProcess.Result result) =>
        Assert.Equal((2, $"minigan: {expected}"), (result.ExitCode, result.Error.TrimEnd()));

    private MiniGanProcess.Result Train(params string[] arguments) =>
        MiniGanProcess.Run(folder.Path, ["train", "--data", "pictures", .. arguments]);

    /// <summary>In each format in turn, of different sizes.</summary>
    private void WritePictures(int count)
    {
        string[] endings = [".png", ".jpg", ".gif", ".bmp", ".webp"];
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = [.. Enumerable.Range(0, (20 + i) * 30).Select(p => (byte)(p * (i + 1)))];
            PictureWriter.Write(folder[$"pictures/{i}{endings[i % endings.Length]}"], new Bitmap(20 + i, 30, 1, pixels));
        }
    }
}
