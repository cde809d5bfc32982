namespace MiniGan.Convolution;

/// <summary>
/// Where a weight lies: target channel j, source channel c, tap t of group g is at j · Target + c · Source + t · Tap +
/// g · Group. There are Count in all.
/// </summary>
internal readonly record struct WeightStrides(int Target, int Source, int Tap, int Group, int Count)
{
    /// <summary>The same weights seen by Cᵀ: source and target swapped.</summary>
    public WeightStrides Transposed => this with { Target = Source, Source = Target };
}
