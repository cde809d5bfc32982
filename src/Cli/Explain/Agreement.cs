namespace MiniGan.Cli.Explain;

/// <summary>How far a second way of computing the same numbers is from what the layer computed.</summary>
/// <param name="What">The two ways.</param>
/// <param name="Values">How many numbers were compared.</param>
/// <param name="Difference">The largest difference.</param>
/// <param name="Holds">Whether it is within the rounding of float32.</param>
internal sealed record Agreement(string What, int Values, double Difference, bool Holds)
{
    private const double Tolerance = 1e-5, SmallestNormal = 1.17549435e-38;

    /// <summary>Compares.</summary>
    /// <param name="what">The two ways.</param>
    /// <param name="layer">What the layer computed.</param>
    /// <param name="other">The same, computed in another way.</param>
    /// <param name="magnitude">The sum of |terms| behind each number: float32 rounds in proportion to it.</param>
    public static Agreement Of(string what, float[] layer, double[] other, double[] magnitude)
    {
        double largest = 0;
        bool holds = layer.Length == other.Length;
        for (int i = 0; i < layer.Length && holds; i++)
        {
            double difference = Math.Abs(layer[i] - other[i]);
            largest = Math.Max(largest, difference);
            holds = difference <= (Tolerance * magnitude[i]) + SmallestNormal;
        }

        return new(what, layer.Length, largest, holds);
    }
}
