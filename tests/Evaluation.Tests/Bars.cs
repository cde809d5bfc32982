using MiniGan.Data;
using MiniGan.Evaluation;
using MiniGan.Tensors;

namespace MiniGan.Tests.Evaluation;

/// <summary>Ten classes of 28×28 images that are quick to learn: a bright bar, whose height in the image tells the class.</summary>
internal static class Bars
{
    public static ImageDataset Make(int count, string name)
    {
        byte[] pixels = new byte[count * 28 * 28];
        int[] labels = new int[count];
        var random = new RandomSource(1, name);
        for (int i = 0; i < count; i++)
        {
            labels[i] = random.NextInt(10);
            int left = random.NextInt(10), width = 12 + random.NextInt(6);
            for (int y = 2 * labels[i]; y < (2 * labels[i]) + 8; y++)
            {
                pixels.AsSpan((((i * 28) + y) * 28) + left, width).Fill((byte)(155 + random.NextInt(100)));
            }
        }

        return new ImageDataset(new IdxImages(count, 28, 28, pixels), labels);
    }

    public static ImageDataset Unlabelled(int count) => new(new IdxImages(count, 28, 28, new byte[count * 784]));

    /// <summary>One that has learned nothing.</summary>
    public static ImageClassifier Classifier() => new(new ImageShape(1, 28, 28), LabelSet.Plain(10), seed: 1);

    public static Tensor Images(ImageDataset dataset)
    {
        var images = new Tensor(new Shape(dataset.Count, 1, dataset.Height, dataset.Width));
        dataset.CopyTo([.. Enumerable.Range(0, dataset.Count)], images);
        return images;
    }
}
