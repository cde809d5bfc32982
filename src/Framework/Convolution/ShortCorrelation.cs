namespace MiniGan.Convolution;

/// <summary>
/// A correlation of few values, yᵢ = Σⱼ dᵢ₊ⱼ · gⱼ for m results and r taps, with m + r − 1 products instead of m · r:
/// y = A · ((B · d) ⊙ (G · g)).
/// </summary>
/// <remarks>
/// Toom and Cook's algorithm, which Winograd proved minimal: d and g are evaluated as polynomials at the points 0, 1, −1 and ∞, multiplied
/// there, and the result is interpolated (S. Winograd 1980, "Arithmetic complexity of computations"; for networks A. Lavin and S. Gray
/// 2016, "Fast algorithms for convolutional neural networks", eq. 5). All factors are powers of two, so that on a grid with a few bits to
/// spare the result is exact.
/// </remarks>
/// <param name="Inputs">B, a row per product: of d₀ … dₘ₊ᵣ₋₂.</param>
/// <param name="Taps">G, a row per product: of g₀ … gᵣ₋₁.</param>
/// <param name="Results">A, a row per result: of the products.</param>
internal sealed record ShortCorrelation(float[][] Inputs, float[][] Taps, float[][] Results)
{
    /// <summary>m = 2, r = 2: 3 products instead of 4.</summary>
    private static readonly ShortCorrelation TwoByTwo = new(
        Inputs: [[1, -1, 0], [0, 1, 0], [0, -1, 1]],
        Taps: [[1, 0], [1, 1], [0, 1]],
        Results: [[1, 1, 0], [0, 1, 1]]);

    /// <summary>m = 3, r = 2: 4 products instead of 6.</summary>
    private static readonly ShortCorrelation ThreeByTwo = new(
        Inputs: [[1, 0, -1, 0], [0, 0.5f, 0.5f, 0], [0, -0.5f, 0.5f, 0], [0, -1, 0, 1]],
        Taps: [[1, 0], [1, 1], [1, -1], [0, 1]],
        Results: [[1, 1, 1, 0], [0, 1, -1, 0], [0, 1, 1, 1]]);

    /// <summary>m = 2, r = 3: 4 products instead of 6.</summary>
    private static readonly ShortCorrelation TwoByThree = new(
        Inputs: ThreeByTwo.Inputs,
        Taps: [[1, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 1]],
        Results: [[1, 1, 1, 0], [0, 1, -1, 1]]);

    /// <summary>
    /// The correlations that together give that many results, or one more; none where there is no algorithm for so many taps.
    /// </summary>
    public static IReadOnlyList<ShortCorrelation> Cover(int results, int taps)
    {
        // Threes cost least a result. A remainder of one would waste one, so a three becomes two twos: 7 = 3 + 2 + 2.
        int threes = taps == 2 && results > 1 ? (results / 3) - (results % 3 == 1 ? 1 : 0) : 0;
        int twos = (results - (3 * threes) + 1) / 2;
        return taps is 2 or 3
            ? [.. Enumerable.Repeat(ThreeByTwo, threes), .. Enumerable.Repeat(taps == 2 ? TwoByTwo : TwoByThree, twos)]
            : [];
    }
}
