namespace MiniGan.Data;

/// <summary>Grey images as an IDX file holds them: one byte a pixel, 0 black to 255 white, rows from the top.</summary>
/// <param name="Count">Images.</param>
/// <param name="Height">Rows of each.</param>
/// <param name="Width">Columns of each.</param>
/// <param name="Pixels">Count · Height · Width bytes.</param>
public sealed record IdxImages(int Count, int Height, int Width, byte[] Pixels);
