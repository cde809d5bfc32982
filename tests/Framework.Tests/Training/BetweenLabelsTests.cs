using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>Pictures of what lies between two labels.</summary>
public sealed class BetweenLabelsTests
{
    [Fact]
    public void A_one_hot_vector_is_shared_between_two_labels()
    {
        var layer = new ConcatOneHot(3);
        layer.SetLabels([0, 2], [2, 2], 0.25f);
        Tensor x = new(new Shape(2, 1));
        x.Span.Fill(7);
        Assert.Equal([7, 0.75f, 0, 0.25f, 7, 0, 0, 1], layer.Forward(x).Span.ToArray());
        layer.SetLabels([1, 0]);
        Assert.Equal([7, 0, 1, 0, 7, 1, 0, 0], layer.Forward(x).Span.ToArray());
    }

    [Fact]
    public void An_embedding_is_the_mean_of_two_rows()
    {
        var layer = new Embedding(2, 2);
        new float[] { 1, 2, 5, -2 }.CopyTo(layer.Weight.Value.Span);
        layer.SetLabels([0, 1], [1, 1], 0.25f);
        Assert.Equal([2, 1, 5, -2], layer.Forward(new Tensor(new Shape(2, 1))).Span.ToArray());
        layer.SetLabels([1, 0]);
        Assert.Equal([5, -2, 1, 2], layer.Forward(new Tensor(new Shape(2, 1))).Span.ToArray());
    }

    [Theory]
    [InlineData(Preset.Conditional)]
    [InlineData(Preset.Residual)]
    public void At_both_ends_it_is_the_picture_of_the_label(Preset preset)
    {
        Gan gan = (Recipe.For(preset, width: 2) with { Classes = 3, LatentSize = 4, Image = new(1, 8, 9) }).CreateGan();
        Embedding[] embeddings = [.. gan.Generator.Descendants().OfType<Embedding>()];
        foreach (Embedding embedding in embeddings)
        {
            new RandomSource(2, "embedding").FillNormal(embedding.Weight.Value.Span);
        }

        Tensor z = gan.Latents(2, new RandomSource(1, "z"));
        float[] Between(float t) => gan.Generate(z, [0, 1], [1, 2], t).Span.ToArray();
        Assert.Equal(gan.Generate(z, [0, 1]).Span.ToArray(), Between(0));
        Assert.All(gan.Generate(z, [1, 2]).Span.ToArray().Zip(Between(1)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.NotEqual(Between(0), Between(0.5f));
        Assert.NotEqual(Between(1), Between(0.5f));
    }

    [Fact]
    public void Bad_pairs_are_refused()
    {
        Gan gan = (Recipe.For(Preset.Conditional, width: 2) with { Classes = 3, Image = new(1, 8, 8) }).CreateGan();
        Tensor z = gan.Latents(1, new RandomSource(1, "z"));
        Assert.Throws<ArgumentOutOfRangeException>(() => gan.Generate(z, [0], [1], 1.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => gan.Generate(z, [0], [1], float.NaN));
        Assert.Throws<ArgumentException>(() => gan.Generate(z, [0], [3], 0.5f));
        Assert.Throws<ArgumentException>(() => gan.Generate(z, [0], [1, 2], 0.5f));
        IClassConditional own = new ClassLogit(3);
        Assert.Contains("ClassLogit knows nothing", Assert.Throws<NotSupportedException>(() => own.SetLabels([0], [1], 0.5f)).Message);
    }
}
