using MiniGan.Modules;

namespace MiniGan.Tests.Training;

/// <summary>By plain descent, θ moves by −rate · gradient: that gradient must be the derivative of the objective.</summary>
internal static class DescentCheck
{
    /// <summary>Takes a step, and compares the gradient that it took with how the objective changes along it.</summary>
    /// <param name="network">Whose parameters move.</param>
    /// <param name="rate">The rate of the plain descent.</param>
    /// <param name="step">Moves them once.</param>
    /// <param name="objective">What they descend, by their values as they are.</param>
    public static void Check(Module network, double rate, Action step, Func<double> objective)
    {
        float[][] before = [.. network.Parameters.Select(parameter => parameter.Value.ToRowMajor())];
        step();
        IEnumerable<double> Moved(Parameter parameter, int i) =>
            parameter.Value.ToRowMajor().Zip(before[i], (after, value) => (value - after) / rate);
        double[][] gradient = [.. network.Parameters.Select((parameter, i) => Moved(parameter, i).ToArray())];

        // Along the gradient itself the slope is |gradient|². A small step: a penalty jumps where a LeakyReLU changes its side.
        double square = gradient.Sum(values => values.Sum(value => value * value)), h = 2e-4 / Math.Sqrt(square);
        double At(double distance)
        {
            foreach ((Parameter parameter, int i) in network.Parameters.Select((parameter, i) => (parameter, i)))
            {
                parameter.Value.CopyFromRowMajor([.. before[i].Zip(gradient[i], (value, slope) => (float)(value + (distance * slope)))]);
            }

            return objective();
        }

        double slope = (At(h) - At(-h)) / (2 * h);
        Assert.InRange(slope / square, 0.99, 1.01);
    }
}
