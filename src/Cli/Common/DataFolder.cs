using MiniGan.Data;

namespace MiniGan.Cli.Common;

/// <summary>Where the images come from.</summary>
/// <param name="Name">For the run's name and configuration.</param>
/// <param name="Path">The folder, the array or the zip.</param>
/// <param name="Note">A line for the user, or null.</param>
internal sealed record DataFolder(string Name, string Path, string? Note)
{
    private const string SubsetName = "mnist-subset", EmojiName = "emoji";

    /// <summary>What gets the data sets that have a name.</summary>
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["mnist"] = "get-mnist.cs",
        ["fashion-mnist"] = "get-fashion-mnist.cs",
        [EmojiName] = "get-emoji.cs",
    };

    /// <summary>The option that named it.</summary>
    public string Option { get; init; } = "--data";

    /// <summary>Whether it is the few digits that ship with the program.</summary>
    public bool IsSubset => Name == SubsetName;

    /// <summary>
    /// What to give as <c>--data</c> to find the same again: the path, from the current folder if it is below that, since a name may stand
    /// for other data elsewhere.
    /// </summary>
    public string Word
    {
        get
        {
            string path = System.IO.Path.GetRelativePath(Directory.GetCurrentDirectory(), Path);
            return IsSubset ? SubsetName
                : path.StartsWith("..", StringComparison.Ordinal) ? System.IO.Path.GetFullPath(Path)
                : path;
        }
    }

    /// <summary>Whether it is a folder or a zip of pictures, not of IDX files, nor an array.</summary>
    public bool HoldsPictures => !IsArray && !ImageDataset.HasTraining(Path);

    /// <summary>Whether it is an array of NumPy.</summary>
    public bool IsArray => HasEnding(Path, ".npy") && !Directory.Exists(Path);

    /// <summary>
    /// Finds <c>mnist</c>, <c>fashion-mnist</c> or <c>emoji</c> under <c>data</c>, in the current folder or one above it, or takes the
    /// folder, the array or the zip of that path. Without MNIST the subset that ships with the program stands in, which is also
    /// <c>mnist-subset</c>.
    /// </summary>
    /// <exception cref="UserException">There is no such data.</exception>
    public static DataFolder Find(string data)
    {
        if (data == SubsetName && !Directory.Exists(data))
        {
            return Subset(null);
        }

        if (!Scripts.TryGetValue(data, out string? script))
        {
            const string possible =
                "Give mnist, fashion-mnist, emoji, a folder with train-images-idx3-ubyte and train-labels-idx1-ubyte or of pictures, a " +
                ".zip of pictures, or a .npy of images.";
            return Directory.Exists(data)
                ? new(System.IO.Path.GetFileName(System.IO.Path.GetFullPath(data).TrimEnd('/', '\\')), data, null)
                : !File.Exists(data) ? throw new UserException($"--data: there is no folder or file '{data}'. {possible}")
                : HasEnding(data, ".npy") || HasEnding(data, ".zip")
                    ? new(System.IO.Path.GetFileNameWithoutExtension(data), data, null)
                : throw new UserException($"--data: '{data}' is a file, but neither .npy nor .zip. {possible}");
        }

        for (DirectoryInfo? folder = new(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "data", data);
            if (data == EmojiName ? Directory.Exists(candidate) : ImageDataset.HasTraining(candidate))
            {
                return new(data, candidate, null);
            }
        }

        return Directory.Exists(data) && (data == EmojiName || ImageDataset.HasTraining(data)) ? new(data, data, null)
            : data == "mnist" ? Subset(
                "data/mnist is not there: training on the 6,000 digits that ship with MiniGan. For all 60,000: dotnet run " +
                $"data-scripts/{script}")
            : throw new UserException(
                $"there is no data/{data}, here or in a folder above. Get it: dotnet run data-scripts/{script}");
    }

    /// <summary>Finds the data of an earlier run again.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="path">The folder where they were.</param>
    /// <param name="option">The option that names the run.</param>
    /// <exception cref="UserException">They are no longer there.</exception>
    public static DataFolder FindAgain(string name, string path, string option) =>
        File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()) ? new(name, path, null)
        : name == SubsetName ? Subset(null) // the program may have moved; whether they are the same images, their checksum tells
        : throw new UserException($"{option}: the run's data are no longer in '{path}'. Say by --data where they are.");

    private static bool HasEnding(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static DataFolder Subset(string? note) => new(SubsetName, System.IO.Path.Combine(AppContext.BaseDirectory, SubsetName), note);
}
