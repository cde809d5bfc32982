using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>One image's draw of <see cref="DiffAugment"/>: y = cutout(translation(colour(x))).</summary>
/// <param name="Brightness">b.</param>
/// <param name="Saturation">s.</param>
/// <param name="Contrast">c.</param>
/// <param name="Down">p: row i of y is row i + p of x.</param>
/// <param name="Along">q: column j of y is column j + q of x.</param>
/// <param name="Top">First row that is cut out, perhaps above the image.</param>
/// <param name="Bottom">The row after the last.</param>
/// <param name="Left">First column that is cut out.</param>
/// <param name="Right">The column after the last.</param>
internal readonly record struct ImageChange(
    float Brightness, float Saturation, float Contrast, int Down, int Along, int Top, int Bottom, int Left, int Right)
{
    /// <summary>Draws a change; what the policy does not have draws nothing.</summary>
    public static ImageChange Draw(Augmentations policy, Shape x, RandomSource random)
    {
        float brightness = 0, saturation = 1, contrast = 1;
        if ((policy & Augmentations.Color) != 0)
        {
            brightness = (float)(random.NextDouble() - 0.5);
            saturation = (float)(2 * random.NextDouble());
            contrast = (float)(random.NextDouble() + 0.5);
        }

        int down = 0, along = 0;
        if ((policy & Augmentations.Translation) != 0)
        {
            int rows = (int)((x.H * 0.125) + 0.5), columns = (int)((x.W * 0.125) + 0.5);
            (down, along) = (random.NextInt((2 * rows) + 1) - rows, random.NextInt((2 * columns) + 1) - columns);
        }

        int top = 0, left = 0, height = 0, width = 0;
        if ((policy & Augmentations.Cutout) != 0)
        {
            (height, width) = ((int)((x.H * 0.5) + 0.5), (int)((x.W * 0.5) + 0.5));
            (top, left) = (random.NextInt(x.H + 1 - (height % 2)) - (height / 2), random.NextInt(x.W + 1 - (width % 2)) - (width / 2));
        }

        return new(brightness, saturation, contrast, down, along, top, top + height, left, left + width);
    }

    /// <summary>y = A · x + b, or A · x alone.</summary>
    public void Apply(Tensor x, Tensor y, int item, bool linear)
    {
        float mean = Mean(x.Image(item));
        for (int row = 0; row < y.Shape.H; row++)
        {
            for (int column = 0; column < y.Shape.W; column++)
            {
                Span<float> pixel = y.At(item, row, column);
                (bool isKept, int h, int w) = SourceOf(row, column, x.Shape);
                if (isKept)
                {
                    Colour(x.At(item, h, w), pixel, mean, linear ? 0 : Brightness);
                }
                else
                {
                    pixel.Clear();
                }
            }
        }
    }

    /// <summary>Where in x a pixel of y comes from; or that it is 0.</summary>
    public (bool IsKept, int Row, int Column) SourceOf(int row, int column, Shape x)
    {
        int h = row + Down, w = column + Along;
        bool isKept = !IsCut(row, column) && h >= 0 && w >= 0 && h < x.H && w < x.W;
        return isKept ? (true, h, w) : default;
    }

    /// <summary>dx = Aᵀ · dy. What changes colours is its own adjoint.</summary>
    public void ApplyTransposed(Tensor dy, Tensor dx, int item)
    {
        for (int h = 0; h < dx.Shape.H; h++)
        {
            for (int w = 0; w < dx.Shape.W; w++)
            {
                int row = h - Down, column = w - Along;
                Span<float> pixel = dx.At(item, h, w);
                if (row < 0 || column < 0 || row >= dy.Shape.H || column >= dy.Shape.W || IsCut(row, column))
                {
                    pixel.Clear();
                    continue;
                }

                dy.At(item, row, column).CopyTo(pixel);
            }
        }

        float mean = Mean(dx.Image(item));
        for (int h = 0; h < dx.Shape.H; h++)
        {
            for (int w = 0; w < dx.Shape.W; w++)
            {
                Span<float> pixel = dx.At(item, h, w);
                Colour(pixel, pixel, mean, 0);
            }
        }
    }

    private bool IsCut(int row, int column) => row >= Top && row < Bottom && column >= Left && column < Right;

    private float Mean(ReadOnlySpan<float> values) => Contrast == 1 ? 0 : TensorPrimitives.Sum(values) / values.Length;

    /// <summary>
    /// y = M + c · (m + s · (x − m) − M) + b: contrast of saturation, which leaves the means as they are, so that the brightness may come
    /// last as well as first. In place or not.
    /// </summary>
    private void Colour(ReadOnlySpan<float> x, Span<float> y, float mean, float brightness)
    {
        if (Contrast == 1 && Saturation == 1)
        {
            TensorPrimitives.Add(x, brightness, y);
            return;
        }

        float grey = 0;
        foreach (float value in x)
        {
            grey += value;
        }

        grey /= x.Length;
        float offset = ((1 - Contrast) * mean) + (Contrast * (1 - Saturation) * grey) + brightness, factor = Contrast * Saturation;
        for (int channel = 0; channel < x.Length; channel++)
        {
            y[channel] = offset + (factor * x[channel]);
        }
    }
}
