using MiniGan.Convolution;

namespace MiniGan.Tests.Convolution;

public sealed class ShortCorrelationTests
{
    [Theory]
    [InlineData(2, 2, 3)]
    [InlineData(3, 2, 4)]
    [InlineData(2, 3, 4)]
    public void It_gives_the_correlation_with_fewer_products(int results, int taps, int products)
    {
        ShortCorrelation algorithm = Assert.Single(ShortCorrelation.Cover(results, taps));
        Assert.Equal((products, products), (algorithm.Inputs.Length, algorithm.Taps.Length));

        // Bilinear in d and g: all pairs of unit vectors say everything.
        for (int i = 0; i < results + taps - 1; i++)
        {
            for (int j = 0; j < taps; j++)
            {
                for (int result = 0; result < results; result++)
                {
                    float y = 0;
                    for (int p = 0; p < products; p++)
                    {
                        y += algorithm.Results[result][p] * algorithm.Inputs[p][i] * algorithm.Taps[p][j];
                    }

                    Assert.Equal(i == result + j ? 1 : 0, y);
                }
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_number_of_results_is_covered_with_at_most_one_more(int taps)
    {
        for (int results = 1; results <= 40; results++)
        {
            IReadOnlyList<ShortCorrelation> cover = ShortCorrelation.Cover(results, taps);
            int covered = cover.Sum(part => part.Results.Length);
            Assert.InRange(covered, results, results + (taps == 2 && results > 1 ? 0 : 1));
            Assert.All(cover, part => Assert.Equal(taps, part.Taps[0].Length));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void There_is_none_for_other_numbers_of_taps(int taps) => Assert.Empty(ShortCorrelation.Cover(6, taps));
}
