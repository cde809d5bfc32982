using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Changes each image at random while it trains: other colours, a shift, a part cut out (Zhao, Liu, Lin, Zhu and Han 2020, "Differentiable
/// augmentation for data-efficient GAN training", section 3; as the authors' <c>DiffAugment_pytorch.py</c>). As D's first layer it changes
/// real and generated images alike, and G's gradient comes back through it, so that D cannot learn a few hundred pictures by heart, nor G
/// the changes. In inference y = x.
/// </summary>
/// <remarks>
/// <para>x, y: [N, C, H, W]. Each image has its own draw, in this order; U is uniform, integers with both ends.</para>
/// <para>
/// Colour: x + b with b ~ U(−½, ½) (brightness); m + s · (x − m) with m the mean of a pixel's channels and s ~ U(0, 2) (saturation);
/// M + c · (x − M) with M the image's mean and c ~ U(½, 1½) (contrast).
/// </para>
/// <para>
/// Translation: y[i, j] = x[i + p, j + q], 0 outside x, with p ~ U{−h, …, h}, h = ⌊H / 8 + ½⌋, and q likewise of W. Cutout: 0 in a
/// rectangle of h × w, h = ⌊H / 2 + ½⌋, whose row ⌊h / 2⌋ is at a random one of 0 to H − 1, or H if h is even, and likewise its columns;
/// what is outside the image is left out.
/// </para>
/// <para>y = A · x + b, with A and b of the draw, so that dx = Aᵀ · dy and ddy = A · ddx.</para>
/// </remarks>
public sealed class DiffAugment : Module
{
    private const Augmentations All = Augmentations.Color | Augmentations.Translation | Augmentations.Cutout;

    private readonly Action<int> applyItem, applyTransposedItem;
    private ImageChange[] changes = [];
    private Tensor? y, reusedY, reusedDx, reusedDdy, source, target;
    private bool hadBackward, isChanged, isLinear;

    /// <summary>Makes the module.</summary>
    /// <param name="policy">What to do; all unless given.</param>
    /// <param name="random">
    /// Where the draws come from; the module's own. A stream of <see cref="RandomSource.Default"/> unless given.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The policy has a flag that does not exist.</exception>
    public DiffAugment(Augmentations policy = All, RandomSource? random = null)
    {
        Policy = (policy & ~All) == 0
            ? policy
            : throw new ArgumentOutOfRangeException(nameof(policy), policy, "A policy is made of Color, Translation and Cutout.");
        Random = random ?? new RandomSource(RandomSource.Default.NextUInt64(), "augmentation");
        applyItem = item => changes[item].Apply(source!, target!, item, isLinear);
        applyTransposedItem = item => changes[item].ApplyTransposed(source!, target!, item);
    }

    /// <summary>What is done to the images.</summary>
    public Augmentations Policy { get; }

    /// <inheritdoc/>
    public override RandomSource Random { get; }

    /// <summary>y = A · x + b in training, with a new draw; y = x in inference.</summary>
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Positions.RequireImages(x.Shape, nameof(DiffAugment));
        (hadBackward, isChanged) = (false, IsTraining && Policy != Augmentations.None && x.Shape.Count > 0);
        if (isChanged)
        {
            Draw(x.Shape);
        }

        return y = Run(applyItem, x, ref reusedY, linear: false);
    }

    /// <summary>dx = Aᵀ · dy, of the last Forward's draw.</summary>
    /// <inheritdoc/>
    public override Tensor Backward(Tensor dy, Gradients wanted = Gradients.All)
    {
        CheckBackward(y, dy);
        hadBackward = true;
        return (wanted & Gradients.Input) == 0 ? NoGradient : Run(applyTransposedItem, dy, ref reusedDx, linear: true);
    }

    /// <summary>ddy = A · ddx.</summary>
    /// <inheritdoc/>
    public override Tensor DoubleBackward(Tensor ddx)
    {
        CheckDoubleBackward(hadBackward ? y : null, y?.Shape, ddx);
        return Run(applyItem, ddx, ref reusedDdy, linear: true);
    }

    /// <summary>For example <c>DiffAugment(Color, Translation)</c>.</summary>
    public override string ToString() => $"DiffAugment({Policy})";

    /// <summary>What a discriminator of a recipe begins with: the module, or nothing if it would do nothing.</summary>
    internal static Module[] IfAny(Augmentations policy, ulong seed) =>
        policy == Augmentations.None ? [] : [new DiffAugment(policy, new RandomSource(seed, "augmentation"))];

    private void Draw(Shape x)
    {
        if (changes.Length < x.N)
        {
            changes = new ImageChange[x.N];
        }

        for (int n = 0; n < x.N; n++)
        {
            changes[n] = ImageChange.Draw(Policy, x, Random);
        }
    }

    private Tensor Run(Action<int> apply, Tensor from, ref Tensor? reused, bool linear)
    {
        Tensor to = Result(ref reused, from.Shape, from);
        if (!isChanged)
        {
            from.Span.CopyTo(to.Span);
            return to;
        }

        (source, target, isLinear) = (from, to, linear);
        Parallelism.For(from.Shape.N, apply);
        return to;
    }
}
