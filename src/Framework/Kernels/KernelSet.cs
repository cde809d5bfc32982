namespace MiniGan.Kernels;

/// <summary>
/// The two register tiles that all of the arithmetic is made of, for one instruction set. A tile of <see cref="Rows"/> ×
/// <see cref="Columns"/> results stays in registers while the sum runs.
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
    /// out[r][j] = bias[j] + Σₜ Σ꜀ rows[t·Rows + r][c] · panel[(t·channels + c)·Columns + j], for r &lt;
    /// <see cref="Rows"/> and j &lt; columns. Overwrites.
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
    /// tile[r][j] += Σₚ left[p][r] · right[p][j], for r &lt; <see cref="Rows"/> and j &lt; <see cref="Columns"/>.
    /// Accumulates. A leaf as well.
    /// </summary>
    /// <param name="left">[positions][<see cref="Rows"/>].</param>
    /// <param name="right">[positions][<see cref="Columns"/>].</param>
    /// <param name="positions">How many positions to sum over.</param>
    /// <param name="tile">[<see cref="Rows"/>][<see cref="Columns"/>].</param>
    public abstract void AccumulateOuterProducts(float* left, float* right, int positions, float* tile);

    /// <summary>
    /// <see cref="MultiplyRows"/> for all columns. A leaf without calls: a call would make the compiler keep the accumulators in memory.
    /// </summary>
    protected abstract void MultiplyTile(float** rows, int taps, int channels, float* panel, float* bias, float** outputs, int column);

    /// <summary>Multiply-adds on as many registers as a tile has, and nothing else: what the processor can do at most.</summary>
    /// <param name="rounds">How many multiply-adds each register takes.</param>
    /// <returns>Floating-point operations done; a multiply-add is two.</returns>
    public abstract long MultiplyAddInRegisters(int rounds);
}
