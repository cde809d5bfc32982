using MiniGan.Cli.Common;
using MiniGan.Cli.Watch;
using MiniGan.Tensors;

namespace MiniGan.Tests.Cli.Watch;

public sealed class LatentDirectionsTests
{
    [Fact]
    public void Directions_are_those_of_the_largest_change()
    {
        // G(z) = A z on pictures of 2×3, with axes of different strength, turned by 30° in the plane of the first two.
        const int latent = 4;
        float[] strengths = [5, 3, 1, 0.5f];
        (float sine, float cosine) = MathF.SinCos(MathF.PI / 6);
        float[][] axes = [[cosine, sine, 0, 0], [-sine, cosine, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
        var points = new HashSet<int>();
        float[][] found = LatentDirections.Of(latent, (z, point) =>
        {
            points.Add(point);
            var pictures = new Tensor(new Shape(z.Shape.N, 1, 2, 3));
            for (int n = 0; n < z.Shape.N; n++)
            {
                for (int k = 0; k < latent; k++)
                {
                    pictures.Span[(n * 6) + k] = strengths[k] * Enumerable.Range(0, latent).Sum(i => axes[k][i] * z.Span[(n * latent) + i]);
                }
            }

            return pictures;
        });
        Assert.Equal(latent, found.Length);
        Assert.Equal(8, points.Count);
        for (int k = 0; k < latent; k++)
        {
            Assert.Equal(1, Math.Abs(found[k].Zip(axes[k], (a, b) => a * b).Sum()), 1e-3f);
            Assert.True(found[k].MaxBy(Math.Abs) > 0);
        }
    }

    [Fact]
    public void No_more_directions_are_looked_for_than_are_shown()
    {
        float[][] found = LatentDirections.Of(20, (z, _) => Tensor.FromRowMajor(new Shape(z.Shape.N, 1, 4, 5), z.Span.ToArray()));
        Assert.Equal(LatentDirections.Most, found.Length);
        Assert.Contains("512", Assert.Throws<UserException>(() => LatentDirections.Of(513, (z, _) => z)).Message, StringComparison.Ordinal);
    }
}
