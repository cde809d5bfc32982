using MiniGan.Comparison;
using MiniGan.Convolution;
using MiniGan.Tensors;
using MiniGan.TorchSharp;
using MiniGan.Training;
using TorchSharp;
using static TorchSharp.torch;
using Padding = MiniGan.Convolution.Padding;
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
    public void A_case_that_TorchSharp_refuses_is_a_failure_with_its_words()
    {
        CaseFile cases = CaseFile.Read(Path.Combine(AppContext.BaseDirectory, "reference", "torch-layers.json"));
        LayerCase wrong = cases.Cases[0] with { X = new Tensor(new Shape(1, 9, 7, 8)) };
        CaseResult result = LiveComparison.Compare(cases with { Cases = [wrong] }).Single();
        Assert.False(result.Passed);
        Assert.Contains("refused", result.Failure, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => LiveComparison.Compare(null!));
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

    [Fact]
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

    [Fact]
    public void Gradients_of_the_built_in_modules_accumulate_and_are_only_what_is_wanted()
    {
        using var layer = new TorchConv2D(1, 1, new ConvolutionWindow(1));
        layer.Weight.Value.Span.Fill(3);
        var x = new Tensor(new Shape(1, 1, 1, 2));
        x.Span.Fill(2);
        Tensor y = layer.Forward(x);
        Assert.Equal([3, 3], layer.Backward(x, MiniGan.Modules.Gradients.Input).ToRowMajor().Select(value => value / 2));
        Assert.Equal(0, layer.Weight.Gradient[0]);
        layer.Backward(x, MiniGan.Modules.Gradients.Parameters);
        layer.Backward(x);
        Assert.Equal((16f, 8f), (layer.Weight.Gradient[0], layer.Bias!.Gradient[0]));
        Assert.Equal(new Shape(0), layer.Backward(y, MiniGan.Modules.Gradients.None).Shape);
    }

    [Theory]
    [InlineData(2, 3, 1, 4)] // the crop is larger than what the kernel reaches
    [InlineData(0, 1, 2, 3)]
    [InlineData(1, 2, 3, 2)]
    public void Lopsided_padding_with_output_padding_agrees(int top, int outputPadding, int kernel, int stride)
    {
        var window = new ConvolutionWindow(kernel, stride, Padding.Explicit(top, 0, 0, 1), outputPadding: Math.Min(outputPadding, stride - 1));
        using var builtIn = new TorchConvTranspose2D(2, 3, window);
        var custom = new MiniGan.Modules.ConvTranspose2D(2, 3, window);
        new RandomSource(1, "w").FillNormal(custom.Weight.Value.Span);
        custom.Weight.Value.Span.CopyTo(builtIn.Weight.Value.Span);
        var x = new Tensor(new Shape(2, 2, 1, 3));
        new RandomSource(1, "x").FillNormal(x.Span);
        float[] expected = builtIn.Forward(x).ToRowMajor(), actual = custom.Forward(x).ToRowMajor();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
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
        Assert.Throws<ArgumentException>(() => new TorchConvTranspose2D(4, 3, new ConvolutionWindow(1, groups: 2), bias: false));
        Assert.Throws<ArgumentNullException>(() => new TorchConv2D(4, 3, null!));
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
