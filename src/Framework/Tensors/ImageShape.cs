using System.Text.Json.Serialization;

namespace MiniGan.Tensors;

/// <summary>The shape of an image without a batch: [C, H, W].</summary>
/// <param name="Channels">C: 1 for grey, 3 for red, green and blue.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Elements of an image.</summary>
    [JsonIgnore]
    public int Count => checked(Channels * Height * Width);

    /// <summary>[N, C, H, W].</summary>
    /// <param name="images">N.</param>
    public Shape Batch(int images) => new(images, Channels, Height, Width);

    /// <summary>[C, H, W], in brackets.</summary>
    public override string ToString() => $"[{Channels}, {Height}, {Width}]";
}
