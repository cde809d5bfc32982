using System.Diagnostics;
using MiniGan.Data;
using MiniGan.Losses;
using MiniGan.Tensors;
using MiniGan.TorchSharp.Networks;
using MiniGan.Training;
using Term = MiniGan.TorchSharp.Training.TorchLoss.Term;

namespace MiniGan.TorchSharp.Training;

/// <summary>
/// The game of a <see cref="GanTrainer"/> played by TorchSharp and its autograd: the same networks, weights, latents, masks and points, in
/// the same order. The trainer stays the owner of all state: a run begun on one engine goes on on the other.
/// </summary>
/// <remarks>
/// Losses, penalties and optimisers of this library are PyTorch's functions and optimisers, differentiated by autograd; those of one's own
/// run as their author wrote them. Modules of one's own need <see cref="TorchOptions.Translations"/>.
/// </remarks>
/// <example>
/// <code>
/// using var fast = new TorchTrainer(trainer, new TorchOptions { Device = "cuda" });
/// foreach (Batch batch in dataset.Shuffled(batchSize: 64, seed: 1).Take(5000))
/// {
///     Console.WriteLine(fast.Step(batch));
/// }
///
/// fast.Gan.Save("gan.safetensors");
/// </code>
/// </example>
public sealed partial class TorchTrainer : IGanTrainer, IDisposable
{
    private readonly GanTrainer trainer;
    private readonly TorchContext context;
    private readonly TorchNetwork generator, discriminator;
    private readonly TorchOptimizer generatorOptimizer, discriminatorOptimizer;
    private readonly TorchAverage? average;
    private readonly TorchLoss loss;

    /// <summary>One step of the discriminator, then, if it is its turn, one of the generator, with fresh latents z ~ N(0, 1).</summary>
    /// <inheritdoc cref="GanTrainer.Step(Batch)"/>
    public StepReport Step(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch.Images, nameof(batch));
        return Step(batch, trainer.NextLatents(batch.Images.Shape.N));
    }

    /// <inheritdoc cref="GanTrainer.Step(Batch, Tensor)"/>
    public StepReport Step(Batch batch, Tensor z)
    {
        ArgumentNullException.ThrowIfNull(batch.Images, nameof(batch));
        ArgumentNullException.ThrowIfNull(z);
        RequireUntouched();
        using var scope = torch.NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        trainer.Begin(batch);
        isAhead = true;
        context.SetLabels(Gans.Classes > 0 ? batch.Labels.Span : default);
        bool isTurnOfG = trainer.Steps % trainer.DiscriminatorSteps == 0;
        TorchTensor real = context.From(batch.Images), fake = Generate(context.From(z), isTurnOfG);

        // D: minimise its loss on real images and on generated ones.
        discriminator.ZeroGradients();
        TorchTensor? others = OthersOf(fake);
        (Term ofReal, double realScore, TorchTensor logits) = Learn(PenaltyPoint.Real, real, others, loss.Real);
        others = trainer.Loss.IsRelative ? logits.detach() : null;
        (Term ofFake, double fakeScore, logits) = Learn(PenaltyPoint.Generated, fake, others, loss.Fake);
        LearnAtOwnPoints(batch.Images, fake, packing: checked((int)(fake.shape[0] / logits.shape[0])));
        double discriminatorLoss = ofReal.Value + ofFake.Value;
        RequireFinite(discriminatorLoss + trainer.PenaltyTerms.Last, "discriminator's loss", batch.Images, z);
        Move(discriminator, discriminatorOptimizer, "discriminator");

        // G: minimise its loss, through a D that stays as it is.
        if (isTurnOfG)
        {
            discriminator.RequireGradients(!context.IsTuned);
            generator.ZeroGradients();
            others = OthersOf(real);
            Term ofGenerator = loss.Generator(Judge(fake), others);
            trainer.GeneratorLoss = ofGenerator.Value;
            RequireFinite(trainer.GeneratorLoss, "generator's loss", batch.Images, z);
            ofGenerator.Objective.backward();
            discriminator.RequireGradients(true);
            Move(generator, generatorOptimizer, "generator");
            average?.Update();
        }

        trainer.Steps = ++steps;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new StepReport(
            steps, discriminatorLoss, trainer.GeneratorLoss, realScore, fakeScore, trainer.PenaltyTerms.Last,
            batch.Images.Shape.N / seconds);
    }

    private TorchTensor Generate(TorchTensor z, bool forG)
    {
        using var _ = forG ? null : torch.no_grad();
        return generator.Root.forward(z);
    }

    private TorchTensor Judge(TorchTensor images)
    {
        TorchTensor logits = discriminator.Root.forward(images);
        trainer.CheckLogits(new Shape([.. logits.shape.Select(size => checked((int)size))]));
        return logits;
    }

    /// <summary>What a relative loss compares images with: D's outputs for those of the other kind, as constants.</summary>
    private TorchTensor? OthersOf(TorchTensor images)
    {
        using var _ = torch.no_grad();
        return trainer.Loss.IsRelative ? Judge(images) : null;
    }

    /// <summary>D's loss on images of a kind, and the penalties there: adds their gradients to those of D's parameters.</summary>
    private (Term Term, double Score, TorchTensor Logits) Learn(
        PenaltyPoint point, TorchTensor images, TorchTensor? others, Func<TorchTensor, TorchTensor?, Term> mean)
    {
        PenaltyTerm[] due = [.. trainer.PenaltyTerms.Terms.Where(term => term.IsDue(point, trainer.Steps))];
        TorchTensor x = images.detach().requires_grad_(due.Length > 0), logits = Judge(x);
        Term term = mean(logits, others);
        double score = loss.Score(logits.detach());
        term.Objective.backward(retain_graph: due.Length > 0);
        Array.ForEach(due, penalty => penalty.Accumulate(x, logits));
        return (term, score, logits);
    }

    private void LearnAtOwnPoints(Tensor real, TorchTensor fake, int packing)
    {
        foreach (PenaltyTerm term in trainer.PenaltyTerms.Terms.Where(term => term.IsDue(PenaltyPoint.Placed, trainer.Steps)))
        {
            var points = new Tensor(real.Shape);
            term.Penalty.Place(real, fake.to(torch.ScalarType.Float32).ToMiniGan(), packing, term.Random, points);
            TorchTensor x = context.From(points).requires_grad_();
            term.Accumulate(x, Judge(x));
        }
    }

    /// <summary>Clips the gradient, and moves the network by it.</summary>
    private void Move(TorchNetwork network, TorchOptimizer optimizer, string name)
    {
        network.FillGradients();
        if (trainer.MaxGradientNorm > 0 && !double.IsFinite(network.Clip(trainer.MaxGradientNorm)))
        {
            Synchronize();
            throw new DivergedException(
                trainer.Steps + 1, $"{name}'s gradient", FiniteCheck.FirstGradientIn(network.Root.Source, name));
        }

        optimizer.Step();
    }

    private void RequireFinite(double value, string what, Tensor real, Tensor z)
    {
        if (!double.IsFinite(value))
        {
            Synchronize();
            trainer.RequireFinite(value, what, real, z);
        }
    }
}
