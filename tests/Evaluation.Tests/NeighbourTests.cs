using System.Globalization;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Imaging;
using MiniGan.Tensors;
using MiniGan.Tests.Comparison;

namespace MiniGan.Tests.Evaluation;

/// <summary>Nearest neighbours, and what precision and recall make of them.</summary>
public sealed class NeighbourTests
{
    [Fact]
    public void The_nearest_are_those_of_the_definition_in_whatever_parts()
    {
        Tensor queries = Values.Normal(new Shape(300, 5), "queries"), first = Values.Normal(new Shape(40, 5), "first"),
            second = Values.Normal(new Shape(17, 5), "second");
        IReadOnlyList<IReadOnlyList<Neighbour>> found = NearestNeighbours.Find(queries, [first, second], 4);
        Assert.Equal(300, found.Count);
        for (int n = 0; n < 300; n++)
        {
            (int Index, double Distance)[] expected = [.. Enumerable.Range(0, 57)
                .Select(i => (i, Distance(queries, n, i < 40 ? first : second, i < 40 ? i : i - 40))).OrderBy(item => item.Item2).Take(4)];
            Assert.Equal(expected.Select(item => item.Index), found[n].Select(item => item.Index));
            Assert.All(expected.Zip(found[n]), pair => Assert.Equal(pair.First.Distance, pair.Second.Distance, 1e-4));
        }

        Assert.Equal(17, NearestNeighbours.Find(queries, [second], 20)[0].Count);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("deficient")]
    public void Precision_and_recall_are_what_numpy_says(string name)
    {
        SafetensorsFile file = SafetensorsReader.Read(Reference.PathOf("numpy-evaluation.safetensors"));
        FeatureManifold Of(string tensor)
        {
            return new(file.Tensors.Single(item => item.Name == $"{name}/{tensor}").Value);
        }

        (double precision, double recall) = Of("real").Compare(Of("fake"));
        Assert.Equal(double.Parse(file.Metadata[$"{name}/precision"], CultureInfo.InvariantCulture), precision, 1e-12);
        Assert.Equal(double.Parse(file.Metadata[$"{name}/recall"], CultureInfo.InvariantCulture), recall, 1e-12);
    }

    [Fact]
    public void What_is_elsewhere_is_not_precise_and_a_part_recalls_a_part()
    {
        Tensor real = Values.Normal(new Shape(64, 3), "real"), elsewhere = real.Clone(), alike = new(new Shape(8, 3));
        Move(elsewhere, 1000);
        Assert.Equal((0.0, 0.0), new FeatureManifold(real).Compare(new FeatureManifold(elsewhere)));
        Assert.Equal((1.0, 1.0), new FeatureManifold(real).Compare(new FeatureManifold(real.Clone())));

        // Eight times the same real point: each looks real, but its ball has no size.
        for (int n = 0; n < 8; n++)
        {
            real.Span[..3].CopyTo(alike.Span[(3 * n)..]);
        }

        (double precision, double recall) = new FeatureManifold(real).Compare(new FeatureManifold(alike));
        Assert.Equal(1, precision);
        Assert.InRange(recall, 0, 1.0 / 64);
    }

