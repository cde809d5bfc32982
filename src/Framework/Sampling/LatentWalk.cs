using MiniGan.Tensors;

namespace MiniGan.Sampling;

/// <summary>
/// Closed walks through latent space: from each stop to the next, and from the last back to the first, along great circles
/// (<see cref="SphericalInterpolation"/>). The frame after the last would be the first, so that shown again and again it never jumps.
/// </summary>
public sealed class LatentWalk
{
    private readonly IReadOnlyList<Tensor> stops;
    private readonly int framesPerLeg;

    /// <summary>Lays out walks.</summary>
    /// <param name="stops">At least two; each [N, latent]: row n is a stop of walk n.</param>
    /// <param name="framesPerLeg">Frames from one stop to the next, the stop itself included, at least 1.</param>
    /// <exception cref="ArgumentException">There are fewer than two stops, or they differ in shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no frame in a leg, or there are more than 2³¹ − 1 frames.</exception>
    public LatentWalk(IReadOnlyList<Tensor> stops, int framesPerLeg)
    {
        ArgumentNullException.ThrowIfNull(stops);
        if (stops.Count < 2 || stops[0].Shape.Rank != 2 || stops.Any(stop => stop.Shape != stops[0].Shape))
        {
            throw new ArgumentException(
                "A walk needs at least two stops of the same shape [N, latent], but got " +
                $"{(stops.Count == 0 ? "none" : string.Join(", ", stops.Select(stop => stop.Shape)))}.",
                nameof(stops));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(framesPerLeg, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(framesPerLeg, int.MaxValue / stops.Count);
        (this.stops, this.framesPerLeg) = (stops, framesPerLeg);
    }

    /// <summary>Frames of a whole round: stops · frames per leg.</summary>
    public int FrameCount => stops.Count * framesPerLeg;

    /// <summary>
    /// Where the walks are in a frame: frame k · (frames per leg) is at stop k, exactly; those between are evenly spread along the circle.
    /// </summary>
    /// <param name="index">Which frame, 0 to <see cref="FrameCount"/> − 1.</param>
    /// <returns>A fresh tensor [N, latent].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
    public Tensor Frame(int index)
    {
        if (index < 0 || index >= FrameCount)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The walk has frames 0 to {FrameCount - 1}.");
        }

        (int leg, int step) = Math.DivRem(index, framesPerLeg);
        Tensor from = stops[leg], to = stops[(leg + 1) % stops.Count], frame = new(from.Shape);
        int size = from.Shape.C;
        for (int n = 0; n < from.Shape.N; n++)
        {
            Span<float> result = frame.Span.Slice(n * size, size);
            SphericalInterpolation.Interpolate(
                from.Span.Slice(n * size, size), to.Span.Slice(n * size, size), (double)step / framesPerLeg, result);
        }

        return frame;
    }
}
