namespace MiniGan.Cli.Explain;

/// <summary>Digits, the signs of numbers and the few letters that name things, five pixels wide and seven high.</summary>
internal static class PixelFont
{
    /// <summary>Pixels across.</summary>
    public const int Width = 5;

    /// <summary>Pixels down.</summary>
    public const int Height = 7;

    private const string Letters = "0123456789-+.,=*xywC^E[]";

    // A string a letter, a row after a row.
    private static readonly string[] Shapes =
    [
        ".###.#...##...##...##...##...#.###.", // 0
        "..#...##....#....#....#....#...###.", // 1
        ".###.#...#....#...#...#...#...#####", // 2
        ".###.#...#....#..##.....##...#.###.", // 3
        "...#...##..#.#.#..#.#####...#....#.", // 4
        "######....####.....#....##...#.###.", // 5
        "..##..#...#....####.#...##...#.###.", // 6
        "#####....#...#...#...#....#....#...", // 7
        ".###.#...##...#.###.#...##...#.###.", // 8
        ".###.#...##...#.####....#...#..##..", // 9
        "................###................", // -
        ".......#....#..#####..#....#.......", // +
        "..........................##...##..", // .
        ".....................##...##...#...", // ,
        "..........#####.....#####..........", // =
        "............##...##................", // · (written *)
        "..........#...#.#.#...#...#.#.#...#", // x
        "..........#...##...#.####....#.###.", // y
        "..........#...##...##.#.##.#.#.#.#.", // w
        ".###.#...##....#....#....#...#.###.", // C
        "###...#....#...#...................", // the T of a transposed matrix (written ^)
        "######....#....####.#....#....#####", // E
        ".###..#....#....#....#....#....###.", // [
        ".###....#....#....#....#....#..###.", // ]
    ];

    /// <summary>Whether the letter's pixel is set; letters that are not known are blank.</summary>
    public static bool IsSet(char letter, int row, int column)
    {
        int index = Letters.IndexOf(letter, StringComparison.Ordinal);
        return index >= 0 && Shapes[index][(row * Width) + column] == '#';
    }
}
