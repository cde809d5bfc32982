using MiniGan.Data;

namespace MiniGan.Training;

/// <summary>
/// What trains a GAN, a step at a time, whatever computes it: all that a run needs. <see cref="GanTrainer"/> computes on managed code;
/// MiniGan.TorchSharp has another that plays the same game on TorchSharp.
/// </summary>
public interface IGanTrainer
{
    /// <summary>The networks, as the last step left them.</summary>
    Gan Gan { get; }

    /// <summary>What its random streams were made from.</summary>
    ulong Seed { get; }

    /// <summary>Steps taken: those of the discriminator.</summary>
    long Steps { get; }

    /// <summary>What it was made with, in words, by name.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>One step of the game.</summary>
    /// <param name="batch">Real images [N, C, H, W] in [−1, 1], with labels if the networks know some.</param>
    /// <returns>What it measured.</returns>
    /// <exception cref="DivergedException">A loss or a gradient is not finite.</exception>
    StepReport Step(Batch batch);

    /// <summary>All that the next step depends on beside the networks; copies.</summary>
    TrainerState Capture();

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="checkpoint">A checkpoint of a trainer with the same settings.</param>
    /// <exception cref="Files.MalformedFileException">It is damaged, or of other networks or settings.</exception>
    void Load(GanCheckpoint checkpoint);

    /// <summary>Writes the networks and all that a training needs to go on.</summary>
    /// <param name="path">Where; replaced if it exists, and never half-written.</param>
    /// <param name="metadata">What the file is to say beside that.</param>
    void Save(string path, IReadOnlyDictionary<string, string>? metadata = null);

    /// <summary>Requires all of the state to be finite.</summary>
    /// <exception cref="DivergedException">Something is not.</exception>
    void RequireFinite();
}
