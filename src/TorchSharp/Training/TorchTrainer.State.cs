using MiniGan.Modules;
using MiniGan.TorchSharp.Networks;
using MiniGan.Training;

namespace MiniGan.TorchSharp.Training;

// The way of the state from the wrapped trainer to TorchSharp and back.
public sealed partial class TorchTrainer
{
    private long steps;
    private bool isAhead;

    /// <summary>Goes on from the state of a trainer.</summary>
    /// <param name="trainer">The trainer; not to take steps by itself while this one does.</param>
    /// <param name="options">How to compute; unless given in float32 on the CPU.</param>
    /// <exception cref="ArgumentException">A module has no translation, or there is no such device.</exception>
    /// <exception cref="NotSupportedException">D normalises over a batch, which does not go with a gradient penalty.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp, or the device, is not there.</exception>
    public TorchTrainer(GanTrainer trainer, TorchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (trainer.Penalties.Count > 0 && trainer.Gan.Discriminator.Descendants().OfType<BatchNorm2D>().Any())
        {
            throw new NotSupportedException(BatchNorm2D.NoDoubleBackward);
        }

        this.trainer = trainer;
        context = new TorchContext(options ?? new());
        using var scope = torch.NewDisposeScope();
        generator = new TorchNetwork(Gans.Generator, context, "generator");
        discriminator = new TorchNetwork(Gans.Discriminator, context, "discriminator");
        generatorOptimizer = TorchOptimizer.Of(trainer.GeneratorOptimizer, generator);
        discriminatorOptimizer = TorchOptimizer.Of(trainer.DiscriminatorOptimizer, discriminator);
        average = Gans.Average is MovingAverage ours ? new TorchAverage(ours, generator) : null;
        loss = TorchLoss.Of(trainer.Loss, () => context.Labels!);
        Reload();
    }

    /// <summary>The networks, as the last step left them: brought up to date if need be.</summary>
    public Gan Gan
    {
        get
        {
            Synchronize();
            return Gans;
        }
    }

    /// <inheritdoc/>
    public ulong Seed => trainer.Seed;

    /// <inheritdoc/>
    public long Steps => trainer.Steps;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => trainer.Settings;

    private Gan Gans => trainer.Gan;

    /// <summary>
    /// Writes weights, statistics, singular vectors, averages and moments back into the wrapped trainer, and the gradients of the last step
    /// into its networks' parameters; its counts and random streams are up to date anyway. What asks this trainer for its state does so by
    /// itself; whoever asks the wrapped one calls it first.
    /// </summary>
    public void Synchronize()
    {
        if (!isAhead)
        {
            return;
        }

        RequireUntouched();
        generator.Write();
        discriminator.Write();
        generatorOptimizer.Write();
        discriminatorOptimizer.Write();
        average?.Write();
        isAhead = false;
    }

    /// <inheritdoc/>
    public TrainerState Capture()
    {
        Synchronize();
        return trainer.Capture();
    }

    /// <summary>Goes on where a trainer with the same settings and networks was captured; the networks stay as they are.</summary>
    /// <param name="state">What it remembered; copied.</param>
    /// <exception cref="FormatException">It is that of a trainer with other settings, or damaged.</exception>
    public void Restore(TrainerState state)
    {
        Synchronize();
        trainer.Restore(state);
        Reload();
    }

    /// <inheritdoc/>
    public void Load(GanCheckpoint checkpoint)
    {
        trainer.Load(checkpoint);
        Reload();
    }

    /// <inheritdoc/>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Synchronize();
        trainer.Save(path, metadata);
    }

    /// <inheritdoc/>
    public void RequireFinite()
    {
        Synchronize();
        trainer.RequireFinite();
    }

    /// <summary>Frees TorchSharp's tensors; the wrapped trainer has the state of the last <see cref="Synchronize"/>.</summary>
    public void Dispose()
    {
        generatorOptimizer.Dispose();
        discriminatorOptimizer.Dispose();
        generator.Dispose();
        discriminator.Dispose();
        average?.Dispose();
    }

    /// <summary>Takes the state of the wrapped trainer as it is now.</summary>
    public void Reload()
    {
        using var scope = torch.NewDisposeScope();
        Gans.Average?.Begin();
        generator.Read();
        discriminator.Read();
        generatorOptimizer.Read();
        discriminatorOptimizer.Read();
        average?.Read();
        (steps, isAhead) = (trainer.Steps, false);
    }

    private void RequireUntouched()
    {
        if (trainer.Steps != steps)
        {
            throw new InvalidOperationException(
                $"The wrapped trainer went from step {steps} to {trainer.Steps} by itself. Call Reload to go on from there.");
        }
    }
}
