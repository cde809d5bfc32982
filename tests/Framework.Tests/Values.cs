using MiniGan.Tensors;

namespace MiniGan.Tests;

/// <summary>Tensors for tests.</summary>
internal static class Values
{
    /// <summary>
    /// Multiples of 1/8 from −2 to 2: products and sums of many of them are exact in float32, in any order, so results compare with ==.
    /// </summary>
    public static Tensor OnGrid(Shape shape, string name)
    {
        var random = new RandomSource(7, name);
        var tensor = new Tensor(shape);
        foreach (ref float value in tensor.Span)
        {
            value = (random.NextInt(33) - 16) / 8f;
        }

        return tensor;
    }

    /// <summary>Standard normal values.</summary>
    public static Tensor Normal(Shape shape, string name)
    {
        var tensor = new Tensor(shape);
        new RandomSource(7, name).FillNormal(tensor.Span);
        return tensor;
    }

    /// <summary>A tensor full of NaN, so that an element that is not overwritten is seen.</summary>
    public static Tensor Poisoned(Shape shape)
    {
        var tensor = new Tensor(shape);
        tensor.Span.Fill(float.NaN);
        return tensor;
    }

    /// <summary>Σ a · b, in double.</summary>
    public static double Dot(Tensor a, Tensor b)
    {
        Assert.Equal(a.Shape, b.Shape);
        double sum = 0;
        for (int i = 0; i < a.Span.Length; i++)
        {
            sum += (double)a.Span[i] * b.Span[i];
        }

        return sum;
    }
}
