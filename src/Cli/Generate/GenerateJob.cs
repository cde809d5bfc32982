using MiniGan.Tensors;

namespace MiniGan.Cli.Generate;

/// <summary>What is made, and where it goes.</summary>
/// <param name="What">What to call it, with how many of it.</param>
/// <param name="ImageCount">Pictures that the generator makes for it.</param>
/// <param name="ToFolder">Whether it goes into a folder; else into a file.</param>
/// <param name="Shown">Pictures that are seen at once, in a grid.</param>
/// <param name="Make">Makes them, some at a time.</param>
/// <param name="Write">Writes what was made; grids get so many columns.</param>
internal sealed record GenerateJob(
    string What, int ImageCount, bool ToFolder, int Shown, Func<ImageSource, IEnumerable<Tensor>> Make,
    Action<IEnumerable<Tensor>, int> Write)
{
    /// <summary>The most pictures in a grid.</summary>
    public const int LargestGrid = 10_000;
}
