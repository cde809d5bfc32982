using MiniGan.Kernels;

namespace MiniGan.Convolution;

/// <summary>
/// C or Cᵀ as three steps, M = Collect · Products · Spread: sums of source positions, products of these with sums of taps, and sums
/// of the products, with the points of both axes in pairs.
/// </summary>
internal sealed class WinogradPlan
{
    // In floats: above them the sums of positions of one image would be far larger than any cache, and the sums of taps than is worth
    // holding.
    private const int FewestChannels = 32, LargestOperands = 1 << 20, LargestTapSums = 1 << 23;
    private const double WorthWhile = 0.8;

    private readonly List<Term[]> spread = [], tapSums = [];
    private readonly List<Term>[] collected;
    private readonly List<MatrixRows> parts = [];
    private readonly int sourceWidth, targetWidth, kernelWidth;

    private WinogradPlan(int sourceWidth, int targetWidth, int kernelWidth, int targets)
    {
        (this.sourceWidth, this.targetWidth, this.kernelWidth) = (sourceWidth, targetWidth, kernelWidth);
        collected = [.. Enumerable.Range(0, targets).Select(_ => new List<Term>())];
    }

    /// <summary>The source positions in each sum of them.</summary>
    public IReadOnlyList<IReadOnlyList<Term>> Spread => spread;

    /// <summary>The kernel's taps in each sum of them.</summary>
    public IReadOnlyList<IReadOnlyList<Term>> TapSums => tapSums;

    /// <summary>The products: from the sums of positions, with the sums of taps.</summary>
    public IReadOnlyList<MatrixRows> Parts => parts;

    /// <summary>How many products there are.</summary>
    public int Products { get; private set; }

    /// <summary>The products in each target position.</summary>
    public IReadOnlyList<IReadOnlyList<Term>> Collected => collected;

    /// <summary>C in three steps; null if there is no such way.</summary>
    public static WinogradPlan? OfC(ConvolutionGeometry g) => Of(
        AxisCorrelation.OfC(g.Rows), AxisCorrelation.OfC(g.Columns),
        new(g.Columns.Image, g.Columns.Map, g.Columns.Kernel, g.MapPositions));

    /// <summary>Cᵀ in three steps; null if there is no such way.</summary>
    public static WinogradPlan? OfTransposedC(ConvolutionGeometry g) => Of(
        AxisCorrelation.OfTransposedC(g.Rows), AxisCorrelation.OfTransposedC(g.Columns),
        new(g.Columns.Map, g.Columns.Image, g.Columns.Kernel, g.ImagePositions));

    /// <summary>
    /// The plan of a geometry; null if there is none, or these rows do as well. Sums of positions have to cost little beside the
    /// products: they grow with the channels, products with their square.
    /// </summary>
    /// <param name="geometry">The geometry.</param>
    /// <param name="kernels">Whose tiles multiply.</param>
    /// <param name="rows">The direct products.</param>
    /// <param name="make">Makes the plan: <see cref="OfC"/> or <see cref="OfTransposedC"/>.</param>
    public static WinogradPlan? For(
        ConvolutionGeometry geometry, KernelSet kernels, MatrixRows[] rows, Func<ConvolutionGeometry, WinogradPlan?> make)
    {
        int groups = geometry.Groups, image = geometry.ImageChannels, map = geometry.MapChannels;
        bool suits = Math.Min(image, map) / groups >= FewestChannels
            && new[] { image / groups, map / groups, kernels.Columns }.All(count => count % PositionSums.ChannelsAtOnce == 0)
            && ((long)geometry.ImagePositions * image) + ((long)geometry.MapPositions * map) <= LargestOperands;
        return suits && make(geometry) is { } plan
            && (long)map * (image / groups) * plan.tapSums.Count <= LargestTapSums
            && Count(plan.parts) <= WorthWhile * Count(rows) ? plan : null;
    }

    private static long Count(IEnumerable<MatrixRows> rows) => rows.Sum(part => (long)part.Sources.Length);

    private static WinogradPlan? Of(AxisCorrelation[][]? rows, AxisCorrelation[][]? columns, WinogradPlan plan)
    {
        AxisPoint[][] rowPoints = [.. (rows ?? []).Select(AxisPoint.Of)], columnPoints = [.. (columns ?? []).Select(AxisPoint.Of)];
        if (rows is null || columns is null || rowPoints.Concat(columnPoints).Any(points => points.Length == 0))
        {
            return null;
        }

        foreach (AxisPoint[] y in rowPoints)
        {
            foreach (AxisPoint[] x in columnPoints)
            {
                foreach (var kind in from row in y from column in x group (row, column) by (row.Kind, column.Kind))
                {
                    plan.Add([.. kind]);
                }
            }
        }

        return plan;
    }

    /// <summary>Adds the products of all pairs of points of a kind.</summary>
    private void Add((AxisPoint Row, AxisPoint Column)[] pairs)
    {
        List<int> targets = [], sources = [];
        foreach ((AxisPoint row, AxisPoint column) in pairs)
        {
            foreach (Term target in Outer(row.Targets, column.Targets, targetWidth))
            {
                collected[target.Index].Add(target with { Index = Products });
            }

            targets.Add(Products++);
            foreach (Term[] sum in from y in row.Sources from x in column.Sources select Outer(y, x, sourceWidth))
            {
                sources.Add(sum.Length == 0 ? -1 : spread.Count);
                spread.AddRange(sum.Length == 0 ? [] : [sum]);
            }
        }

        int first = tapSums.Count;
        tapSums.AddRange(from y in pairs[0].Row.Taps from x in pairs[0].Column.Taps select Outer(y, x, kernelWidth));
        parts.Add(new([.. Enumerable.Range(first, tapSums.Count - first)], [.. targets], [.. sources]));
    }

    private static Term[] Outer(Term[] rows, Term[] columns, int width) =>
        [.. from y in rows from x in columns select new Term((y.Index * width) + x.Index, y.Factor * x.Factor)];
}
