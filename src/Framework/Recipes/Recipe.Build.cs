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
        Gan gan;
        if (Preset == Preset.TfTutorial)
        {
            var networks = new TfTutorial(Image) { LatentSize = LatentSize, Classes = Classes, Packing = Packing };
            gan = initialize ? networks.Build(Seed) : networks.BuildUnfilled(Seed);
        }
        else
        {
            var networks = new Dcgan(Image)
            {
                Width = Width,
                LatentSize = LatentSize,
                Classes = Classes,
                Packing = Packing,
                GeneratorConvolutions = GeneratorConvolutions,
                DiscriminatorHidden = DiscriminatorHidden,
                DiscriminatorNormalization = DiscriminatorNormalization,
            };
            gan = initialize ? networks.Build(Seed) : networks.BuildUnfilled(Seed);
        }

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
