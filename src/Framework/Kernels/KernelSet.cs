namespace MiniGan.Kernels;

/// <summary>
/// The two register tiles that all of the arithmetic is made of, for one instruction set. A tile of <see cref="Rows"/> × <see cref="Columns"/>
/// results stays in registers while the sum runs.
/// </summary>
internal abstract unsafe class KernelSet
{
    /// <summary>The instruction set: <c>avx512</c>, <c>avx2</c> or <c>portable</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether this process can run it.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>Rows of the tile.</summary>
    public abstract int Rows { get; }

    /// <summary>Columns of the tile; weights are packed in panels of this width.</summary>
    public abstract int Columns { get; }

    /// <summary>
    /// out[r][j] = bias[j] + Σₜ Σ꜀ rows[t·Rows + r][c] · panel[(t·channels + c)·Columns + j], for r &lt; <see cref="Rows"/> and j &lt; columns.
    /// Overwrites.
    /// </summary>
    /// <param name="rows">For each tap, <see cref="Rows"/> pointers to the channels of a position.</param>
    /// <param name="taps">Number of taps; zero leaves the bias alone.</param>
    /// <param name="channels">Channels behind each pointer.</param>
    /// <param name="panel">Packed weights, [taps][channels][Columns].</param>
    /// <param name="bias"><see cref="Columns"/> readable floats, or null for zeros.</param>
    /// <param name="outputs"><see cref="Rows"/> pointers; the tile goes to outputs[r] + column.</param>
    /// <param name="column">The first column of the tile in an output row.</param>
    /// <param name="columns">How many columns to write, 1 to <see cref="Columns"/>.</param>
    public abstract void MultiplyRows(
        float** rows, int taps, int channels, float* panel, float* bias, float** outputs, int column, int columns);

    /// <summary>
    /// gradient[r·stride + j] += Σₚ map[p·mapStride + r] · images[p][column + j], for r &lt; rows and j &lt; columns. Accumulates.
    /// </summary>
    /// <param name="images">For each position, a pointer to its channels on the image side.</param>
    /// <param name="column">The first of those channels to take.</param>
    /// <param name="map">The channels of the first position on the map side; <see cref="Rows"/> floats are readable at each position.</param>
    /// <param name="mapStride">Floats from one position of the map to the next.</param>
    /// <param name="positions">How many positions to sum over.</param>
    /// <param name="gradient">The tile's first element.</param>
    /// <param name="stride">Floats from one row of the gradient to the next.</param>
    /// <param name="rows">How many rows to write, 1 to <see cref="Rows"/>.</param>
    /// <param name="columns">How many columns to write, 1 to <see cref="Columns"/>.</param>
    public abstract void AccumulateOuterProducts(
        float** images, int column, float* map, nint mapStride, int positions, float* gradient, nint stride, int rows, int columns);
}
