using System.Text.Json.Nodes;
using MiniGan.Data;
using MiniGan.Imaging;
using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Runs.Reports;

/// <summary>
/// What D says of a few real images and of as many generated ones, in inference mode, and ∂D/∂pixel: which pixels would make it say more
/// if they were brighter, and which less. Looking changes nothing of a training.
/// </summary>
/// <param name="Real">Of real images.</param>
/// <param name="Made">Of generated images.</param>
internal sealed record DiscriminatorView(DiscriminatorView.Judged Real, DiscriminatorView.Judged Made)
{
    private const int MostImages = 20, MostNumbers = 300_000, Columns = 10;

    /// <summary>What D says of images, and why.</summary>
    /// <param name="Images">x: [N, C, H, W].</param>
    /// <param name="Scores">N logits; those of a pack are the same.</param>
    /// <param name="Gradient">∂D/∂x: [N, C, H, W].</param>
    public sealed record Judged(Tensor Images, float[] Scores, Tensor Gradient);

    /// <summary>Looks at the first images of each; null if there are too few for a pack or a group of D's.</summary>
    /// <param name="gan">The networks; as before afterwards.</param>
    /// <param name="real">Real images, with labels if the networks know some.</param>
    /// <param name="made">Generated images; image n of label n mod classes, as of <see cref="Gan.Generate(Tensor, bool)"/>.</param>
    public static DiscriminatorView? Of(Gan gan, Batch real, Tensor made)
    {
        int pack = gan.Discriminator.Descendants().OfType<Pack>().FirstOrDefault()?.Size ?? 1;
        int whole = pack * gan.Discriminator.Descendants().OfType<MinibatchStdDev>().Select(module => module.GroupSize)
            .Aggregate(1, (all, size) => all % size == 0 ? all : all * size);
        int fitting = Math.Max(whole, Math.Min(MostImages, MostNumbers / gan.ImageShape.Count));
        int count = Math.Min(fitting, Math.Min(real.Images.Shape.N, made.Shape.N)) / whole * whole;
        return count == 0 ? null : Undisturbed(gan.Discriminator, () => new DiscriminatorView(
            Judge(gan, First(real.Images, count), gan.Classes == 0 ? [] : real.Labels.Span[..count]),
            Judge(gan, First(made, count), gan.Classes == 0 ? [] : [.. Enumerable.Range(0, count).Select(n => n % gan.Classes)])));
    }

    /// <summary>Least, quartiles and most of the scores: of real images, then of generated ones.</summary>
    public double[] Quantiles() => [.. QuantilesOf(Real.Scores), .. QuantilesOf(Made.Scores)];

    /// <summary>What <c>discriminator.json</c> holds: all of it, or, if that would be too long to be read, why not.</summary>
    /// <param name="step">The step that it was after.</param>
    /// <param name="longest">The most bytes.</param>
    public string ToText(long step, int longest)
    {
        string text = ToJson(step).ToJsonString(); // ASCII: a byte a character
        return text.Length <= longest ? text : TextOf(step, "The images are too large to be kept in a page.");
    }

    /// <summary>What <c>discriminator.json</c> holds where D cannot be looked at.</summary>
    /// <param name="step">The step that it was after.</param>
    /// <param name="problem">Why.</param>
    public static string TextOf(long step, string problem) => new JsonObject { ["step"] = step, ["problem"] = problem }.ToJsonString();

    /// <summary>As data of the page: scores and, as PNGs in base64, the images and the gradients, ten in a row.</summary>
    /// <param name="step">The step that it was after.</param>
    public JsonObject ToJson(long step) => new()
    {
        ["step"] = step,
        ["image"] = new JsonArray(Real.Images.Shape.H, Real.Images.Shape.W),
        ["columns"] = Columns,
        ["real"] = ToJson(Real),
        ["made"] = ToJson(Made),
    };

