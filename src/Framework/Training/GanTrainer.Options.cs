using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Optimizers;

namespace MiniGan.Training;

// What a trainer may be given beside its networks, loss and optimisers, and all of it in words.
public sealed partial class GanTrainer
{
    /// <summary>
    /// The penalty on D's gradient; null for none, and where there are several <see cref="Penalties"/>. D must be made of modules with
    /// <see cref="Module.DoubleBackward"/>, and judge each image by itself: no batch normalisation.
    /// </summary>
    /// <exception cref="InvalidOperationException">There are <see cref="Penalties"/> already.</exception>
    public GradientPenalty? Penalty
    {
        get => Penalties is [GradientPenalty only] ? only : null;
        init => Penalties = value is null ? [] : [value];
    }

    /// <summary>
    /// As <see cref="Penalty"/>, several that are added up: <c>[new R1Penalty(1), new R2Penalty(1)]</c> is R₁ + R₂ of Huang et al. 2024,
    /// "The GAN is dead; long live the GAN! A modern baseline GAN", section 2.
    /// </summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    /// <exception cref="InvalidOperationException">There is a <see cref="Penalty"/> already.</exception>
    public IReadOnlyList<GradientPenalty> Penalties
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Contains(null))
            {
                throw new ArgumentException("No penalty may be null.", nameof(value));
            }

            if (field.Count > 0)
            {
                throw new InvalidOperationException("The trainer has a penalty already. Give all of them to Penalties, at once.");
            }

            field = [.. value];
            penalties = new PenaltyTerms(field, discriminator, seed);
        }
    }
    = [];

    /// <summary>The decay of the generator's moving average, <see cref="Training.Gan.Average"/>, in [0, 1); 0 for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1).</exception>
    public double Average
    {
        get;
        init
        {
            var made = new MovingAverage(generator, value); // checks the value
            if (value > 0 && Gan.Average is not null)
            {
                Gan.Average.Decay = value; // that of a file goes on
            }
            else
            {
                Gan.Average = value > 0 ? made : null;
            }

            field = value;
        }
    }

    /// <summary>
    /// Steps of D for each of G, at least 1: G plays at the first step and every <see cref="DiscriminatorSteps"/> after it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int DiscriminatorSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }
    = 1;

    /// <summary>
    /// The largest norm of the gradient of all of G's parameters, and that of all of D's, penalty included: larger ones are scaled down to
    /// it before each step, by <see cref="GradientClipping"/>; 0 for any norm.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double MaxGradientNorm
    {
        get;
        init
        {
            generatorClipping = value == 0 ? null : new GradientClipping(generator.Parameters, value); // checks the value
            discriminatorClipping = value == 0 ? null : new GradientClipping(discriminator.Parameters, value);
            field = value;
        }
    }

    /// <summary>How the optimisers' rates change; null for rates that stay.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>All that was handed in, in words: what must be the same for a training to go on as if it had not stopped.</summary>
    /// <returns>
    /// For example <c>loss</c>: <c>HingeLoss</c>, <c>generatorOptimizer</c>: <c>Adam, learning rate 0.0002, beta1 0, …</c>.
    /// </returns>
    public IReadOnlyDictionary<string, string> Settings
    {
        get
        {
            var settings = new Dictionary<string, string>
            {
                ["loss"] = SettingsText.Of(loss),
                ["generatorOptimizer"] = SettingsText.Of(generatorOptimizer, generatorRate),
                ["discriminatorOptimizer"] = SettingsText.Of(discriminatorOptimizer, discriminatorRate),
                ["penalty"] = string.Join(" + ", Penalties.DefaultIfEmpty().Select(penalty => SettingsText.Of(penalty))),
                ["average"] = Text(Average),
                ["discriminatorSteps"] = Text(DiscriminatorSteps),
                ["schedule"] = SettingsText.Of(Schedule),
                ["seed"] = Text(seed),
            };
            if (MaxGradientNorm > 0)
            {
                settings["maxGradientNorm"] = Text(MaxGradientNorm); // runs from before it was an option have none
            }

            return settings;
        }
    }
}
