using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;
using Module = MiniGan.Modules.Module;
using Tensor = MiniGan.Tensors.Tensor;
using UpsampleMode = MiniGan.Modules.UpsampleMode;

namespace MiniGan.Tests.Modules;

/// <summary>Every module, in its variants, for finite differences here and for TorchSharp's autograd there.</summary>
internal static class ModuleCases
{
    /// <summary>A module, and the shape of an input.</summary>
    public static IReadOnlyDictionary<string, (Func<Module> Module, Shape Input)> All { get; } =
        new Dictionary<string, (Func<Module> Module, Shape Input)>
        {
            ["Conv2D"] = (() => new Conv2D(2, 3, (3, 2), (2, 1), Padding.Explicit(1, 0, 2, 1)), new(2, 2, 5, 4)),
            ["Conv2D same, dilated, grouped, no bias"] =
            (() => new Conv2D(4, 6, (2, 3), 1, Padding.Same, (2, 1), groups: 2, bias: false), new(2, 4, 4, 3)),
            ["ConvTranspose2D"] = (() => new ConvTranspose2D(3, 2, (3, 4), 2, 1, outputPadding: (1, 0)), new(2, 3, 3, 2)),
            ["ConvTranspose2D same, grouped, no bias"] =
            (() => new ConvTranspose2D(4, 6, (5, 2), (2, 3), Padding.Same, groups: 2, bias: false), new(2, 4, 2, 3)),
            ["ConvTranspose2D wide"] = (() => new ConvTranspose2D(3, 20, 2, 2), new(1, 3, 2, 3)),
            ["Linear"] = (() => new Linear(5, 4), new(3, 5)),
            ["Linear without bias"] = (() => new Linear(3, 7, bias: false), new(4, 3)),
            ["BatchNorm2D in training"] = (() => new BatchNorm2D(3), new(4, 3, 2, 3)),
            ["BatchNorm2D in training, one channel"] = (() => new BatchNorm2D(1), new(3, 1, 3, 2)),
            ["BatchNorm2D in training, many channels"] = (() => new BatchNorm2D(19), new(6, 19, 1, 1)),
            ["BatchNorm2D in inference"] = (() => Inference(Trained(new BatchNorm2D(3), new(8, 3, 2, 2))), new(4, 3, 2, 3)),
            ["ReLU"] = (() => new ReLU(), new(2, 3, 3, 5)),
            ["LeakyReLU"] = (() => new LeakyReLU(0.2f), new(3, 13)),
            ["Tanh"] = (() => new Tanh(), new(2, 2, 3, 3)),
            ["Sigmoid"] = (() => new Sigmoid(), new(2, 2, 3, 3)),
            ["Dropout in inference"] = (() => Inference(new Dropout(0.5, new RandomSource(1, "d"))), new(2, 9)),
            ["ELU"] = (() => new ELU(0.7f), new(2, 2, 3, 3)),
            ["Softplus"] = (() => new Softplus(), new(3, 13)),
            ["SiLU"] = (() => new SiLU(), new(2, 2, 3, 3)),
            ["GELU"] = (() => new GELU(), new(2, 2, 3, 3)),
            ["PReLU"] = (() => new PReLU(), new(2, 2, 3, 3)),
            ["PReLU per channel"] = (() => new PReLU(5), new(3, 5)),
            ["GroupNorm"] = (() => new GroupNorm(2, 6), new(2, 6, 2, 3)),
            ["GroupNorm of rows"] = (() => new GroupNorm(2, 8), new(3, 8)),
            ["InstanceNorm2D"] = (() => new InstanceNorm2D(3, 0.1), new(2, 3, 4, 3)),
            ["InstanceNorm2D with factors"] = (() => new InstanceNorm2D(3, 0.1, affine: true), new(2, 3, 4, 3)),
            ["LayerNorm"] = (() => new LayerNorm(3, 2, 4), new(2, 3, 2, 4)),
            ["LayerNorm of rows"] = (() => new LayerNorm(9), new(3, 9)),
            ["LayerNorm without factors"] = (() => new LayerNorm(0.1, false, 3, 2, 4), new(2, 3, 2, 4)),
            ["PixelNorm"] = (() => new PixelNorm(0.1), new(2, 5, 2, 3)),
            ["Embedding"] = (() => new Concat(Lambda.Identity(), Labelled(new Embedding(4, 2), 3, 0, 3)), new(3, 5)),
            ["ProjectionLogit"] = (
            () =>
            {
                Embedding embedding = Labelled(new Embedding(4, 5), 3, 0, 3);
                return new ProjectionLogit(new Linear(5, 1), embedding);
            }, new(3, 5)),
            ["ProjectionLogit with spectral norm"] = (
            () =>
            {
                Embedding embedding = Labelled(new Embedding(4, 5), 3, 0, 3);
                return Inference(new ProjectionLogit(
                    new SpectralNorm(new Linear(5, 1), new RandomSource(1, "u")), new SpectralNorm(embedding, new RandomSource(2, "u"))));
            }, new(3, 5)),
            ["BatchNorm2D without factors"] = (() => new BatchNorm2D(3, affine: false), new(4, 3, 2, 3)),
            ["BatchNorm2D of all batches"] = (() => new BatchNorm2D(3, momentum: null), new(4, 3, 2, 3)),
            ["ConditionalBatchNorm2D"] = (() => Conditional(new ConditionalBatchNorm2D(3, 4), 3, 0, 3, 1), new(4, 3, 2, 3)),
            ["Upsample2D nearest"] = (() => new Upsample2D((2, 3)), new(2, 3, 2, 3)),
            ["Upsample2D bilinear"] = (() => new Upsample2D((3, 2), UpsampleMode.Bilinear), new(2, 2, 3, 2)),
            ["Upsample2D to a size"] = (() => Upsample2D.To((3, 5)), new(2, 2, 2, 3)),
            ["Upsample2D to a size, bilinear"] = (() => Upsample2D.To((5, 4), UpsampleMode.Bilinear), new(2, 2, 3, 3)),
            ["PixelShuffle"] = (() => new PixelShuffle(2), new(2, 8, 2, 3)),
            ["AvgPool2D"] = (() => new AvgPool2D((2, 3), (2, 1), (1, 1)), new(2, 3, 5, 4)),
            ["MaxPool2D"] = (() => new MaxPool2D((2, 3), (2, 1), (1, 1)), new(2, 2, 5, 4)),
            ["SelfAttention2D"] = (() => new SelfAttention2D(8), new(2, 8, 2, 5)),
            ["SelfAttention2D of few channels, in inference"] = (() => Inference(new SelfAttention2D(3)), new(2, 3, 5, 2)),
            ["SelfAttention2D with spectral norm"] =
            (() => Inference(new SelfAttention2D(8, spectralNorm: true, new RandomSource(1, "u"))), new(2, 8, 3, 4)),
            ["MinibatchStdDev"] = (() => new MinibatchStdDev(3), new(6, 4, 2, 3)),
            ["MinibatchStdDev of parts, in inference"] = (() => Inference(new MinibatchStdDev(4, 2)), new(2, 4, 3, 2)),
            ["Softmax"] = (() => new Softmax(), new(2, 5, 2, 3)),
            ["Softmax of rows, in inference"] = (() => Inference(new Softmax()), new(3, 7)),
            ["Dropout2D in inference"] = (() => Inference(new Dropout2D(0.5, new RandomSource(1, "d"))), new(2, 3, 2, 2)),
            ["GlobalSumPool2D"] = (() => new GlobalSumPool2D(), new(3, 4, 2, 5)),
            ["DiffAugment in inference"] = (() => Inference(new DiffAugment()), new(2, 3, 3, 4)),
            ["GlobalAvgPool2D"] = (() => new GlobalAvgPool2D(), new(3, 4, 2, 5)),
            ["Concat"] = (() => new Concat(new Conv2D(2, 3, 1), Lambda.Identity(), new LeakyReLU(0.9f)), new(2, 2, 3, 2)),
            ["Concat of rows"] = (() => new Concat(new Linear(4, 3), new Linear(4, 1)), new(3, 4)),
            ["Residual with a projection"] = (
            () => new Residual(new Sequential(new Conv2D(2, 3, 3, 2, 1), new Conv2D(3, 4, 3, padding: 1)), new Conv2D(2, 4, 1, 2)),
            new(2, 2, 5, 4)),
            ["Flatten"] = (() => new Flatten(), new(2, 3, 2, 4)),
            ["Reshape"] = (() => new Reshape(3, 2, 4), new(2, 24)),
            ["Reshape between images"] = (() => new Reshape(4, 3, 2), new(2, 2, 3, 4)),
            ["Pack"] = (() => new Pack(3), new(6, 2, 2, 3)),
            ["ClassLogit"] = (() => Labelled(new ClassLogit(4), 3, 0, 1), new(3, 4)),
            ["ConcatOneHot"] = (() => Labelled(new ConcatOneHot(4), 3, 0, 1), new(3, 2)),
            // In inference u and v stay as the first Forward made them, so that the derivative is exact.
            ["SpectralNorm of Conv2D"] = (
            () => Inference(new SpectralNorm(new Conv2D(2, 3, (3, 2), (2, 1), Padding.Explicit(1, 0, 2, 1)), new RandomSource(1, "u"))),
            new(2, 2, 5, 4)),
            ["SpectralNorm of Conv2D grouped, no bias"] = (
            () => Inference(new SpectralNorm(new Conv2D(4, 6, (2, 3), groups: 2, bias: false), new RandomSource(1, "u"))), new(2, 4, 4, 5)),
            ["SpectralNorm of ConvTranspose2D"] =
            (() => Inference(new SpectralNorm(new ConvTranspose2D(4, 6, (2, 3), 2, groups: 2), new RandomSource(1, "u"))), new(2, 4, 2, 3)),
            ["SpectralNorm of Linear"] = (() => Inference(new SpectralNorm(new Linear(5, 4), new RandomSource(1, "u"))), new(3, 5)),
            ["Residual"] = (
            () => new Residual(
                new Sequential(new Conv2D(3, 4, 3, padding: 1), new ConvTranspose2D(4, 3, (3, 1), padding: Padding.Explicit(1, 0, 1, 0)))),
            new(2, 3, 4, 3)),
            ["Sequential with curvature"] = (() => Inference(new Sequential(
                new Linear(4, 12), new SiLU(), new Reshape(3, 2, 2), new Residual(new Sequential(new Conv2D(3, 3, 1), new Sigmoid())),
                new Tanh(), new Concat(new Conv2D(3, 2, 2), new Sequential(new Softplus(), new Conv2D(3, 1, 2))), new Flatten(),
                new SpectralNorm(new Linear(3, 2), new RandomSource(1, "u")))), new(3, 4)),
            ["Sequential with BatchNorm"] = (() => new Sequential(
                new Linear(4, 12), new Reshape(3, 2, 2), new BatchNorm2D(3), new Tanh(), new ConvTranspose2D(3, 2, 4, 2, 1), new Sigmoid(),
                new Conv2D(2, 3, 3), new Flatten(), new Linear(12, 2)), new(3, 4)),
        };

    private static Module Inference(Module module)
    {
        module.SetTraining(false);
        return module;
    }

    private static T Labelled<T>(T module, params int[] labels)
        where T : Module, IClassConditional
    {
        module.SetLabels(labels);
        return module;
    }

    private static ConditionalBatchNorm2D Conditional(ConditionalBatchNorm2D module, params int[] labels)
    {
        Labelled((Embedding)module.Children[1], labels);
        return module;
    }

    private static BatchNorm2D Trained(BatchNorm2D module, Shape shape)
    {
        Tensor x = new(shape);
        new RandomSource(1, "training").FillNormal(x.Span);
        module.Forward(x);
        return module;
    }
}
