using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

/// <summary>Rates, and whose turn it is.</summary>
public sealed class LearningRateTests
{
    [Fact]
    public void The_generator_plays_each_so_many_steps()
    {
        Recipe recipe = Descending.Recipe with { DiscriminatorSteps = 3 };
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");
        float[] Weights() => [.. gan.Generator.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor())];
        var changed = new List<bool>();
        var losses = new List<double>();
        for (int i = 0; i < 7; i++)
        {
            float[] before = Weights();
            losses.Add(trainer.Step(real).GeneratorLoss);
            changed.Add(!before.SequenceEqual(Weights()));
        }

        Assert.Equal([true, false, false, true, false, false, true], changed);
        Assert.Equal((losses[0], losses[0], losses[3], losses[3]), (losses[1], losses[2], losses[4], losses[5]));
        Assert.NotEqual(losses[0], losses[3]);
    }

    [Fact]
    public void Rates_fall_linearly_and_the_discriminator_may_have_its_own()
    {
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");

        // The second step of a decay over four has three quarters of the rate: from the same state, the change is three quarters as large.
        (float[] G, float[] D)[] steady = Train(Descending.Recipe), falling = Train(Descending.Recipe with { DecaySteps = 4 }), own = Train(
            Descending.Recipe with { DiscriminatorLearningRate = 2e-3 }),
            ownFalling = Train(Descending.Recipe with { DiscriminatorLearningRate = 2e-3, DecaySteps = 4 });
        AssertRatio(0.75, Change(steady, step => step.D), Change(falling, step => step.D));
        AssertRatio(0.75, Change(own, step => step.D), Change(ownFalling, step => step.D));
        // against a D that has moved a little otherwise
        AssertRatio(0.75, Change(steady, step => step.G), Change(falling, step => step.G), 0.02);
        AssertRatio(2, First(steady), First(own));
        Assert.Equal(steady[0].G, falling[0].G);

        (float[] G, float[] D)[] Train(Recipe recipe)
        {
            var gan = recipe.CreateGan();
            var trainer = recipe.TrainerFor(gan);
            return [Weights(), .. new[] { 1, 2 }.Select(_ =>
            {
                trainer.Step(real);
                return Weights();
            })];

            (float[] G, float[] D) Weights() => ([.. gan.Generator.Parameters.SelectMany(p => p.Value.ToRowMajor())],
                [.. gan.Discriminator.Parameters.SelectMany(p => p.Value.ToRowMajor())]);
        }

        static double[] Change((float[] G, float[] D)[] steps, Func<(float[] G, float[] D), float[]> of) =>
            [.. of(steps[2]).Zip(of(steps[1]), (after, before) => (double)after - before)];
        static double[] First((float[] G, float[] D)[] steps) => [.. steps[1].D.Zip(steps[0].D, (after, before) => (double)after - before)];
        static void AssertRatio(double expected, double[] steady, double[] other, double tolerance = 1e-3) =>
            Assert.Equal(expected, steady.Zip(other, (a, b) => a * b).Sum() / steady.Sum(a => a * a), tolerance);
    }

    /// <summary>
    /// Behind its last step a decayed rate stays where the last step had it: at a share of 1 / steps, not at 0 nor below.
    /// </summary>
    [Fact]
    public void A_decayed_rate_stays_where_it_ended()
    {
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");
        Recipe falling = Descending.Recipe with { DecaySteps = 2 };
        Gan gan = falling.CreateGan(), other = falling.CreateGan();
        GanTrainer trainer = falling.TrainerFor(gan),
            steady = (Descending.Recipe with { LearningRate = Descending.Recipe.LearningRate / 2 }).TrainerFor(other);
        trainer.Step(real);
        trainer.Step(real);
        foreach (((_, Tensor from), (_, Tensor to)) in gan.Generator.State.Concat(gan.Discriminator.State)
            .Zip(other.Generator.State.Concat(other.Discriminator.State)))
        {
            from.Span.CopyTo(to.Span);
        }

        Tensor z = Values.Normal(new Shape(6, 4), "z");
        trainer.Step(real, z);
        steady.Step(real, z);
        Assert.Equal(
            other.Discriminator.State.Select(item => item.Value.ToRowMajor()),
            gan.Discriminator.State.Select(item => item.Value.ToRowMajor()));
    }
}
