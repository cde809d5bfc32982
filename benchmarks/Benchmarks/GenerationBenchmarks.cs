using BenchmarkDotNet.Attributes;
using Microsoft.ML.OnnxRuntime;
using MiniGan.Onnx;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Benchmarks;

/// <summary>
/// Ten thousand digits in memory, from the same generator: here, and in ONNX Runtime from what <c>export --onnx</c> writes.
/// </summary>
public class GenerationBenchmarks : IDisposable
{
    private const int Images = 10_000;

    private readonly string file = Path.Combine(Path.GetTempPath(), $"minigan-{Guid.NewGuid():N}.onnx");
    private readonly RunOptions options = new();
    private Gan? gan;
    private Tensor latents = new(new Shape(0));
    private int[] labels = [];
    private InferenceSession? session;
    private OrtValue? z, digits;

    /// <summary>Digits at a time.</summary>
    [Params(100, 1000)]
    public int Batch { get; set; }

    /// <summary>Writes the file and opens it.</summary>
    [GlobalSetup]
    public void Setup()
    {
        gan = (Recipe.For(Preset.Conditional, width: 32) with { Classes = 10 }).CreateGan();
        OnnxFile.WriteGenerator(file, gan);
        session = new InferenceSession(file);
        latents = gan.Latents(Batch, new RandomSource(1, "z"));
        labels = [.. Enumerable.Range(0, Batch).Select(n => n % gan.Classes)];
        z = OrtValue.CreateTensorValueFromMemory(latents.ToRowMajor(), [Batch, gan.LatentSize]);
        digits = OrtValue.CreateTensorValueFromMemory(labels.Select(label => (long)label).ToArray(), [Batch]);
    }

    /// <summary>MiniGan's layers.</summary>
    [Benchmark]
    public float MiniGan()
    {
        float last = 0;
        for (int done = 0; done < Images; done += Batch)
        {
            last = gan!.Generate(latents, labels).Span[^1];
        }

        return last;
    }

    /// <summary>ONNX Runtime, with its own number of threads.</summary>
    [Benchmark(Baseline = true)]
    public float OnnxRuntime()
    {
        float last = 0;
        for (int done = 0; done < Images; done += Batch)
        {
            using IDisposableReadOnlyCollection<OrtValue> results = session!.Run(options, ["z", "labels"], [z!, digits!], ["images"]);
            last = results[0].GetTensorDataAsSpan<float>()[^1];
        }

        return last;
    }

    /// <summary>Closes and removes the file.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        session?.Dispose();
        z?.Dispose();
        digits?.Dispose();
        options.Dispose();
        File.Delete(file);
        GC.SuppressFinalize(this);
    }
}
