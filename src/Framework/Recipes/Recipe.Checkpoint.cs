using System.Text.Json.Serialization;
using MiniGan.Files;
using MiniGan.Training;

namespace MiniGan.Recipes;

// How a recipe travels with the networks that it makes: in the metadata of their checkpoint.
public sealed partial record Recipe
{
    private const int MostTries = 20;

    private const string MetadataName = "recipe", OlderMetadataName = "configuration";

    /// <summary>The recipe as metadata of a checkpoint: <c>recipe</c>, for <see cref="GanTrainer.Save"/> and others.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string> { [MetadataName] = ToJson() };

    /// <summary>The recipe in the metadata of a checkpoint, or null if there is none: a program of its own made those networks.</summary>
    /// <param name="metadata">The metadata: <c>recipe</c>, or <c>configuration</c> of earlier versions.</param>
    /// <exception cref="FormatException">The recipe is not valid.</exception>
    public static Recipe? FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetValue(MetadataName, out string? json) || metadata.TryGetValue(OlderMetadataName, out json)
            ? FromJson(json)
            : null;
    }

    /// <summary>The recipe of a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="MalformedFileException">It has none, or one that is not valid.</exception>
    public static Recipe Of(GanCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        try
        {
            return FromMetadata(checkpoint.Metadata)
                ?? throw new MalformedFileException(
                    checkpoint.Path,
                    "it holds no recipe, since a program of its own made the networks. Only that program can build them: there, gan.Load " +
                    "reads this file and gan.Generate draws.");
        }
        catch (FormatException exception)
        {
            throw new MalformedFileException(checkpoint.Path, exception.Message, exception);
        }
    }

    /// <summary>
    /// Builds the networks of a checkpoint by its recipe, and loads them. Others than it holds cost no memory. If a training replaces the
    /// file meanwhile, the new one is read.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">It is damaged, has no recipe, or one of other networks.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Gan LoadGan(string path) => LoadGan(path, out _);

    /// <summary>As <see cref="LoadGan(string)"/>, with the checkpoint that was read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">What else it says.</param>
    /// <exception cref="MalformedFileException">It is damaged, has no recipe, or one of other networks.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Gan LoadGan(string path, out GanCheckpoint checkpoint)
    {
        GanCheckpoint? read = null;
        Gan gan = Patiently(() => LoadGan(read = GanCheckpoint.Open(path)));
        checkpoint = read!;
        return gan;
    }

    /// <summary>Reads again what was replaced meanwhile: a training writes a checkpoint a few times a second at most.</summary>
    internal static T Patiently<T>(Func<T> read)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return read();
            }
            catch (MalformedFileException exception) when (exception.IsReplaced && tries < MostTries)
            {
                // The next try reads the new one.
            }
        }
    }

    /// <summary>Builds the networks of a checkpoint by its recipe, and loads them.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="MalformedFileException">It is damaged, has no recipe, or one of other networks.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Gan LoadGan(GanCheckpoint checkpoint)
    {
        Recipe recipe = Of(checkpoint);
        Gan gan;
        try
        {
            gan = recipe.CreateGan(initialize: false);
        }
        catch (ArgumentException exception)
        {
            throw new MalformedFileException(checkpoint.Path, $"its recipe makes no networks: {exception.Message}", exception);
        }

        checkpoint.LoadInto(gan);
        return gan;
    }
}
