namespace MiniGan.Kernels;

/// <summary>
/// Products of row-major matrices by the register tiles, by the calling thread: for matrices that are used once, as attention's and a
/// Linear's images are. The right operand is packed first, in panels as wide as a tile: [panel][inner][<see cref="KernelSet.Columns"/>].
/// </summary>
internal static unsafe class PanelProducts
{
    /// <summary>Floats of a packed matrix.</summary>
    /// <param name="kernels">Whose tiles.</param>
    /// <param name="inner">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    public static int PackedLength(KernelSet kernels, int inner, int columns) =>
        checked(Division.Ceiling(columns, kernels.Columns) * kernels.Columns * inner);

    /// <summary>Packs a matrix as the rows first … first + rows − 1 of one with <paramref name="inner"/> rows.</summary>
    /// <param name="kernels">Whose tiles.</param>
    /// <param name="matrix">[rows][<paramref name="stride"/>], of which the first <paramref name="columns"/> count.</param>
    /// <param name="stride">Floats from one of its rows to the next.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="packed">Room for <see cref="PackedLength"/> floats. What is behind the last column stays as it is.</param>
    /// <param name="inner">Rows of the packed matrix.</param>
    /// <param name="first">The first row's place in it.</param>
    public static void Pack(KernelSet kernels, float* matrix, nint stride, int rows, int columns, float* packed, int inner, int first)
    {
        int width = kernels.Columns;
        for (int column = 0; column < columns; column += width, packed += inner * width)
        {
            int count = Math.Min(width, columns - column);
            for (int row = 0; row < rows; row++)
            {
                new ReadOnlySpan<float>(matrix + (row * stride) + column, count)
                    .CopyTo(new Span<float>(packed + ((first + row) * width), count));
            }
        }
    }

    /// <summary>As <see cref="Pack"/>, of the transposed matrix: its columns are the rows that are packed.</summary>
    public static void PackTransposed(
        KernelSet kernels, float* matrix, nint stride, int rows, int columns, float* packed, int inner, int first)
    {
        int width = kernels.Columns;
        for (int row = 0; row < rows; row += width, packed += inner * width)
        {
            Transposition.Copy(
                matrix + (row * stride), stride, packed + (first * width), width, Math.Min(width, rows - row), columns);
        }
    }

    /// <summary>target = left · right. Overwrites.</summary>
    /// <param name="kernels">Whose tiles.</param>
    /// <param name="left">[rows][<paramref name="leftStride"/>], of which the first <paramref name="inner"/> count.</param>
    /// <param name="leftStride">Floats from one row of the left matrix to the next.</param>
    /// <param name="rows">Rows of the left matrix.</param>
    /// <param name="inner">What is summed over.</param>
    /// <param name="right">The right matrix, packed.</param>
    /// <param name="target">[rows][<paramref name="targetStride"/>], of which the first <paramref name="columns"/> are overwritten.</param>
    /// <param name="targetStride">Floats from one row of the target to the next.</param>
    /// <param name="columns">Columns of the right matrix.</param>
    public static void Multiply(
        KernelSet kernels, float* left, int leftStride, int rows, int inner, float* right, float* target, int targetStride, int columns)
    {
        int height = kernels.Rows, width = kernels.Columns;
        float** inputs = stackalloc float*[2 * height];
        float** outputs = inputs + height;
        for (int row = 0; row < rows; row += height)
        {
            // A tile always has all its rows: those behind the last are that one again, and write what it writes.
            for (int r = 0; r < height; r++)
            {
                nint own = Math.Min(row + r, rows - 1);
                inputs[r] = left + (own * leftStride);
                outputs[r] = target + (own * targetStride);
            }

            float* panel = right;
            for (int column = 0; column < columns; column += width, panel += inner * width)
            {
                kernels.MultiplyRows(inputs, 1, inner, panel, null, outputs, column, Math.Min(width, columns - column));
            }
        }
    }

    /// <summary>Adds the same row to each row of a matrix.</summary>
    /// <param name="row">[<paramref name="columns"/>], or null for zeros.</param>
    /// <param name="target">[rows][<paramref name="stride"/>], of which the first <paramref name="columns"/> are changed.</param>
    /// <param name="stride">Floats from one row of the target to the next.</param>
    /// <param name="rows">Rows of the target.</param>
    /// <param name="columns">Columns that count.</param>
    public static void AddToRows(float* row, float* target, nint stride, int rows, int columns)
    {
        for (int r = 0; r < rows && row != null; r++, target += stride)
        {
            var sums = new Span<float>(target, columns);
            TensorPrimitives.Add(sums, new ReadOnlySpan<float>(row, columns), sums);
        }
    }

    /// <summary>Floats that <see cref="AccumulateTransposed"/> works in.</summary>
    /// <param name="kernels">Whose tiles.</param>
    /// <param name="positions">What is summed over.</param>
    /// <param name="rows">Columns of the left matrix.</param>
    public static int WorkLength(KernelSet kernels, int positions, int rows) =>
        checked(positions * ((Division.Ceiling(rows, kernels.Rows) * kernels.Rows) + kernels.Columns));

    /// <summary>target += leftᵀ · right.</summary>
    /// <param name="kernels">Whose tiles.</param>
    /// <param name="left">[positions][rows]: the narrower one, as it goes to the short side of the tiles.</param>
    /// <param name="rows">Columns of the left matrix.</param>
    /// <param name="right">[positions][<paramref name="rightStride"/>], of which the first <paramref name="columns"/> count.</param>
    /// <param name="rightStride">Floats from one row of the right matrix to the next.</param>
    /// <param name="columns">Columns of the right matrix.</param>
    /// <param name="positions">What is summed over.</param>
    /// <param name="target">[rows][columns].</param>
    /// <param name="work">Room for <see cref="WorkLength"/> floats.</param>
    public static void AccumulateTransposed(
        KernelSet kernels, float* left, int rows, float* right, int rightStride, int columns, int positions, float* target, float* work)
    {
        int height = kernels.Rows, width = kernels.Columns;
        float* tile = stackalloc float[height * width];
        float* strip = work + (Division.Ceiling(rows, height) * height * positions);
        for (int row = 0; row < rows; row += height)
        {
            int count = Math.Min(height, rows - row);
            for (int p = 0; p < positions; p++)
            {
                new ReadOnlySpan<float>(left + ((nint)p * rows) + row, count)
                    .CopyTo(new Span<float>(work + (row * positions) + (p * height), count));
            }
        }

        for (int column = 0; column < columns; column += width)
        {
            int count = Math.Min(width, columns - column);
            for (int p = 0; p < positions; p++)
            {
                new ReadOnlySpan<float>(right + ((nint)p * rightStride) + column, count)
                    .CopyTo(new Span<float>(strip + (p * width), count));
            }

            for (int row = 0; row < rows; row += height)
            {
                new Span<float>(tile, height * width).Clear();
                kernels.AccumulateOuterProducts(work + (row * positions), strip, positions, tile);
                for (int r = 0; r < Math.Min(height, rows - row); r++)
                {
                    var sum = new Span<float>(target + ((nint)(row + r) * columns) + column, count);
                    TensorPrimitives.Add(sum, new ReadOnlySpan<float>(tile + (r * width), count), sum);
                }
            }
        }
    }
}
