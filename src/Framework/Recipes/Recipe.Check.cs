using MiniGan.Models;
using MiniGan.Tensors;

namespace MiniGan.Recipes;

// What the values may be, and which fit together.
public sealed partial record Recipe
{
    /// <summary>Checks that the values fit together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Check()
    {
        bool tutorial = Preset == Preset.TfTutorial, residual = Preset == Preset.Residual;
        Require(!tutorial || Width == 64, $"The networks of the tutorial have width 64, not {Width}; the other presets have a choice.");
        Require(
            !tutorial || BatchSize > 1,
            "The tutorial's generator normalises single values over the batch, so a batch of 1 leaves nothing of them; take at least 2.");
        Require(
            BatchSize * LargestMaps() < Array.MaxLength / 2,
            $"A batch of {BatchSize} images {Image} with {Width} feature maps is more than a tensor can hold; make one of them smaller.");
        Require(
            RealTarget == 1 || Loss == LossKind.NonSaturating,
            "Label smoothing moves the targets of cross-entropy; this loss has none. Take the non-saturating loss, or no smoothing.");
        Require(
            !tutorial || (GeneratorConvolutions == 0 && DiscriminatorHidden == 0),
            "The tutorial's networks have neither further convolutions nor a hidden fully connected layer; take another preset.");
        Require(
            !tutorial || DiscriminatorNormalization != NormalizationKind.Spectral,
            "The tutorial's discriminator has no spectral normalisation; take another preset.");
        Require(
            !tutorial || Upsampling == UpsamplingKind.Transposed,
            "The tutorial's generator has transposed convolutions, not nearest upsampling; take another preset.");
        Require(
            !ConditionalNormalization || (!tutorial && !residual),
            tutorial
                ? "The tutorial's generator has one normalisation for all labels; take another preset."
                : "The residual generator is always told its labels at its normalisations; leave that choice out.");
        Require(
            !ConditionalNormalization || Classes > 0,
            "A normalisation for each label needs labels, but this recipe has no classes; give it some (--conditional), or take the " +
            "preset conditional.");
        Require(
            !residual || (GeneratorConvolutions == 0 && DiscriminatorHidden == 0),
            "The residual networks have neither further convolutions nor a hidden fully connected layer; take another preset.");
        Require(
            !residual || DiscriminatorNormalization != NormalizationKind.Batch,
            "The residual discriminator has no batch normalisation; take spectral, none, or another preset.");
        Require(
            !residual || Upsampling == UpsamplingKind.Nearest,
            "The residual generator has nearest upsampling, not transposed convolutions; take another preset.");
        Require(
            Penalty == PenaltyKind.None || tutorial || DiscriminatorNormalization != NormalizationKind.Batch,
            "A penalty is on the gradient of each image, but with batch normalisation there is no such thing: an image's logit depends " +
            "on the whole batch. Normalise the discriminator not at all, or spectrally.");
        Require(
            Labels is null || Labels.Count == Classes,
            $"There must be a label for each of the {Classes} classes, but there are {Labels?.Count}: {Labels}.");
        Require(
            BatchSize % Packing == 0,
            $"The batch is judged in packs of {Packing}, so its size must be a multiple of that, but is {BatchSize}.");
        Require(
            Packing == 1 || Classes == 0,
            "Images are judged either in packs or by their labels, not both; take a packing of 1, or a recipe without labels, as r1 is.");
    }

    /// <summary>Elements that the largest result of a layer has for one image.</summary>
    private long LargestMaps()
    {
        long pixels = (long)Image.Height * Image.Width, halved = ((long)Image.Height + 1) / 2 * ((Image.Width + 1) / 2);
        long maps = Preset == Preset.Residual ? 2L * Width * pixels
            : Upsampling == UpsamplingKind.Nearest ? Width * pixels
            : Width * halved;
        return Math.Max(maps, Image.Channels * pixels);
    }

    private static ImageShape Checked(ImageShape image) =>
        new(
            Within(image.Channels, 1, 4, "number of channels"), Within(image.Height, ImageLevels.LeastSize, 1024, "height of an image"),
            Within(image.Width, ImageLevels.LeastSize, 1024, "width of an image"));

    private static T Defined<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw new ArgumentException($"There is no {typeof(T).Name} {value}.");

    private static T Within<T>(T value, T least, T most, string name)
        where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? value
            : throw new ArgumentException($"The {name} must be from {least} to {most}, but is {value}.");

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentException($"The {name} must be a positive number, but is {value}.");

    private static double Decay(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentException($"The {name} must be at least 0 and less than 1, but is {value}.");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
