using MiniGan.Comparison;
using MiniGan.Convolution;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using MiniGan.Training;
using static TorchSharp.torch;
using Tensor = MiniGan.Tensors.Tensor;

namespace MiniGan.Tests.Live;

/// <summary>Against TorchSharp itself. One class, so that its tensors can be counted: the counts are a thread's.</summary>
public sealed class LiveTests
{
    [Theory]
    [InlineData("torch-layers.json")]
    [InlineData("keras-layers.json")]
    public void Layers_agree_with_TorchSharps(string file)
    {
        CaseFile cases = CaseFile.Read(Path.Combine(AppContext.BaseDirectory, "reference", file));
        CaseResult[] results = [.. LiveComparison.Compare(cases)];
        Assert.Equal(cases.Cases.Count, results.Length);
        Assert.All(results, result => Assert.True(result.Passed, $"{result.Name}: {result.Failure}"));
    }

    [Fact]
    public void A_GAN_takes_the_same_steps_with_either_layers()
    {
        var configuration = new GanConfiguration(GanPreset.Dcgan, width: 4, latentSize: 8, batchSize: 6, learningRate: 2e-4, beta1: 0.5, seed: 3);
        var random = new RandomSource(1, "reals");
        Tensor[] reals = [.. Enumerable.Range(0, 20).Select(_ =>
        {
            var real = new Tensor(new Shape(6, 1, 28, 28));
            random.FillUniform(real.Span, -1, 1);
            return real;
        })];
        Assert.All(LiveComparison.Train(configuration, reals), step =>
        {
            Assert.Equal(step.BuiltIn.DiscriminatorLoss, step.Custom.DiscriminatorLoss, 1e-3);
            Assert.Equal(step.BuiltIn.GeneratorLoss, step.Custom.GeneratorLoss, 1e-3);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Our_Conv2d_stands_in_for_TorchSharps(bool bias)
    {
        using var scope = NewDisposeScope();
        using var builtIn = nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), groups: 2, bias: bias);
        using var ours = new Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), groups: 2, bias: bias);
        AssertInterchangeable(builtIn, ours, rand(2, 4, 7, 8));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Our_ConvTranspose2d_stands_in_for_TorchSharps(bool bias)
    {
        // The same output padding both ways: TorchSharp 0.105.2 takes the height's for the width as well.
        using var scope = NewDisposeScope();
        using var builtIn = nn.ConvTranspose2d(4, 6, (3, 4), (2, 3), (1, 2), (1, 1), groups: 2, bias: bias);
        using var ours = new ConvTranspose2d(4, 6, (3, 4), (2, 3), (1, 2), (1, 1), groups: 2, bias: bias);
        AssertInterchangeable(builtIn, ours, rand(2, 4, 5, 3));
    }

    [Fact]
    public void Our_layers_train_inside_a_TorchSharp_network()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var network = nn.Sequential(
            ("down", new Conv2d(1, 4, 4, stride: 2, padding: 1)), ("relu", nn.ReLU()), ("up", new ConvTranspose2d(4, 1, 4, stride: 2, padding: 1)));
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

    [Fact]
    public void The_same_layer_may_be_used_twice_before_backward()
    {
        using var scope = NewDisposeScope();
        using var builtIn = nn.Conv2d(2, 2, 3, padding: 1);
        using var ours = new Conv2d(2, 2, 3, padding: 1);
        AssertInterchangeable(builtIn, ours, rand(1, 2, 4, 5), x => builtIn.forward(builtIn.forward(x)), x => ours.forward(ours.forward(x)));
    }

    [Fact]
    public void Nothing_leaks()
    {
        var window = new ConvolutionWindow(4, 2, 1);
        long before = Alive();
        using (var layer = new TorchConv2D(1, 3, window))
        {
            for (int step = 0; step < 10; step++)
            {
                layer.Backward(layer.Forward(new Tensor(new Shape(2, 1, 8, 8))));
            }
        }

        Assert.Equal(before, Alive());
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Conv2d(1, 1, 3, padding_mode: TorchSharpPaddingModes.Reflect));
        Assert.Throws<ArgumentException>(() => new Conv2d(3, 4, 3, groups: 2));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2d(1, 1, 3, stride: 2, output_padding: 2));
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ones(2, dtype: ScalarType.Float64).ToMiniGan());
        using var layer = new TorchConv2D(1, 1, new ConvolutionWindow(3));
        Assert.Throws<InvalidOperationException>(() => layer.Backward(new Tensor(new Shape(1))));
        Assert.Throws<ArgumentException>(() => layer.Forward(new Tensor(new Shape(1, 2, 5, 5))));
    }

    private static long Alive() => global::TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private static void AssertInterchangeable(
        nn.Module<TorchTensor, TorchTensor> builtIn, nn.Module<TorchTensor, TorchTensor> ours, TorchTensor input,
        Func<TorchTensor, TorchTensor>? forwardBuiltIn = null, Func<TorchTensor, TorchTensor>? forwardOurs = null)
    {
        Assert.Equal(builtIn.state_dict().Keys, ours.state_dict().Keys);
        ours.load_state_dict(builtIn.state_dict());
        TorchTensor x = input.clone().requires_grad_(), other = input.clone().requires_grad_();
        TorchTensor y = (forwardBuiltIn ?? builtIn.forward)(x), z = (forwardOurs ?? ours.forward)(other);
        TorchTensor dy = rand_like(y);
        IList<TorchTensor> expected = autograd.grad([y], [x, .. builtIn.parameters()], [dy]);
        IList<TorchTensor> actual = autograd.grad([z], [other, .. ours.parameters()], [dy]);
        foreach ((TorchTensor one, TorchTensor two) in expected.Append(y).Zip(actual.Append(z)))
        {
            Assert.True(allclose(one, two, 1e-4, 1e-5), $"{one} {two}");
        }
    }
}
