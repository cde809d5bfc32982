using System.Globalization;
using MiniGan.Losses;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Training;

/// <summary>All of a trainer's gradient penalties: their sum's way into D's gradients.</summary>
/// <param name="penalties">The penalties.</param>
/// <param name="discriminator">D.</param>
/// <param name="seed">Of the penalties' own points.</param>
internal sealed class PenaltyTerms(IReadOnlyList<GradientPenalty> penalties, Module discriminator, ulong seed)
{
    private readonly PenaltyTerm[] terms =
        [.. penalties.Select((penalty, i) => new PenaltyTerm(penalty, discriminator, new RandomSource(seed, StreamName(i))))];

    /// <summary>One per penalty, in their order.</summary>
    public IReadOnlyList<PenaltyTerm> Terms => terms;

    /// <summary>Their sum, each as it was last computed.</summary>
    public double Last
    {
        get
        {
            double sum = 0;
            foreach (PenaltyTerm term in terms)
            {
                sum += term.Last;
            }

            return sum;
        }
    }

    /// <summary>Each as it was last computed, for a checkpoint; 0 if there is none.</summary>
    public string LastText =>
        terms.Length == 0 ? "0" : string.Join(' ', terms.Select(term => term.Last.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>The streams of their own points, by their names in a checkpoint.</summary>
    public IEnumerable<KeyValuePair<string, RandomSource>> Streams =>
        terms.Select((term, i) => KeyValuePair.Create(StreamName(i), term.Random));

    /// <summary>Puts back <see cref="LastText"/>; false if it is not that of as many penalties.</summary>
    public bool TryRestore(string lastText)
    {
        string[] words = lastText.Split(' ');
        if (words.Length != Math.Max(terms.Length, 1))
        {
            return false;
        }

        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], CultureInfo.InvariantCulture, out double last) || !double.IsFinite(last))
            {
                return false;
            }

            if (i < terms.Length)
            {
                terms[i].Last = last;
            }
        }

        return true;
    }

    /// <inheritdoc cref="PenaltyTerm.At"/>
    public void At(PenaltyPoint point, Tensor images, Tensor logits, long steps)
    {
        foreach (PenaltyTerm term in terms)
        {
            term.At(point, images, logits, steps);
        }
    }

    /// <inheritdoc cref="PenaltyTerm.Placed"/>
    public void Placed(Tensor real, Tensor fake, int packing, long steps)
    {
        foreach (PenaltyTerm term in terms)
        {
            term.Placed(real, fake, packing, steps);
        }
    }

    private static string StreamName(int place) => place == 0 ? "interpolation" : $"interpolation {place}";
}
