namespace MiniGan.Data;

/// <summary>Where the channels are in an array of images.</summary>
public enum ImageLayout
{
    /// <summary>[N, H, W, C], as pictures and TensorFlow have it.</summary>
    ChannelsLast,

    /// <summary>[N, C, H, W], as PyTorch has it.</summary>
    ChannelsFirst,
}
