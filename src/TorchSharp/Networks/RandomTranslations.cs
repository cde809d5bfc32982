using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.TorchSharp.Networks;

/// <summary>Modules that draw: from the streams of this library's modules, so that both engines draw the same.</summary>
internal static class RandomTranslations
{
    public static void AddTo(TorchTranslations all) => all
        .Add<Dropout>(Drop)
        .Add<Dropout2D>(Drop)
        .Add<DiffAugment>((augment, its) => x =>
            its.training && augment.Policy != Augmentations.None && x.numel() > 0 ? Change(x, augment, its) : x);

    private static Func<TorchTensor, TorchTensor> Drop(DropoutModule dropout, TorchModule its) => x =>
    {
        if (!its.training)
        {
            return x;
        }

        TorchTensor mask = its.Copy(dropout.NextMask(ShapeOf(x)));
        return x * (mask.dim() == x.dim() ? mask : mask.unsqueeze(2).unsqueeze(3));
    };

    private static Shape ShapeOf(TorchTensor x) => new([.. x.shape.Select(size => checked((int)size))]);

    /// <summary>The pixels of each image recoloured, then those that <see cref="ImageChange"/> moves there, or 0.</summary>
    private static TorchTensor Change(TorchTensor x, DiffAugment augment, TorchModule its)
    {
        Shape shape = ShapeOf(x);
        (int n, int pixels) = (shape.N, shape.H * shape.W);
        Tensor contrast = new(new Shape(n, 1, 1, 1)), saturation = new(contrast.Shape), brightness = new(contrast.Shape);
        Tensor kept = new(new Shape(n, 1, pixels, 1));
        long[] places = new long[n * pixels];
        for (int i = 0; i < n; i++)
        {
            var change = ImageChange.Draw(augment.Policy, shape, augment.Random);
            (contrast.Span[i], saturation.Span[i], brightness.Span[i]) = (change.Contrast, change.Saturation, change.Brightness);
            for (int p = 0; p < pixels; p++)
            {
                (bool isKept, int row, int column) = change.SourceOf(p / shape.W, p % shape.W, shape);
                (kept.Span[(i * pixels) + p], places[(i * pixels) + p]) = (isKept ? 1 : 0, (row * shape.W) + column);
            }
        }

        TorchTensor coloured = x + its.Copy(brightness);
        TorchTensor grey = coloured.mean([1], keepdim: true);
        coloured = ((coloured - grey) * its.Copy(saturation)) + grey;
        TorchTensor mean = coloured.mean([1, 2, 3], keepdim: true);
        coloured = ((coloured - mean) * its.Copy(contrast)) + mean;
        TorchTensor index = torch.tensor(places, n, 1, pixels).to(x.device).expand(n, shape.C, pixels);
        return (coloured.flatten(2).gather(2, index) * its.Copy(kept).reshape(n, 1, pixels)).reshape(x.shape);
    }
}
