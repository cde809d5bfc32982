using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Tests.Kernels;

/// <summary>Each kernel of each instruction set, at sizes around its tile, against plain loops; outputs poisoned and fenced.</summary>
public sealed unsafe class KernelSetTests
{
    private const float Fence = 12345;

    public static TheoryData<string> Supported => [.. KernelRegistry.All.Where(set => set.IsSupported).Select(set => set.Name)];

    [Theory]
    [MemberData(nameof(Supported))]
    public void MultiplyRows_at_sizes_around_the_tile(string name)
    {
        KernelSet kernels = KernelRegistry.Select(name);
        int rows = kernels.Rows, width = kernels.Columns;
        const int mostTaps = 3;
        float** inputs = stackalloc float*[mostTaps * rows];
        float** outputs = stackalloc float*[rows];
        foreach (int taps in new[] { 0, 1, mostTaps })
        {
            foreach (int channels in new[] { 1, 2, 7, 33 })
            {
                Tensor source = Values.OnGrid(new Shape(Math.Max(taps, 1) * rows, channels), "source");
                Tensor panel = Values.OnGrid(new Shape(Math.Max(taps, 1) * channels, width), "panel");
                Tensor bias = Values.OnGrid(new Shape(width), "bias");
                foreach (int columns in Enumerable.Range(1, width))
                {
                    const int column = 3;
                    int stride = column + width + 1;
                    Tensor output = new(new Shape(rows, stride));
                    output.Span.Fill(Fence);
                    for (int i = 0; i < taps * rows; i++)
                    {
                        inputs[i] = source.Pointer + (i * channels);
                    }

                    for (int r = 0; r < rows; r++)
                    {
                        outputs[r] = output.Pointer + (r * stride);
                    }

                    bool biased = columns % 2 == 0;
                    kernels.MultiplyRows(inputs, taps, channels, panel.Pointer, biased ? bias.Pointer : null, outputs, column, columns);
                    for (int r = 0; r < rows; r++)
                    {
                        for (int j = 0; j < stride; j++)
                        {
                            float expected = Fence;
                            if (j >= column && j < column + columns)
                            {
                                expected = biased ? bias[j - column] : 0;
                                for (int k = 0; k < taps * channels; k++)
                                {
                                    expected += source[(k / channels * rows) + r, k % channels] * panel[k, j - column];
                                }
                            }

                            Assert.Equal(expected, output[r, j]);
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Supported))]
    public void AccumulateOuterProducts_adds_to_the_whole_tile_and_to_nothing_else(string name)
    {
        KernelSet kernels = KernelRegistry.Select(name);
        foreach (int positions in new[] { 0, 1, 2, 9 })
        {
            Tensor left = Values.OnGrid(new Shape(positions + 1, kernels.Rows), "left"),
                right = Values.OnGrid(new Shape(positions + 1, kernels.Columns), "right");
            Tensor start = Values.OnGrid(new Shape(kernels.Rows + 1, kernels.Columns), "start"), tile = start.Clone();
            kernels.AccumulateOuterProducts(left.Pointer, right.Pointer, positions, tile.Pointer);
            for (int r = 0; r <= kernels.Rows; r++)
            {
                for (int j = 0; j < kernels.Columns; j++)
                {
                    float expected = start[r, j];
                    for (int p = 0; p < positions && r < kernels.Rows; p++)
                    {
                        expected += left[p, r] * right[p, j];
                    }

                    Assert.Equal(expected, tile[r, j]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Supported))]
    public void MultiplyAddInRegisters_counts_its_operations(string name)
    {
        KernelSet kernels = KernelRegistry.Select(name);
        Assert.Equal(12L * 2 * (kernels.Columns / 2) * 100, kernels.MultiplyAddInRegisters(100));
        Assert.Equal(KernelRegistry.Current.Name, Processor.Kernels);
    }

    [Fact]
    public void The_fastest_supported_set_is_chosen_and_a_forced_one_never_replaced()
    {
        Assert.Same(KernelRegistry.All.First(set => set.IsSupported), KernelRegistry.Select(null));
        Assert.Same(KernelRegistry.All.First(set => set.IsSupported), KernelRegistry.Select(""));
        Assert.Equal("portable", KernelRegistry.Select("portable").Name);
        Assert.Contains(
            "portable", Assert.Throws<PlatformNotSupportedException>(() => KernelRegistry.Select("avx1024")).Message,
            StringComparison.Ordinal);
        foreach (KernelSet missing in KernelRegistry.All.Where(set => !set.IsSupported))
        {
            Assert.Throws<PlatformNotSupportedException>(() => KernelRegistry.Select(missing.Name));
        }
    }

    [Fact]
    public void A_tile_never_reads_beyond_what_tensors_allow() =>
        Assert.All(KernelRegistry.All, kernels =>
            Assert.True(kernels.Columns <= Tensor.ReadableTail && kernels.Rows <= Tensor.ReadableTail));
}
