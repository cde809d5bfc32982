using MiniGan.Data;

namespace MiniGan.Tests.Cli;

/// <summary>Bad input of <c>evaluate</c> and <c>train-classifier</c>.</summary>
public sealed class EvaluateInputTests : IDisposable
{
    private readonly EvaluationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("no run with a checkpoint in runs/", "evaluate")]
    [InlineData("There is no run 'x'", "evaluate", "x")]
    [InlineData("give one of them, or none for the newest run", "evaluate", "--checkpoint", "gan", "--samples", "samples")]
    [InlineData("give one of them, or none for the newest run", "evaluate", "x", "--samples", "samples")]
    [InlineData("give one of them, or none for the newest run", "evaluate", "x", "--checkpoint", "gan")]
    [InlineData("leave it out with --samples", "evaluate", "--samples", "samples", "--seed", "2")]
    [InlineData("no file 'nothing'", "evaluate", "--checkpoint", "nothing")]
    [InlineData("no file 'nothing'", "evaluate", "--samples", "nothing")]
    [InlineData("no file 'nothing'", "evaluate", "--samples", "samples", "--classifier", "nothing")]
    [InlineData("not that of a classifier", "evaluate", "--samples", "samples", "--classifier", "gan")]
    [InlineData("no safetensors file", "evaluate", "--samples", "samples", "--classifier", "text")]
    [InlineData("no IDX file", "evaluate", "--samples", "text")]
    [InlineData("no safetensors file", "evaluate", "--checkpoint", "text")]
    [InlineData("has 20 images, but 21 are needed", "evaluate", "--samples", "samples", "--count", "21")]
    [InlineData("has 3 images, but 4 are needed", "evaluate", "--samples", "few")]
    [InlineData("no folder or file 'nowhere'", "evaluate", "--samples", "samples", "--data", "nowhere")]
    [InlineData("--samples: 'void' holds neither", "evaluate", "--samples", "void")]
    [InlineData("takes images of 28×28 in grey, but these are 28×27 in grey", "evaluate", "--samples", "narrow", "--classifier", "shipped")]
    [InlineData("give one of them", "evaluate", "--samples", "samples", "--classifier", "shipped", "--random-features")]
    [InlineData("--neighbours-by goes with --neighbours", "evaluate", "--samples", "samples", "--neighbours-by", "features")]
    [InlineData("must be pixels or features", "evaluate", "--samples", "samples", "--neighbours", "n.png", "--neighbours-by", "taste")]
    [InlineData("--modes counts kinds and nothing else", "evaluate", "--samples", "samples", "--modes", "--random-features")]
    [InlineData("as the classifier takes, 28×28 in grey, but they are 28×28 in grey", "evaluate", "--samples", "samples", "--modes")]
    [InlineData("each colour an image as the classifier takes", "evaluate", "--samples", "wide.npy", "--modes")]
    [InlineData("images have 1 channel (", "evaluate", "--samples", "two.npy")]
    [InlineData("--count must be a number from 4", "evaluate", "--samples", "samples", "--count", "3")]
    [InlineData("ends in .png", "evaluate", "--samples", "samples", "--neighbours", "n.jpg")]
    [InlineData("cannot be written", "evaluate", "--samples", "samples", "--neighbours", "text/n.png")]
    [InlineData("get-fashion-mnist", "evaluate", "--samples", "samples", "--data", "fashion-mnist")]
    [InlineData("means nothing", "evaluate", "--samples", "samples", "--data", "mislabelled", "--classifier", "shipped")]
    [InlineData("at least 8 training images", "evaluate", "--samples", "samples", "--data", "tiny")]
    [InlineData("--epochs", "train-classifier", "--epochs", "0")]
    [InlineData("--seed", "train-classifier", "--seed", "-1")]
    [InlineData("have none. Sub-folders of pictures are labels", "train-classifier", "--data", "unlabelled")]
    [InlineData("only 7. Sub-folders", "train-classifier", "--data", "alike")]
    [InlineData("at least 128 training images", "train-classifier", "--data", "mislabelled")]
    [InlineData("all with labels", "train-classifier", "--data", "half-labelled")]
    [InlineData("--size must be", "train-classifier", "--size", "3")]
    [InlineData("cannot be written", "train-classifier", "--data", "data/mnist", "--out", "text/file")]
    [InlineData("it is a folder", "train-classifier", "--data", "data/mnist", "--out", "data")]
    public void Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        File.WriteAllText(folder["text"], "once upon a time");
        folder.WriteCheckpoint();
        IdxFile.WriteImages(folder["samples"], EvaluationFolder.Pick(600, 20).Images);
        IdxFile.WriteImages(folder["few"], EvaluationFolder.Pick(600, 3).Images);
        IdxFile.WriteImages(folder["narrow"], new IdxImages(20, 28, 27, new byte[20 * 28 * 27]));
        if (arguments[0] == "train-classifier" && arguments.Contains("data/mnist"))
        {
            folder.WriteData("data/mnist", training: 128, test: 4);
        }

        folder.WriteData("mislabelled", training: 20, test: 20, label => (byte)((label + 1) % 10));
        folder.WriteData("tiny", training: 7, test: 0);
        folder.WriteData("alike", training: 20, test: 0, _ => 7);
        folder.WriteData("unlabelled", training: 20, test: 0);
        File.Delete(folder["unlabelled/train-labels-idx1-ubyte"]);
        folder.WriteData("half-labelled", training: 200, test: 20);
        File.Delete(folder["half-labelled/t10k-labels-idx1-ubyte"]);
        Directory.CreateDirectory(folder["void"]);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "classifier", "mnist.safetensors"), folder["shipped"]);
        folder.WriteArray("wide.npy", "(20, 28, 40, 3)");
        folder.WriteArray("two.npy", "(20, 28, 28, 2)");
        MiniGanProcess.Result result = MiniGanProcess.Run(folder.Path, arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
