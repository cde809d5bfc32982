using MiniGan.Tensors;

namespace MiniGan.Evaluation;

/// <summary>The nearest of many vectors, by brute force.</summary>
public static class NearestNeighbours
{
    /// <summary>Finds the nearest points of each query, the nearest first; of equally near ones the first.</summary>
    /// <param name="queries">[queries, size].</param>
    /// <param name="points">The points in parts, each [points, size] with at least one, so that not all need be in memory.</param>
    /// <param name="count">How many to find, at least 1; fewer if there are not so many points.</param>
    /// <returns>A list a query; a point's index counts over all parts.</returns>
    /// <exception cref="ArgumentException">Queries or points are no vectors of the same size, or the count is less than 1.</exception>
    public static IReadOnlyList<IReadOnlyList<Neighbour>> Find(Tensor queries, IEnumerable<Tensor> points, int count)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int[][] indices = [.. Enumerable.Range(0, queries.Shape.N).Select(_ => new int[count])];
        float[][] distances = [.. indices.Select(_ => Enumerable.Repeat(float.PositiveInfinity, count).ToArray())];
        int first = 0;
        foreach (Tensor part in points)
        {
            if (queries.Shape.Rank != 2 || part.Shape.Rank != 2 || part.Shape.Count == 0 || part.Shape.C != queries.Shape.C)
            {
                throw new ArgumentException(
                    $"Queries and points must be vectors of the same size, [N, size], but got {queries.Shape} and {part.Shape}.",
                    nameof(points));
            }

            int offset = first;
            new SquaredDistances(part).ForEach(queries, (n, row) => KeepSmallest(row, offset, indices[n], distances[n]));
            first += part.Shape.N;
        }

        int found = Math.Min(count, first);
        return [.. indices.Zip(distances, (index, distance) =>
            (IReadOnlyList<Neighbour>)[.. index.Zip(distance, (i, squared) => new Neighbour(i, Math.Sqrt(squared))).Take(found)])];
    }

    /// <summary>Merges a row into the smallest values so far, which ascend; each stands beside its place in all rows.</summary>
    /// <param name="row">Values, finite.</param>
    /// <param name="offset">The place of the row's first.</param>
    /// <param name="indices">As many places as values.</param>
    /// <param name="values">The smallest so far; infinity at first.</param>
    internal static void KeepSmallest(ReadOnlySpan<float> row, int offset, Span<int> indices, Span<float> values)
    {
        for (int i = 0; i < row.Length; i++)
        {
            float value = row[i];
            if (!(value < values[^1]))
            {
                continue;
            }

            int place = values.Length - 1;
            for (; place > 0 && value < values[place - 1]; place--)
            {
                (values[place], indices[place]) = (values[place - 1], indices[place - 1]);
            }

            (values[place], indices[place]) = (value, offset + i);
        }
    }
}
