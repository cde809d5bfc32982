using CsCheck;

namespace MiniGan.Tests;

/// <summary>Laws, checked on generated cases.</summary>
internal static class Law
{
    /// <summary>
    /// Checks a law on cases that are the same at every run: a seed fixes CsCheck's first case only, so each case here is the first of its
    /// own seed. A failure tells the case and its seed, which <c>CsCheck_Seed</c> takes.
    /// </summary>
    /// <param name="cases">What the law is about.</param>
    /// <param name="law">Throws where it does not hold.</param>
    /// <param name="count">How many cases.</param>
    public static void Holds<T>(Gen<T> cases, Action<T> law, int count = 200)
    {
        for (uint i = 0; i < count; i++)
        {
            var random = new PCG(stream: i, seed: 7);
            cases.Sample(law, seed: random.ToString(random.State), iter: 1, threads: 1);
        }
    }
}
