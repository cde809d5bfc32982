using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>
/// |q − p|² = |q|² + |p|² − 2 q · p from many vectors q to fixed vectors p: the products are the <see cref="Linear"/> layer of weight p,
/// whose kernels do a hundred million of them in a second or two.
/// </summary>
/// <remarks>
/// All vectors are first taken relative to the mean of p, so that float32 loses little in the subtraction: what is left
/// is about 10⁻⁶ of |p|².
/// </remarks>
internal sealed class SquaredDistances
{
    private const int QueriesPerPass = 256;

    private readonly Linear products;
    private readonly float[] mean, squares;

    /// <summary>Takes the fixed vectors.</summary>
    /// <param name="points">p: [points, size], at least one; copied.</param>
    public SquaredDistances(Tensor points)
    {
        (int count, int size) = (points.Shape.N, points.Shape.C);
        double[] sum = new double[size], row = new double[size];
        for (int n = 0; n < count; n++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(points.Span.Slice(n * size, size), row);
            TensorPrimitives.Add(sum, row, sum);
        }

        mean = [.. sum.Select(value => (float)(value / count))];
        products = new Linear(size, count, bias: false);
        squares = new float[count];
        for (int n = 0; n < count; n++)
        {
            squares[n] = Center(points, n, products.Weight.Value.Span.Slice(n * size, size));
        }
    }

    /// <summary>Vectors p.</summary>
    public int Points => squares.Length;

    /// <summary>Hands out a row of distances a query, each at least 0, on several threads at once.</summary>
    /// <param name="queries">q: [queries, size].</param>
    /// <param name="use">Takes the number of the query and its row, [points], which holds until it returns.</param>
    public void ForEach(Tensor queries, Action<int, ReadOnlySpan<float>> use)
    {
        int size = mean.Length;
        float[] ownSquares = new float[QueriesPerPass];
        for (int start = 0; start < queries.Shape.N; start += QueriesPerPass)
        {
            int first = start, count = Math.Min(QueriesPerPass, queries.Shape.N - start);
            var centered = new Tensor(new Shape(count, size));
            for (int n = 0; n < count; n++)
            {
                ownSquares[n] = Center(queries, first + n, centered.Span.Slice(n * size, size));
            }

            Tensor dots = products.Forward(centered);
            Parallelism.For(count, n =>
            {
                Span<float> row = dots.Span.Slice(n * Points, Points);
                TensorPrimitives.MultiplyAdd(row, -2, squares, row);
                TensorPrimitives.Add(row, ownSquares[n], row);
                TensorPrimitives.Max(row, 0, row);
                use(first + n, row);
            });
        }
    }

    /// <summary>Copies a vector relative to the mean, and returns its square.</summary>
    private float Center(Tensor vectors, int n, Span<float> centered)
    {
        TensorPrimitives.Subtract(vectors.Span.Slice(n * mean.Length, mean.Length), mean, centered);
        return TensorPrimitives.SumOfSquares<float>(centered);
    }
}
