using MiniGan.Checkpoints;
using MiniGan.Files;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Module.Save and Load: by the names of the state, strict about names, shapes and numbers.</summary>
public sealed class ModuleFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_saved_is_loaded_with_all_of_its_state()
    {
        Sequential module = Make(seed: 1), other = Make(seed: 2);
        module.Forward(Values.Normal(new Shape(2, 2, 4, 4), "x")); // moves running statistics and singular vectors
        module.Save(folder["module"]);
        Assert.Equal(
            [
                "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
                "2.main.0.bias", "2.main.0.weight_orig", "2.main.0.weight_u", "2.main.0.weight_v",
            ],
            SafetensorsReader.Read(folder["module"]).Tensors.Select(tensor => tensor.Name));
        Assert.NotEqual(Flat(module), Flat(other));
        other.Load(folder["module"]);
        Assert.Equal(Flat(module), Flat(other));
        Tensor x = Values.Normal(new Shape(3, 2, 4, 4), "another x");
        Assert.Equal(module.Forward(x).ToRowMajor(), other.Forward(x).ToRowMajor());
    }

    /// <summary>As safetensors.torch.save_file(module.state_dict(), path) writes it: no metadata, in the order of the names.</summary>
    [Fact]
    public void A_file_of_another_program_is_loaded()
    {
        Sequential module = Make(seed: 1), other = Make(seed: 2);
        NamedTensor[] sorted = [.. module.State.OrderBy(item => item.Name, StringComparer.Ordinal)];
        SafetensorsWriter.Write(folder["file"], new SafetensorsFile(sorted, new Dictionary<string, string>()));
        other.Load(folder["file"]);
        Assert.Equal(Flat(module), Flat(other));
    }

    [Theory]
    [InlineData("a tensor less", "'1.running_mean' should be [3], but is missing")]
    [InlineData("a tensor more", "there is no '3.weight'")]
    [InlineData("another shape", "'0.weight' should be [3, 2, 1, 1], but is [3, 2, 1]")]
    [InlineData("transposed", "'0.weight' should be [3, 2, 1, 1], but is [2, 3, 1, 1]")]
    [InlineData("not a number", "'2.main.0.weight_v' holds NaN")]
    [InlineData("a bit", "checksum")]
    [InlineData("cut", "bytes of data")]
    public void What_does_not_fit_is_refused_and_changes_nothing(string what, string expected)
    {
        Make(seed: 1).Save(folder["good"]);
        List<NamedTensor> tensors = [.. SafetensorsReader.Read(folder["good"]).Tensors];
        switch (what)
        {
            case "a tensor less": tensors.RemoveAt(4); break;
            case "a tensor more": tensors.Add(new("3.weight", new Tensor(new Shape(1)))); break;
            case "another shape": tensors[0] = tensors[0] with { Value = new Tensor(new Shape(3, 2, 1)) }; break;
            case "transposed": tensors[0] = tensors[0] with { Value = new Tensor(new Shape(2, 3, 1, 1)) }; break;
            case "not a number": tensors[^1].Value.Span[^1] = float.NaN; break;
        }

        SafetensorsWriter.Write(folder["bad"], new SafetensorsFile(tensors, new Dictionary<string, string>()));
        byte[] bytes = File.ReadAllBytes(folder["bad"]);
        switch (what)
        {
            case "a bit": bytes[^1] ^= 1; break;
            case "cut": bytes = bytes[..^4]; break;
        }

        File.WriteAllBytes(folder["bad"], bytes);
        Sequential module = Make(seed: 2);
        float[] before = Flat(module);
        string message = Assert.Throws<MalformedFileException>(() => module.Load(folder["bad"])).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Equal(before, Flat(module));
    }

    [Fact]
    public void A_failed_save_leaves_the_file_that_was_there()
    {
        Make(seed: 1).Save(folder["file"]);
        byte[] before = File.ReadAllBytes(folder["file"]);
        Directory.CreateDirectory(folder["folder"]);
        Assert.ThrowsAny<Exception>(() => Make(seed: 2).Save(folder["folder"]));
        Assert.Throws<FileNotFoundException>(() => Make(seed: 2).Load(folder["nowhere"]));
        Assert.Equal(before, File.ReadAllBytes(folder["file"]));
        Assert.Equal(["file"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    private static Sequential Make(ulong seed)
    {
        RandomSource.Default = new RandomSource(seed, "weights");
        return [new Conv2D(2, 3, 1), new BatchNorm2D(3), new Residual(new Sequential(new SpectralNorm(new Conv2D(3, 3, 3, padding: 1))))];
    }

    private static float[] Flat(Module module) => [.. module.State.SelectMany(item => item.Value.ToRowMajor())];
}
