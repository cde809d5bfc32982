namespace MiniGan.Convolution;

/// <summary>
/// One axis of a convolution's geometry. Step <c>i</c> of the kernel lays tap <c>t</c> onto pixel <c>i·stride + t·dilation − before</c> of
/// the image; everything else follows from this line.
/// </summary>
/// <param name="Image">Pixels on the large side.</param>
/// <param name="Map">Steps of the kernel: pixels on the small side.</param>
/// <param name="Kernel">Taps.</param>
/// <param name="Stride">Pixels from step to step.</param>
/// <param name="Dilation">Pixels from tap to tap.</param>
/// <param name="Before">Zeros in front of the image.</param>
public readonly record struct ConvolutionAxis(int Image, int Map, int Kernel, int Stride, int Dilation, int Before)
{
    /// <summary>The pixel that step <paramref name="step"/> and tap <paramref name="tap"/> meet on, or −1 where that is padding.</summary>
    /// <param name="step">0 to <see cref="Map"/> − 1; not checked.</param>
    /// <param name="tap">0 to <see cref="Kernel"/> − 1; not checked.</param>
    public int PixelAt(int step, int tap)
    {
        int pixel = (step * Stride) + (tap * Dilation) - Before;
        return (uint)pixel < (uint)Image ? pixel : -1;
    }

    /// <summary>
    /// The step whose tap <paramref name="tap"/> meets <paramref name="pixel"/>, or −1 where there is none: the inverse
    /// of <see cref="PixelAt"/>.
    /// </summary>
    /// <param name="pixel">0 to <see cref="Image"/> − 1; not checked.</param>
    /// <param name="tap">0 to <see cref="Kernel"/> − 1; not checked.</param>
    public int StepAt(int pixel, int tap)
    {
        (int step, int rest) = Math.DivRem(pixel + Before - (tap * Dilation), Stride);
        return rest == 0 && (uint)step < (uint)Map ? step : -1;
    }

    /// <summary>The pixels of the image in phases: those with the same (pixel + before) mod stride meet the same taps.</summary>
    internal IEnumerable<IGrouping<int, int>> Phases()
    {
        ConvolutionAxis axis = this;
        return Enumerable.Range(0, Image).GroupBy(pixel => (pixel + axis.Before) % axis.Stride);
    }

    /// <summary>The taps that a phase meets.</summary>
    internal IEnumerable<int> TapsOf(int phase)
    {
        ConvolutionAxis axis = this;
        return Enumerable.Range(0, Kernel).Where(tap => axis.PhaseOf(tap) == phase);
    }

    /// <summary>The phase that a tap meets.</summary>
    internal int PhaseOf(int tap) => tap * Dilation % Stride;

    /// <summary>The axis of a convolution over <paramref name="image"/> pixels; the window's numbers are those of this axis.</summary>
    internal static ConvolutionAxis ForImage(
        string name, int image, int kernel, int stride, int dilation, PaddingKind padding, int before, int after)
    {
        RequirePixels(name, "image", image);
        long extent = ((kernel - 1L) * dilation) + 1;
        RequireFits(name, "kernel's reach", extent + stride);
        long map;
        switch (padding)
        {
            case PaddingKind.Same:
                map = (image + (long)stride - 1) / stride;
                before = (int)(Math.Max(((map - 1) * stride) + extent - image, 0) / 2);
                break;
            case PaddingKind.Valid:
                (before, after) = (0, 0);
                goto default;
            default:
                long padded = (long)image + before + after;
                if (padded < extent)
                {
                    throw new ArgumentException(
                        $"The kernel does not fit: its {name} spans {extent} pixels ({kernel} taps, dilation {dilation}) but the padded " +
                        $"image has {padded} ({image} + {before} + {after}). Use a larger image, more padding or a smaller kernel.");
                }

                map = ((padded - extent) / stride) + 1;
                RequireFits(name, "padded image", padded);
                break;
        }

        return new(image, (int)map, kernel, stride, dilation, before);
    }

    /// <summary>
    /// The axis of a transposed convolution over <paramref name="map"/> pixels; the window's numbers are those of this axis.
    /// </summary>
    internal static ConvolutionAxis ForMap(
        string name, int map, int kernel, int stride, int dilation, PaddingKind padding, int before, int after, int outputPadding)
    {
        RequirePixels(name, "map", map);
        long extent = ((kernel - 1L) * dilation) + 1;
        long reached = ((map - 1L) * stride) + extent;
        RequireFits(name, "kernel's reach", reached);
        long image;
        switch (padding)
        {
            case PaddingKind.Same:
                image = (long)map * stride;
                before = (int)(Math.Max(reached - image, 0) / 2);
                break;
            case PaddingKind.Valid:
                image = reached + Math.Max(stride - extent, 0);
                before = 0;
                break;
            default:
                image = reached - before - after + outputPadding;
                if (image < 1)
                {
                    throw new ArgumentException(
                        $"The output's {name} would be {image}: {map} pixels reach {reached}, less padding {before} + {after}, plus " +
                        $"output padding {outputPadding}. Use less padding or a larger kernel.");
                }

                break;
        }

        RequireFits(name, "image", image);
        return new((int)image, map, kernel, stride, dilation, before);
    }

    private static void RequirePixels(string name, string side, int pixels)
    {
        if (pixels < 1)
        {
            throw new ArgumentException($"The {name} of the {side} is {pixels}; it must be at least 1.");
        }
    }

    private static void RequireFits(string name, string what, long value)
    {
        if (value > Array.MaxLength)
        {
            throw new ArgumentException($"The {name} of the {what} would be {value}, more than an array can hold.");
        }
    }
}
