using MiniGan.Data;

namespace MiniGan.Cli.Common;

/// <summary>Where the images come from.</summary>
/// <param name="Name">For the run's name and configuration.</param>
/// <param name="Path">The folder.</param>
/// <param name="Note">A line for the user, or null.</param>
internal sealed record DataFolder(string Name, string Path, string? Note)
{
    private const string SubsetName = "mnist-subset";

    /// <summary>Whether it is a folder of pictures, which have no labels, not of IDX files.</summary>
    public bool HoldsPictures => !ImageDataset.HasTraining(Path);

    /// <summary>
    /// Finds <c>mnist</c> or <c>fashion-mnist</c> under <c>data</c>, in the current folder or one above it, or takes the folder of that
    /// path. Without MNIST the subset that ships with the program stands in.
    /// </summary>
    /// <exception cref="UserException">There is no such data.</exception>
    public static DataFolder Find(string data)
    {
        if (data is not ("mnist" or "fashion-mnist"))
        {
            return Directory.Exists(data)
                ? new(System.IO.Path.GetFileName(System.IO.Path.GetFullPath(data).TrimEnd('/', '\\')), data, null)
                : throw new UserException(
                    $"--data: there is no folder '{data}'. Give mnist, fashion-mnist, or a folder: with train-images-idx3-ubyte and " +
                    "train-labels-idx1-ubyte, or of pictures.");
        }

        for (DirectoryInfo? folder = new(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "data", data);
            if (ImageDataset.HasTraining(candidate))
            {
                return new(data, candidate, null);
            }
        }

        return data == "mnist"
            ? Subset(
                "data/mnist is not there: training on the 6,000 digits that ship with MiniGan. For all 60,000: dotnet run " +
                "data-scripts/get-mnist.cs")
            : throw new UserException(
                "there is no data/fashion-mnist, here or in a folder above. Get it: dotnet run data-scripts/get-fashion-mnist.cs");
    }

    /// <summary>Finds the data of an earlier run again.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="path">The folder where they were.</param>
    /// <exception cref="UserException">They are no longer there.</exception>
    public static DataFolder FindAgain(string name, string path) =>
        Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() ? new(name, path, null)
        : name == SubsetName ? Subset(null) // the program may have moved; whether they are the same images, their checksum tells
        : throw new UserException($"--resume: the run's data are no longer in '{path}'. Say by --data where they are.");

    private static DataFolder Subset(string? note) => new(SubsetName, System.IO.Path.Combine(AppContext.BaseDirectory, SubsetName), note);
}