    [Fact]
    public void The_picture_shows_twins_side_by_side()
    {
        // Images of 2×3 pixels, of which number i is bright at pixel i.
        byte[] pixels = [.. Enumerable.Range(0, 36).Select(i => i / 6 == i % 6 ? (byte)255 : (byte)0)];
        var training = new ImageDataset(new IdxImages(6, 2, 3, pixels), new int[6]);
        var pictures = new Tensor(new Shape(3, 1, 2, 3));
        training.CopyTo([4, 0, 2], pictures);
        Assert.Equal(0, NeighbourPicture.MeanNearestDistance(pictures, training), 1e-3);
        Bitmap bitmap = NeighbourPicture.Draw(pictures, training, neighbours: 2);
        Assert.Equal(3, bitmap.Channels);

        // Two panels of two rows; a cell is 2·3 + 4 wide and 2·2 + 4 high, the neighbours begin 4 further right.
        Assert.Equal((4 + (2 * (30 + 12)), 4 + (2 * 8)), (bitmap.Width, bitmap.Height));
        byte At(int x, int y) => bitmap.Pixels[((y * bitmap.Width) + x) * 3];
        foreach ((int image, int left, int top) in ((int, int, int)[])[(4, 4, 4), (0, 4, 12), (2, 46, 4)])
        {
            for (int i = 0; i < 6; i++)
            {
                int x = left + (i % 3 * 2), y = top + (i / 3 * 2), expected = i == image ? 255 : 0;
                Assert.Equal((expected, expected), (At(x, y), At(x + 1, y + 1)));
                Assert.Equal((expected, expected), (At(x + 14, y), At(x + 15, y + 1)));
            }
        }

        // In features that are the last pixel alone, all but the last image are twins.
        var last = new FeatureSpace(
            new Modules.Sequential(new Modules.Flatten(), new Modules.Lambda(Last, (_, _) => throw new NotSupportedException())),
            training.ImageShape);
        training.CopyTo([5, 1, 3], pictures);
        pictures.Span[..5].Fill(1);
        Assert.Equal(0, NeighbourPicture.MeanNearestDistance(pictures, training, last), 1e-3);
        Assert.True(NeighbourPicture.MeanNearestDistance(pictures, training) > 1);

        training.CopyTo([1, 0, 2], pictures);
        pictures.Span[..6].Fill(-1);
        Assert.Equal(2.0 / 3, NeighbourPicture.MeanNearestDistance(pictures, training), 1e-3); // one of three pictures misses a pixel of 2
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Tensor rows = Values.Normal(new Shape(5, 3), "rows");
        Assert.Throws<ArgumentNullException>(() => NearestNeighbours.Find(null!, [rows], 1));
        Assert.Throws<ArgumentNullException>(() => NearestNeighbours.Find(rows, null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbours.Find(rows, [rows], 0));
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Find(rows, [new Tensor(new Shape(5, 4))], 1));
        Assert.Throws<ArgumentException>(() => NearestNeighbours.Find(rows, [new Tensor(new Shape(0, 3))], 1));
        Assert.Throws<ArgumentNullException>(() => new FeatureManifold(null!));
        Assert.Throws<ArgumentException>(() => new FeatureManifold(Values.Normal(new Shape(3, 3), "few")));
        Assert.Throws<ArgumentException>(() => new FeatureManifold(rows, 0));
        Assert.Throws<ArgumentException>(() => new FeatureManifold(rows).ShareWithin(new Tensor(new Shape(5, 4))));
        Assert.Throws<ArgumentException>(() => new FeatureManifold(rows).ShareWithin(new Tensor(new Shape(0, 3))));
        Assert.Throws<ArgumentNullException>(() => new FeatureManifold(rows).Compare(null!));
        var training = new ImageDataset(new IdxImages(1, 2, 3, new byte[6]), new int[1]);
        Assert.Throws<ArgumentException>(() => NeighbourPicture.Draw(new Tensor(new Shape(1, 1, 3, 2)), training));
        Assert.Throws<ArgumentException>(() => NeighbourPicture.Draw(new Tensor(new Shape(0, 1, 2, 3)), training));
        Assert.Throws<ArgumentOutOfRangeException>(() => NeighbourPicture.Draw(new Tensor(new Shape(1, 1, 2, 3)), training, 0));
    }

    private static Tensor Last(Tensor x)
    {
        var y = new Tensor(new Shape(x.Shape.N, 1));
        for (int n = 0; n < x.Shape.N; n++)
        {
            y.Span[n] = x.Span[((n + 1) * x.Shape.C) - 1];
        }

        return y;
    }

    private static double Distance(Tensor a, int i, Tensor b, int j) =>
        Math.Sqrt(Enumerable.Range(0, a.Shape.C).Sum(c => Math.Pow((double)a[i, c] - b[j, c], 2)));

    private static void Move(Tensor tensor, float value)
    {
        foreach (ref float element in tensor.Span)
        {
            element += value;
        }
    }
}
