using MiniGan.TorchSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniGan.Tests.Live;

/// <summary>Our layers where TorchSharp's stood.</summary>
public sealed class DropInTests
{
    public DropInTests() => TorchRuntime.Load();

    [LiveTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Our_Conv2d_stands_in_for_TorchSharps(bool bias)
    {
        using var scope = NewDisposeScope();
        using var builtIn = nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), groups: 2, bias: bias);
        using var ours = new Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), groups: 2, bias: bias);
        AssertInterchangeable(builtIn, ours, rand(2, 4, 7, 8));
    }

    [LiveTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Our_ConvTranspose2d_stands_in_for_TorchSharps(bool bias)
    {
        // The same output padding both ways: TorchSharp 0.107's module takes the height's for the width as well.
        using var scope = NewDisposeScope();
        using var builtIn = nn.ConvTranspose2d(4, 6, (3, 4), (2, 3), (1, 2), (1, 1), groups: 2, bias: bias);
        using var ours = new ConvTranspose2d(4, 6, (3, 4), (2, 3), (1, 2), (1, 1), groups: 2, bias: bias);
        AssertInterchangeable(builtIn, ours, rand(2, 4, 5, 3));
    }

    [LiveFact]
    public void Our_layers_train_inside_a_TorchSharp_network()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var network = nn.Sequential(
            ("down", new Conv2d(1, 4, 4, stride: 2, padding: 1)), ("relu", nn.ReLU()),
            ("up", new ConvTranspose2d(4, 1, 4, stride: 2, padding: 1)));
        Assert.Equal(["down.weight", "down.bias", "up.weight", "up.bias"], network.state_dict().Keys);
        using var optimizer = optim.Adam(network.parameters(), 1e-2);
        var x = rand(8, 1, 8, 8);
        List<float> losses = [];
        for (int step = 0; step < 60; step++)
        {
            using var stepScope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.mse_loss(network.forward(x), x);
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        Assert.True(losses[^1] < 0.5 * losses[0], $"{losses[0]} → {losses[^1]}");
    }

    [LiveFact]
    public void The_same_layer_may_be_used_twice_before_backward()
    {
        using var scope = NewDisposeScope();
        using var builtIn = nn.Conv2d(2, 2, 3, padding: 1);
        using var ours = new Conv2d(2, 2, 3, padding: 1);
        AssertInterchangeable(
            builtIn, ours, rand(1, 2, 4, 5), x => builtIn.forward(builtIn.forward(x)), x => ours.forward(ours.forward(x)));
    }

    [LiveFact]
    public void Moving_a_layer_to_another_type_works_and_using_it_there_is_refused()
    {
        using var scope = NewDisposeScope();
        using var ours = new Conv2d(1, 4, 3);
        ours.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, ours.weight.dtype);
        Assert.Equal(["weight", "bias"], ours.state_dict().Keys);
        Assert.Throws<ArgumentException>(() => ours.forward(rand(1, 1, 5, 5)));
        ours.to(ScalarType.Float32);
        Assert.Equal([1, 4, 3, 3], ours.forward(rand(1, 1, 5, 5)).shape);
        Assert.Throws<ArgumentException>(() => ours.forward(rand(1, 2, 5, 5)));
        Assert.Throws<ArgumentException>(() => ours.forward(rand(1, 1, 2, 2)));
        Assert.Throws<ArgumentNullException>(() => ours.forward(null!));
    }

    [LiveFact]
    public void A_weight_that_changes_before_backward_does_no_harm()
    {
        using var scope = NewDisposeScope();
        using var ours = new Conv2d(1, 1, 1, bias: false);
        TorchTensor x = ones(1, 1, 1, 1).requires_grad_();
        float before = ours.weight.detach().item<float>();
        TorchTensor y = ours.forward(x);
        using (no_grad())
        {
            ours.weight.add_(1);
        }

        y.backward();
        Assert.Equal(before, x.grad!.item<float>());
    }

    [LiveTheory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    public void Output_padding_that_differs_by_side_is_that_of_the_functional_operation(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var ours = new ConvTranspose2d(4, 6, (3, 4), (2, 3), (1, 2), (rows, columns), groups: 2);
        TorchTensor Functional(TorchTensor x) =>
            nn.functional.conv_transpose2d(x, ours.weight, ours.bias, [2, 3], [1, 2], [rows, columns], [1, 1], 2);
        AssertSameDerivatives(Functional, ours.forward, ours.parameters(), ours.parameters(), rand(2, 4, 5, 3));
    }

    [LiveFact]
    public void A_single_image_needs_no_batch()
    {
        using var scope = NewDisposeScope();
        using var builtIn = nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0));
        using var ours = new Conv2d(4, 6, (3, 2), (2, 1), (1, 0));
        AssertInterchangeable(builtIn, ours, rand(4, 7, 8));
        using var builtInTransposed = nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0));
        using var oursTransposed = new ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0));
        AssertInterchangeable(builtInTransposed, oursTransposed, rand(4, 5, 3));
        Assert.Equal([6, 9, 8], oursTransposed.forward(rand(4, 5, 3)).shape);
        Assert.Throws<ArgumentException>(() => ours.forward(rand(3, 7, 8)));
        Assert.Throws<ArgumentException>(() => ours.forward(rand(7, 8)));
        Assert.Throws<ArgumentException>(() => ours.forward(rand([1, 1, 4, 7, 8])));
    }

    [LiveFact]
    public void An_empty_batch_gives_an_empty_batch()
    {
        using var scope = NewDisposeScope();
        using var ours = new Conv2d(4, 6, 3);
        Assert.Equal([0, 6, 5, 6], ours.forward(rand([0, 4, 7, 8])).shape);
    }

    [LiveTheory]
    [InlineData(new long[] { 9, 8 })]
    [InlineData(new long[] { 10, 10 })]
    [InlineData(new long[] { 2, 6, 9, 9 })]
    public void A_wanted_output_size_is_what_comes_as_from_TorchSharps(long[] size)
    {
        using var scope = NewDisposeScope();
        using var builtIn = nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), output_padding: (1, 1));
        using var ours = new ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), output_padding: (1, 1));
        AssertInterchangeable(builtIn, ours, rand(2, 4, 5, 3), x => builtIn.forward(x, size), x => ours.forward(x, size));
        Assert.Equal(size[^2..], ours.forward(rand(2, 4, 5, 3), size).shape[^2..]);
        Assert.Equal([2, 6, 10, 9], ours.forward(rand(2, 4, 5, 3), null).shape);
    }

    [LiveTheory]
    [InlineData(new long[] { 8, 8 })]
    [InlineData(new long[] { 9, 11 })]
    [InlineData(new long[] { 11, 8 })]
    [InlineData(new long[] { 9, 7 })]
    [InlineData(new long[] { 9 })]
    [InlineData(new long[] { 6, 9, 8 })]
    public void An_output_size_that_TorchSharp_refuses_is_refused(long[] size)
    {
        using var scope = NewDisposeScope();
        using var builtIn = nn.ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0));
        using var ours = new ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0));
        Assert.Throws<ArgumentException>(() => builtIn.forward(rand(2, 4, 5, 3), size));
        Assert.Throws<ArgumentException>(() => ours.forward(rand(2, 4, 5, 3), size));
        Assert.Throws<ArgumentNullException>(() => ours.forward(null!, size));
    }

    [LiveFact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Conv2d(1, 1, 3, padding_mode: TorchSharpPaddingModes.Reflect));
        Assert.Throws<ArgumentException>(() => new Conv2d(3, 4, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2d(1, 1, 3, stride: 2, output_padding: 2));
    }

    private static void AssertInterchangeable(
        nn.Module<TorchTensor, TorchTensor> builtIn, nn.Module<TorchTensor, TorchTensor> ours, TorchTensor input,
        Func<TorchTensor, TorchTensor>? forwardBuiltIn = null, Func<TorchTensor, TorchTensor>? forwardOurs = null)
    {
        Assert.Equal(builtIn.state_dict().Keys, ours.state_dict().Keys);
        ours.load_state_dict(builtIn.state_dict());
        AssertSameDerivatives(
            forwardBuiltIn ?? builtIn.forward, forwardOurs ?? ours.forward, builtIn.parameters(), ours.parameters(), input);
    }

    private static void AssertSameDerivatives(
        Func<TorchTensor, TorchTensor> builtIn, Func<TorchTensor, TorchTensor> ours, IEnumerable<TorchTensor> builtInParameters,
        IEnumerable<TorchTensor> ourParameters,
        TorchTensor input)
    {
        TorchTensor x = input.clone().requires_grad_(), other = input.clone().requires_grad_();
        TorchTensor y = builtIn(x), z = ours(other);
        Assert.Equal(y.shape, z.shape);
        TorchTensor dy = rand_like(y);
        IList<TorchTensor> expected = autograd.grad([y], [x, .. builtInParameters], [dy]);
        IList<TorchTensor> actual = autograd.grad([z], [other, .. ourParameters], [dy]);
        foreach ((TorchTensor one, TorchTensor two) in expected.Append(y).Zip(actual.Append(z)))
        {
            Assert.True(allclose(one, two, 1e-4, 1e-5), $"{one} {two}");
        }
    }
}
