namespace MiniGan.DataSets;

/// <summary>Puts a data set into a folder.</summary>
public interface IInstaller
{
    /// <summary>A line about what is there afterwards.</summary>
    string Summary { get; }

    /// <summary>Fetches what is missing.</summary>
    /// <param name="cancelled">Stops it.</param>
    /// <exception cref="IOException">It could not be had, or the folder cannot be written.</exception>
    Task InstallAsync(CancellationToken cancelled = default);
}
