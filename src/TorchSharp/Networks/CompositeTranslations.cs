using MiniGan.Modules;

namespace MiniGan.TorchSharp.Networks;

/// <summary>Modules made of others.</summary>
internal static class CompositeTranslations
{
    public static void AddTo(TorchTranslations all) => all
        .Add<Sequential>(Chain)
        .Add<Residual>((_, its) => x => its.Parts[0].forward(x) + (its.Parts.Count > 1 ? its.Parts[1].forward(x) : x))
        .Add<Concat>((_, its) => x => torch.cat([.. its.Parts.Select(part => part.forward(x))], 1))
        .Add<ProjectionLogit>((_, its) => x => its.Parts[0].forward(x) + (its.Parts[1].forward(x) * x).sum(1, keepdim: true))
        .Add<ConditionalBatchNorm2D>((norm, its) => x =>
        {
            TorchTensor standardized = its.Parts[0].forward(x), vectors = its.Parts[1].forward(x).unsqueeze(2).unsqueeze(3);
            return (standardized * vectors.narrow(1, 0, norm.Channels)) + vectors.narrow(1, norm.Channels, norm.Channels);
        })
        .Add<SelfAttention2D>((_, its) => x => Attend(x, its));

    private static Func<TorchTensor, TorchTensor> Chain(Sequential chain, TorchModule its)
    {
        for (int i = 1; i < chain.Count; i++)
        {
            // What these make nothing else keeps: not their own backward, and no branch beside.
            its.Parts[i].MayOverwrite = its.Context.IsTuned &&
                (chain[i - 1] is ConvolutionModule or Linear or BatchNorm2D or SpectralNorm { Inner: ConvolutionModule or Linear });
        }

        return x =>
        {
            foreach (TorchModule part in its.Parts)
            {
                x = part.forward(x);
            }

            return x;
        };
    }

    /// <summary>x + γ · o(softmax(θᵀφ) · g), φ and g pooled (SAGAN, as in Brock's BigGAN code).</summary>
    private static TorchTensor Attend(TorchTensor x, TorchModule its)
    {
        TorchTensor theta = its.Parts[0].forward(x).flatten(2), phi = its.Parts[4].forward(its.Parts[1].forward(x)).flatten(2);
        TorchTensor g = its.Parts[5].forward(its.Parts[2].forward(x)).flatten(2);
        TorchTensor beta = theta.transpose(1, 2).bmm(phi).softmax(-1);
        TorchTensor attended = g.bmm(beta.transpose(1, 2)).reshape(x.shape[0], g.shape[1], x.shape[2], x.shape[3]);
        return x + (its["gamma"] * its.Parts[3].forward(attended));
    }
}
