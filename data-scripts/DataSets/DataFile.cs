namespace MiniGan.DataSets;

/// <summary>A file of a data set.</summary>
/// <param name="Name">Its name, as the reader expects it, uncompressed.</param>
/// <param name="Sha256">SHA-256 of its uncompressed contents, in lower-case hexadecimal.</param>
public sealed record DataFile(string Name, string Sha256);
