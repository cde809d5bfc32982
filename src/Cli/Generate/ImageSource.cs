using MiniGan.Cli.Common;
using MiniGan.Sampling;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Generate;

/// <summary>The pictures of a generator and a seed: the one place where latent vectors are drawn and become pictures.</summary>
/// <param name="Model">The networks.</param>
/// <param name="Seed">Of the latent vectors.</param>
/// <param name="Average">Whether to take the generator's moving average, if there is one.</param>
/// <param name="Truncation">Latent values beyond ±this are drawn again; null: none are.</param>
/// <param name="Labels">The classes of the pictures, in turn, of networks that know labels; null: 0, 1, 2, ….</param>
internal sealed record ImageSource(Gan Model, ulong Seed, bool Average = true, float? Truncation = null, IReadOnlyList<int>? Labels = null)
{
    /// <summary>The most pictures that are made at once, since the layers' memory grows with them.</summary>
    public const int ImagesPerPass = 500;

    private const string FirstLatents = "generate";

    /// <summary>Loads the networks of a run.</summary>
    /// <exception cref="UserException">There is no such file.</exception>
    public static Gan Load(string checkpoint) => RunCheckpoint.Load(checkpoint).Gan;

    /// <summary>
    /// Starts from the first picture: n → the next n, [n, C, H, W]. What they are does not depend on how many are asked for at a time.
    /// </summary>
    public Func<int, Tensor> Open()
    {
        Func<int, Tensor> latents = Latents(FirstLatents);
        int done = 0;
        return count =>
        {
            Tensor images = Images(latents(count), done);
            done += count;
            return images;
        };
    }

    /// <summary>The first pictures, a pass at a time.</summary>
    public IEnumerable<Tensor> Samples(int count)
    {
        Func<int, Tensor> next = Open();
        for (int done = 0; done < count; done += ImagesPerPass)
        {
            yield return next(Math.Min(ImagesPerPass, count - done));
        }
    }

    /// <summary>
    /// Walks side by side that set out from the first pictures and end where they began; of networks that know labels, each from label to
    /// label, too, unless they are given.
    /// </summary>
    /// <param name="count">Walks, at most <see cref="ImagesPerPass"/>.</param>
    /// <param name="stops">Random latent vectors that each passes.</param>
    /// <param name="framesPerLeg">Frames from one to the next.</param>
    /// <returns>Each frame: [count, C, H, W].</returns>
    public IEnumerable<Tensor> Walks(int count, int stops, int framesPerLeg)
    {
        // Each stop has a stream of its own: another count adds walks, another number of stops prolongs them, and what was there stays.
        var walk = new LatentWalk(
            [.. Enumerable.Range(1, stops).Select(stop => Latents(stop == 1 ? FirstLatents : $"{FirstLatents}, stop {stop}")(count))],
            framesPerLeg);
        for (int frame = 0; frame < walk.FrameCount; frame++)
        {
            yield return Model.Classes > 0 && Labels is null
                ? Between(walk.Frame(frame), frame / framesPerLeg, stops, (float)(frame % framesPerLeg) / framesPerLeg)
                : Images(walk.Frame(frame), first: 0);
        }
    }

    /// <summary>
    /// On a leg of the walks: walk n has the label n at its first stop, n + 1 at the second, …; from the last it goes back to n.
    /// </summary>
    private Tensor Between(Tensor latents, int leg, int stops, float t)
    {
        int[] LabelsAt(int stop) => [.. Enumerable.Range(0, latents.Shape.N).Select(n => (n + (stop % stops)) % Model.Classes)];
        return Model.Generate(latents, LabelsAt(leg), LabelsAt(leg + 1), t, Average);
    }

    /// <summary>
    /// How many of so many pictures belong side by side in a grid: one per label if all labels are there, else as many as make it square.
    /// </summary>
    public int Columns(int count) =>
        Model.Classes > 0 && Labels is null && count >= Model.Classes ? Model.Classes : (int)Math.Ceiling(Math.Sqrt(count));

    /// <summary>What the first pictures are to show, as the data label it; null of networks without labels.</summary>
    public IReadOnlyList<int>? LabelsOf(int count) =>
        Model.Classes == 0 ? null : [.. Enumerable.Range(0, count).Select(number => Model.Labels[ClassOf(number)])];

    /// <summary>Pictures whose labels begin with that of the picture of number <paramref name="first"/>.</summary>
    private Tensor Images(Tensor latents, int first)
    {
        int[] labels = new int[Model.Classes == 0 ? 0 : latents.Shape.N];
        for (int n = 0; n < labels.Length; n++)
        {
            labels[n] = ClassOf(first + n);
        }

        return Model.Generate(latents, labels, Average);
    }

    /// <summary>The class of a picture, of networks that know labels.</summary>
    private int ClassOf(int number) => Labels is null ? number % Model.Classes : Labels[number % Labels.Count];

    private Func<int, Tensor> Latents(string stream)
    {
        // What is drawn again comes from elsewhere, so that all values within the threshold are those of the same seed without one.
        RandomSource random = new(Seed, stream), again = new(Seed, $"{stream}, again");
        return count =>
        {
            Tensor latents = Model.Latents(count, random);
            if (Truncation is float threshold)
            {
                again.Truncate(latents.Span, threshold);
            }

            return latents;
        };
    }
}