    private static JsonObject ToJson(Judged judged) => new()
    {
        ["scores"] = new JsonArray([.. judged.Scores.Select(score => JsonValue.Create(float.IsFinite(score) ? score : (float?)null))]),
        ["images"] = Png(judged.Images),
        ["gradient"] = Png(Heat(judged.Gradient)),
    };

    private static string Png(Tensor images)
    {
        using var png = new MemoryStream();
        PngWriter.Write(png, ImageConversion.Grid(images, Columns, gap: 0));
        return Convert.ToBase64String(png.ToArray());
    }

    /// <summary>The gradients of each image, summed over its channels, as parts of the largest: [N, 1, H, W] in [−1, 1].</summary>
    private static Tensor Heat(Tensor gradient)
    {
        Shape shape = gradient.Shape;
        int pixels = shape.H * shape.W;
        var heat = new Tensor(new Shape(shape.N, 1, shape.H, shape.W));
        for (int n = 0; n < shape.N; n++)
        {
            Span<float> one = heat.Span.Slice(n * pixels, pixels);
            ReadOnlySpan<float> values = gradient.Span.Slice(n * pixels * shape.C, pixels * shape.C); // channels last
            float largest = 0;
            for (int i = 0; i < pixels; i++)
            {
                foreach (float value in values.Slice(i * shape.C, shape.C))
                {
                    one[i] += value;
                }

                largest = Math.Max(largest, Math.Abs(one[i]));
            }

            for (int i = 0; i < pixels; i++)
            {
                one[i] = largest > 0 && float.IsFinite(largest) ? one[i] / largest : 0;
            }
        }

        return heat;
    }

    private static Judged Judge(Gan gan, Tensor images, ReadOnlySpan<int> labels)
    {
        gan.SetLabels(labels);
        Tensor logits = gan.Discriminator.Forward(images);
        int packs = logits.Shape.N, outputs = logits.Shape.Count / packs, pack = images.Shape.N / packs;
        var one = new Tensor(logits.Shape);
        float[] scores = new float[images.Shape.N];
        for (int n = 0; n < packs; n++)
        {
            one.Span[n * outputs] = 1; // what stands behind the first output is of classes
            scores.AsSpan(n * pack, pack).Fill(logits.Span[n * outputs]);
        }

        return new Judged(images, scores, gan.Discriminator.Backward(one, Gradients.Input).Clone());
    }

    /// <summary>In inference mode; afterwards mode, state and random streams are as before, to the bit, whatever the modules do.</summary>
    private static T Undisturbed<T>(Module network, Func<T> look)
    {
        (Module Module, bool Was)[] modes = [.. network.Descendants().Select(module => (module, module.IsTraining))];
        (RandomSource Stream, string Position)[] streams =
            [.. network.Descendants().Select(module => module.Random).OfType<RandomSource>().Select(stream => (stream, stream.Position))];
        (Tensor State, Tensor Before)[] states = [.. network.State.Select(tensor => (tensor.Value, tensor.Value.Clone()))];
        network.SetTraining(false);
        try
        {
            return look();
        }
        finally
        {
            foreach ((Module module, bool was) in modes)
            {
                module.SetTraining(was); // an outer one before those in it
            }

            foreach ((RandomSource stream, string position) in streams)
            {
                stream.Position = position;
            }

            foreach ((Tensor state, Tensor before) in states)
            {
                before.Span.CopyTo(state.Span);
            }
        }
    }

    private static Tensor First(Tensor images, int count)
    {
        Shape shape = images.Shape;
        var first = new Tensor(new Shape(count, shape.C, shape.H, shape.W));
        images.Span[..first.Shape.Count].CopyTo(first.Span);
        return first;
    }

    private static IEnumerable<double> QuantilesOf(float[] scores)
    {
        float[] sorted = [.. scores.Order()];
        return new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(part =>
        {
            double place = part * (sorted.Length - 1);
            int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
        });
    }
}
