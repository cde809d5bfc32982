using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

namespace MiniGan.ImageSharp;

/// <summary>
/// Maps grey pixels to a palette of all 256 greys, exactly. ImageSharp's own quantizers look colours up by their upper bits, which confuses
/// similar greys.
/// </summary>
internal sealed class GreyQuantizer : IQuantizer
{
    /// <inheritdoc/>
    public QuantizerOptions Options { get; } = new() { Dither = null };

    /// <inheritdoc/>
    public IQuantizer<TPixel> CreatePixelSpecificQuantizer<TPixel>(Configuration configuration)
        where TPixel : unmanaged, IPixel<TPixel> => CreatePixelSpecificQuantizer<TPixel>(configuration, Options);

    /// <inheritdoc/>
    public IQuantizer<TPixel> CreatePixelSpecificQuantizer<TPixel>(Configuration configuration, QuantizerOptions options)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var palette = new TPixel[256];
        for (int i = 0; i < palette.Length; i++)
        {
            palette[i].FromL8(new L8((byte)i));
        }

        return new OfPixel<TPixel>(configuration, options, palette);
    }

    private readonly struct OfPixel<TPixel>(Configuration configuration, QuantizerOptions options, TPixel[] palette) : IQuantizer<TPixel>
        where TPixel : unmanaged, IPixel<TPixel>
    {
        public Configuration Configuration => configuration;

        public QuantizerOptions Options => options;

        public ReadOnlyMemory<TPixel> Palette => palette;

        public void AddPaletteColors(Buffer2DRegion<TPixel> pixelRegion)
        {
        }

        public IndexedImageFrame<TPixel> QuantizeFrame(ImageFrame<TPixel> source, Rectangle bounds)
        {
            OfPixel<TPixel> self = this;
            return QuantizerUtilities.QuantizeFrame(ref self, source, bounds);
        }

        public byte GetQuantizedColor(TPixel color, out TPixel match)
        {
            Rgba32 rgba = default;
            color.ToRgba32(ref rgba);
            match = color;
            return rgba.R;
        }

        public void Dispose()
        {
        }
    }
}
