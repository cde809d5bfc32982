using System.Globalization;
using System.Numerics;
using System.Text;

namespace MiniGan.Tensors;

/// <summary>
/// A reproducible stream of random numbers: xoshiro256** (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators"),
/// seeded through SplitMix64 as its authors advise. The same seed and name give the same stream in any version of .NET.
/// </summary>
/// <example>
/// <code>
/// var random = new RandomSource(seed: 1, name: "noise"); // the same numbers each time
/// var z = new Tensor(new Shape(16, 64));
/// random.FillNormal(z.Span);
/// </code>
/// </example>
public sealed class RandomSource
{
    /// <summary>The least threshold of <see cref="Truncate"/>: of draws from N(0, 1), 0.8 % are within ±0.01.</summary>
    public const float LeastThreshold = 0.01f;

    [ThreadStatic]
    private static RandomSource? ofThread;

    private ulong s0, s1, s2, s3;

    /// <summary>
    /// Makes the stream of a seed and a name. Streams of other names are independent of it, so that one part's use of
    /// chance never shifts another's.
    /// </summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="name">What the stream is for, for example <c>latents</c>.</param>
    public RandomSource(ulong seed, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong state = seed;
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
        {
            state = SplitMix(ref state) ^ letter;
        }

        (s0, s1, s2, s3) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    /// <summary>
    /// Where new layers draw their first weights from: a stream per thread, of seed 0 unless another is set, so that the same program makes
    /// the same weights. As <c>torch.manual_seed</c>, a program chooses its seed by <c>RandomSource.Default = new(seed: 7, "weights")</c>.
    /// </summary>
    public static RandomSource Default
    {
        get => ofThread ??= new RandomSource(0, "weights");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ofThread = value;
        }
    }

    /// <summary>Where the stream stands, as 64 hexadecimal digits: set on another source, that goes on as this one.</summary>
    /// <exception cref="FormatException">
    /// What is set is not 64 hexadecimal digits, or all of them are zeros, which no stream ever is.
    /// </exception>
    public string Position
    {
        get => string.Create(CultureInfo.InvariantCulture, $"{s0:x16}{s1:x16}{s2:x16}{s3:x16}");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ulong[] words = new ulong[4];
            bool valid = value.Length == 64;
            for (int i = 0; valid && i < words.Length; i++)
            {
                valid = ulong.TryParse(
                    value.AsSpan(16 * i, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i]);
            }

            if (!valid || words.All(word => word == 0))
            {
                throw new FormatException(
                    $"The position of a random stream is 64 hexadecimal digits, not all zeros, but this is '{value}'.");
            }

            (s0, s1, s2, s3) = (words[0], words[1], words[2], words[3]);
        }
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(s1 * 5, 7) * 9, t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>The next number, uniform in [0, 1), in steps of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next integer, uniform in [0, bound), without bias (Lemire 2019).</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is less than 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        uint range = (uint)bound, threshold = (0u - range) % range;
        while (true)
        {
            ulong product = (NextUInt64() >> 32) * range;
            if ((uint)product >= threshold)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>
    /// Fills with independent values of the normal distribution with this mean and standard deviation (Box and Muller 1958).
    /// </summary>
    /// <param name="values">Overwritten.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation.</param>
    public void FillNormal(Span<float> values, float mean = 0, float standardDeviation = 1)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * NextDouble());
            values[i] = (float)(mean + (standardDeviation * radius * cosine));
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(mean + (standardDeviation * radius * sine));
            }
        }
    }

    /// <summary>
    /// Draws every value outside ±threshold again from N(0, 1), until it is within. Of values of N(0, 1) it makes values of the normal
    /// distribution truncated to ±threshold: the truncation trick of Brock, Donahue and Simonyan 2019, "Large scale GAN training for high
    /// fidelity natural image synthesis", section 3.1.
    /// </summary>
    /// <param name="values">Those within ±threshold are left as they are.</param>
    /// <param name="threshold">At least <see cref="LeastThreshold"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is less than <see cref="LeastThreshold"/>.</exception>
    public void Truncate(Span<float> values, float threshold)
    {
        if (!(threshold >= LeastThreshold))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, $"A threshold is {LeastThreshold} or more.");
        }

        for (int i = 0; i < values.Length; i++)
        {
            while (Math.Abs(values[i]) > threshold)
            {
                FillNormal(values.Slice(i, 1));
            }
        }
    }

    /// <summary>Fills with independent values, uniform from low to high.</summary>
    /// <param name="values">Overwritten.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    public void FillUniform(Span<float> values, float low, float high)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(low + ((high - low) * NextDouble()));
        }
    }

    /// <summary>Puts the items into random order, each order equally likely (Fisher and Yates).</summary>
    /// <param name="items">Reordered in place.</param>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
