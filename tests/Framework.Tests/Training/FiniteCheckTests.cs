using MiniGan.Losses;
using MiniGan.Models;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Recipes;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Tests.Training;

public sealed class FiniteCheckTests
{
    private static Recipe Descent { get; } = new(Preset.R1, width: 3, latentSize: 4, batchSize: 6, learningRate: 1e-3, beta1: 0, seed: 5)
    {
        Optimizer = OptimizerKind.Sgd,
        DiscriminatorNormalization = NormalizationKind.None,
    };

    [Theory]
    [InlineData("discriminator.2.weight (Conv2D)")]
    [InlineData("generator.0.weight (Linear)")]
    [InlineData("the real images")]
    public void Numbers_that_are_not_finite_stop_the_game_and_tell_where(string place)
    {
        Recipe recipe = Descent;
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        Tensor real = Values.Normal(new Shape(6, 1, 28, 28), "real");
        trainer.Step(real);
        switch (place[0])
        {
            case 'd': ((Conv2D)((Sequential)gan.Discriminator)[2]).Weight.Value[1] = float.NaN; break;
            case 'g': ((Linear)((Sequential)gan.Generator)[0]).Weight.Value[1] = float.PositiveInfinity; break;
            default: real[3, 0, 5, 7] = float.NaN; break;
        }

        float[] before = [.. gan.Discriminator.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor())];
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(real));
        Assert.Equal((2, place), (exception.Step, exception.Place));
        Assert.Equal(before, gan.Discriminator.Parameters.SelectMany(parameter => parameter.Value.ToRowMajor()));
    }

    /// <summary>
    /// In a container of a user's own, which says itself how data flow in it, the tensor is told by its name in the state.
    /// </summary>
    [Fact]
    public void A_weight_within_a_container_is_named_as_in_the_state()
    {
        var inner = new Linear(4, 4);
        Sequential generator = [new Linear(2, 4), new Residual(new Sequential(new ReLU(), inner)), new Reshape(1, 2, 2)],
            discriminator = [new Flatten(), new Linear(4, 1)];
        var trainer = new GanTrainer(new Gan(generator, discriminator, latentSize: 2), new HingeLoss(), new Adam(), new Adam());
        inner.Bias!.Value[3] = float.NaN;
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(Values.Normal(new Shape(3, 1, 2, 2), "real")));
        Assert.Equal("generator.1.main.1.bias (Residual)", exception.Place);
        Assert.Contains(trainer.Gan.State, item => item.Name == "generator.1.main.1.bias");
    }

    /// <summary>Where the numbers overflow, not the running statistics that they reach a layer later.</summary>
    [Fact]
    public void An_overflow_before_a_normalisation_is_not_taken_for_one_in_it()
    {
        var recipe = Recipe.For(Preset.Dcgan, width: 3, batchSize: 6);
        var gan = recipe.CreateGan();
        var trainer = recipe.TrainerFor(gan);
        ((Linear)((Sequential)gan.Generator)[0]).Weight.Value.Span.Fill(3e38f);
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(Values.Normal(new Shape(6, 1, 28, 28), "real")));
        Assert.Equal("the output of generator.0 (Linear)", exception.Place);
    }

    /// <summary>A weight that is finite, but too large for what it is multiplied with.</summary>
    [Fact]
    public void An_overflow_is_found_in_the_layer_where_it_happens()
    {
        var gan = Descent.CreateGan();
        var trainer = Descent.TrainerFor(gan);
        ((Conv2D)((Sequential)gan.Discriminator)[2]).Weight.Value.Span.Fill(3e38f);
        DivergedException exception = Assert.Throws<DivergedException>(() => trainer.Step(Values.Normal(new Shape(6, 1, 28, 28), "real")));
        Assert.Equal("the output of discriminator.2 (Conv2D)", exception.Place);
    }

    [Fact]
    public void A_discriminator_that_overflows_on_real_images_alone_is_found()
    {
        Tensor real = new(new Shape(6, 1, 28, 28));
        real.Span.Fill(3e38f);
        Assert.Equal("the output of discriminator.0 (Conv2D)", PlaceOf(Descent, _ => { }, real));
    }

    [Fact]
    public void A_discriminator_that_overflows_on_generated_images_alone_is_found() =>
        Assert.Equal(
            "the output of discriminator.0 (Conv2D)",
            PlaceOf(
                Descent, gan => ((Conv2D)((Sequential)gan.Discriminator)[0]).Weight.Value.Span.Fill(3e38f),
                new Tensor(new Shape(6, 1, 28, 28))));

    /// <summary>Slopes of 1e25 are finite, and so are the logits; the squares of the penalty are not.</summary>
    [Theory]
    [InlineData(false, "the loss or its penalty, as all layers are finite")]
    [InlineData(true, "generator.2.running_var")]
    public void Where_no_layer_overflows_it_is_a_statistic_or_else_the_penalty(bool statistic, string place) =>
        Assert.Equal(place, PlaceOf(Descent with { Penalty = PenaltyKind.R1, PenaltyWeight = 1 }, gan =>
        {
            ((Linear)((Sequential)gan.Discriminator)[^1]).Weight.Value.Span.Fill(1e25f);
            ((BatchNorm2D)((Sequential)gan.Generator)[2]).RunningVariance[0] = statistic ? float.NaN : 1;
        }, Values.Normal(new Shape(6, 1, 28, 28), "real")));

    [Fact]
    public void The_first_state_that_is_not_finite_is_told()
    {
        Gan gan = (Descent with { AverageDecay = 0.5 }).Build().Gan;
        Assert.Null(FiniteCheck.FirstStateOf(gan));
        Spoil("average_generator.2.bias", float.NegativeInfinity);
        Spoil("discriminator.5.weight", float.NaN);
        Spoil("generator.2.running_mean", float.PositiveInfinity);
        Assert.Throws<ArgumentNullException>(() => FiniteCheck.FirstStateOf(null!));

        void Spoil(string name, float value)
        {
            gan.State.Single(tensor => tensor.Name == name).Value.Span[1] = value;
            Assert.Equal(name, FiniteCheck.FirstStateOf(gan));
        }
    }

    private static string PlaceOf(Recipe recipe, Action<Gan> damage, Tensor real)
    {
        GanTrainer trainer = recipe.Build();
        damage(trainer.Gan);
        return Assert.Throws<DivergedException>(() => trainer.Step(real)).Place;
    }
}
