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
    public void MultiplyRows(float** rows, int taps, int channels, float* panel, float* bias, float** outputs, int column, int columns)
    {
        if (columns == Columns)
        {
            MultiplyTile(rows, taps, channels, panel, bias, outputs, column);
            return;
        }

        float* tile = stackalloc float[Rows * Columns];
        float** tileRows = stackalloc float*[Rows];
        for (int r = 0; r < Rows; r++)
        {
            tileRows[r] = tile + (r * Columns);
        }

        MultiplyTile(rows, taps, channels, panel, bias, tileRows, 0);
        for (int r = 0; r < Rows; r++)
        {
            new ReadOnlySpan<float>(tileRows[r], columns).CopyTo(new Span<float>(outputs[r] + column, columns));
        }
    }

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
    public void AccumulateOuterProducts(
        float** images, int column, float* map, nint mapStride, int positions, float* gradient, nint stride, int rows, int columns)
    {
        if (rows == Rows && columns == Columns)
        {
            AccumulateTile(images, column, map, mapStride, positions, gradient, stride);
            return;
        }

        float* tile = stackalloc float[Rows * Columns];
        CopyRows(gradient, stride, tile, Columns, rows, columns);
        AccumulateTile(images, column, map, mapStride, positions, tile, Columns);
        CopyRows(tile, Columns, gradient, stride, rows, columns);
    }

    /// <summary><see cref="MultiplyRows"/> for all columns. A leaf without calls: a call would make the compiler keep the accumulators in memory.</summary>
    protected abstract void MultiplyTile(float** rows, int taps, int channels, float* panel, float* bias, float** outputs, int column);

    /// <summary><see cref="AccumulateOuterProducts"/> for all rows and columns; a leaf as well.</summary>
    protected abstract void AccumulateTile(float** images, int column, float* map, nint mapStride, int positions, float* gradient, nint stride);

    private static void CopyRows(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        for (int r = 0; r < rows; r++, from += fromStride, to += toStride)
        {
            new ReadOnlySpan<float>(from, columns).CopyTo(new Span<float>(to, columns));
        }
    }
}
