using BenchmarkDotNet.Attributes;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Benchmarks;

/// <summary>
/// Each register tile by itself, on one thread, with operands of the size that the products give them. The times are those of one step of
/// the tile, one multiply-add for each of its registers, so that <see cref="Peak"/> is the least that the others can take.
/// </summary>
public unsafe class KernelBenchmarks
{
    private const int Taps = 16, Channels = 64, Positions = 256;

    private KernelSet kernels = KernelRegistry.All[^1];
    private Tensor left = new(new Shape(0)), right = new(new Shape(0)), results = new(new Shape(0));
    private nint[] rows = [], outputs = [];

    /// <summary>The instruction set.</summary>
    [ParamsSource(nameof(Supported))]
    public string Kernels { get; set; } = "";

    /// <summary>Those that this machine has.</summary>
    public static IEnumerable<string> Supported => KernelRegistry.All.Where(set => set.IsSupported).Select(set => set.Name);

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        kernels = KernelRegistry.Select(Kernels);
        var random = new RandomSource(1, "benchmark");
        left = new Tensor(new Shape(Math.Max(Taps * Channels, Positions), kernels.Rows));
        right = new Tensor(new Shape(Math.Max(Taps * Channels, Positions), kernels.Columns));
        results = new Tensor(new Shape(kernels.Rows, kernels.Columns));
        random.FillNormal(left.Span);
        random.FillNormal(right.Span);
        rows = [.. Enumerable.Range(0, Taps * kernels.Rows).Select(i => (nint)(left.Pointer + (i * Channels)))];
        outputs = [.. Enumerable.Range(0, kernels.Rows).Select(r => (nint)(results.Pointer + (r * kernels.Columns)))];
    }

    /// <summary>The tile of Apply and ApplyTransposed: 16 taps of 64 channels.</summary>
    [Benchmark(OperationsPerInvoke = Taps * Channels)]
    public void MultiplyRows()
    {
        fixed (nint* r = rows, o = outputs)
        {
            kernels.MultiplyRows((float**)r, Taps, Channels, right.Pointer, null, (float**)o, 0, kernels.Columns);
        }
    }

    /// <summary>The tile of AccumulateWeightGradient: a block of 256 positions.</summary>
    [Benchmark(OperationsPerInvoke = Positions)]
    public void AccumulateOuterProducts() => kernels.AccumulateOuterProducts(left.Pointer, right.Pointer, Positions, results.Pointer);

    /// <summary>As many multiply-adds, on registers alone.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Positions)]
    public long Peak() => kernels.MultiplyAddInRegisters(Positions * kernels.Rows / 6);
}
