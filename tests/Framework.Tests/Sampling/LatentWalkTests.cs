using MiniGan.Sampling;
using MiniGan.Tensors;

namespace MiniGan.Tests.Sampling;

public sealed class LatentWalkTests
{
    [Fact]
    public void A_walk_stands_at_its_stops_turns_evenly_and_closes()
    {
        const int walks = 2, size = 7, perLeg = 5;
        Tensor[] stops = [Stop("1", walks, size), Stop("2", walks, size), Stop("3", walks, size)];
        var walk = new LatentWalk(stops, perLeg);
        Assert.Equal(15, walk.FrameCount);
        for (int leg = 0; leg < stops.Length; leg++)
        {
            Assert.Equal(stops[leg].Span, walk.Frame(leg * perLeg).Span);
            for (int n = 0; n < walks; n++)
            {
                // The step from the last frame to the first is one like the others.
                double whole = Angle(stops[leg], stops[(leg + 1) % stops.Length], n);
                for (int step = 0; step < perLeg; step++)
                {
                    int frame = (leg * perLeg) + step;
                    Assert.Equal(whole / perLeg, Angle(walk.Frame(frame), walk.Frame((frame + 1) % walk.FrameCount), n), 1e-3);
                }
            }
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Tensor stop = Stop("1", 2, 3);
        Assert.Throws<ArgumentNullException>(() => new LatentWalk(null!, 1));
        Assert.Throws<ArgumentException>(() => new LatentWalk([], 1));
        Assert.Throws<ArgumentException>(() => new LatentWalk([stop], 1));
        Assert.Throws<ArgumentException>(() => new LatentWalk([stop, Stop("2", 3, 2)], 1));
        Assert.Throws<ArgumentException>(() => new LatentWalk([new Tensor(new Shape(6)), new Tensor(new Shape(6))], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentWalk([stop, stop], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentWalk([stop, stop], 1 << 30));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentWalk([stop, stop], 3).Frame(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentWalk([stop, stop], 3).Frame(-1));
    }

    private static Tensor Stop(string name, int walks, int size)
    {
        var stop = new Tensor(new Shape(walks, size));
        new RandomSource(1, name).FillNormal(stop.Span);
        return stop;
    }

    private static double Angle(Tensor a, Tensor b, int n)
    {
        double Dot(Tensor x, Tensor y) => Enumerable.Range(0, x.Shape.C).Sum(i => (double)x[n, i] * y[n, i]);
        return Math.Acos(Math.Clamp(Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b)), -1, 1));
    }
}
