using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiniGan.Imaging;

namespace MiniGan.Tests.Runs;

/// <summary>Folders of runs, made by hand.</summary>
internal static class RunFixture
{
    public const string Header = "step,discriminator_loss,generator_loss,real_score,fake_score,penalty\n";

    /// <summary>A run of the smallest networks, with some steps, a second of training each, and a picture every ten.</summary>
    public static string Make(TemporaryFolder folder, string name, int steps = 20, int planned = 20, string extra = "")
    {
        string run = folder[name];
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "config.json"), Configuration(planned, extra));
        File.WriteAllText(Path.Combine(run, "losses.csv"), Header + Lines(1, steps));
        File.WriteAllText(
            Path.Combine(run, "speed.csv"),
            "step,seconds\n" + string.Concat(Enumerable.Range(1, steps).Select(step => $"{step},{step}.5\n")));
        for (int step = 0; step <= steps; step += 10)
        {
            Picture(run, step);
        }

        return run;
    }

    /// <summary>A named pipe, which whoever opens it waits for.</summary>
    public static void Pipe(string path)
    {
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
    }

    public static string Configuration(int steps, string extra = "") => $$"""
        {"version": "0.1.0", "data": "mnist", "steps": {{steps}}, {{extra}}
         "gan": {"preset": "dcgan", "width": 2, "latentSize": 3, "batchSize": 4, "learningRate": 0.002, "beta1": 0.5,
           "seed": 7, "averageDecay": 0.9} }
        """;

    public static string Lines(int first, int last)
    {
        var text = new StringBuilder();
        for (int step = first; step <= last; step++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{step},{step % 10},1.5,0.75,0.25,{step}\n");
        }

        return text.ToString();
    }

    public static void Picture(string run, long step) =>
        PngWriter.Write(
            Path.Combine(run, "samples", $"step-{step:D6}.png"),
            new Bitmap(3, 2, 1, [.. Enumerable.Range(0, 6).Select(i => (byte)(step + i))]));
}
