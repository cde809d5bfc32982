using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Optimizers;
using MiniGan.Training;

namespace MiniGan.Recipes;

// What a recipe makes: networks, and a trainer for them.
public sealed partial record Recipe
{
    /// <summary>The networks.</summary>
    /// <param name="initialize">
    /// Whether their weights are those that a training with this seed starts from; else they are zero and take no memory before they are
    /// used, which is for networks whose weights are in a file, or whose shapes are all that is wanted.
    /// </param>
    /// <exception cref="ArgumentException">The values do not fit together.</exception>
    public Gan CreateGan(bool initialize = true)
    {
        Check();
        Gan gan = Preset switch
        {
            Preset.TfTutorial => initialize ? Tutorial.Build(Seed) : Tutorial.BuildUnfilled(Seed),
            Preset.Residual => initialize ? Residual.Build(Seed) : Residual.BuildUnfilled(Seed),
            _ => initialize ? Dcgan.Build(Seed) : Dcgan.BuildUnfilled(Seed),
        };
        if (Labels is not null)
        {
            gan.Labels = Labels;
        }

        return gan;
    }

    /// <summary>The networks with the trainer that plays this recipe's game.</summary>
    /// <exception cref="ArgumentException">The values do not fit together.</exception>
    public GanTrainer Build() => TrainerFor(CreateGan());

    /// <summary>The trainer that plays this recipe's game.</summary>
    /// <param name="gan">The networks.</param>
    public GanTrainer TrainerFor(Gan gan) => new(
        gan, CreateLoss(), CreateOptimizer(LearningRate), CreateOptimizer(DiscriminatorLearningRate ?? LearningRate), Seed)
    {
        Penalty = Penalty switch
        {
            PenaltyKind.R1 => new R1Penalty(PenaltyWeight, PenaltyInterval),
            PenaltyKind.WganGp => new WganGpPenalty(PenaltyWeight, PenaltyInterval),
            _ => null,
        },
        Average = AverageDecay,
        DiscriminatorSteps = DiscriminatorSteps,
        Schedule = DecaySteps > 0 ? new LinearDecay(DecaySteps) : null,
    };

    private Dcgan Dcgan => new(Image)
    {
        Width = Width,
        LatentSize = LatentSize,
        Classes = Classes,
        Packing = Packing,
        GeneratorConvolutions = GeneratorConvolutions,
        ConditionalNormalization = ConditionalNormalization,
        Upsampling = Upsampling,
        DiscriminatorHidden = DiscriminatorHidden,
        DiscriminatorNormalization = DiscriminatorNormalization,
        Augment = Augment,
    };

    private TfTutorial Tutorial => new(Image) { LatentSize = LatentSize, Classes = Classes, Packing = Packing, Augment = Augment };

    private ResidualGan Residual => new(Image)
    {
        Width = Width,
        LatentSize = LatentSize,
        Classes = Classes,
        Packing = Packing,
        DiscriminatorNormalization = DiscriminatorNormalization,
        Augment = Augment,
    };

    private AdversarialLoss CreateLoss() => Loss switch
    {
        LossKind.LeastSquares => new LeastSquaresLoss(),
        LossKind.Hinge => new HingeLoss(),
        LossKind.Wasserstein => new WassersteinLoss(),
        _ => new NonSaturatingLoss(RealTarget),
    };

    private Optimizer CreateOptimizer(double rate) => Optimizer switch
    {
        OptimizerKind.RmsProp => new RmsProp(rate, Beta2),
        OptimizerKind.Sgd => new Sgd(rate, Beta1),
        _ => new Adam(rate, Beta1, Beta2),
    };
}
