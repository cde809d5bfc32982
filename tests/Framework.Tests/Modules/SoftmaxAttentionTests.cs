using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Tests.Modules;

/// <summary>Attention against its definition in double precision, and that one's finite differences.</summary>
public sealed class SoftmaxAttentionTests
{
    private const double Step = 1e-5;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (KernelSet set in KernelRegistry.All.Where(set => set.IsSupported))
            {
                Sizes.Keys.ToList().ForEach(size => cases.Add(set.Name, size));
            }

            return cases;
        }
    }

    private static Dictionary<string, (Shape Q, Shape K, int Depth)> Sizes { get; } = new()
    {
        ["one"] = (new(1, 1, 1, 1), new(1, 1, 1, 1), 1),
        ["few"] = (new(2, 2, 3, 2), new(2, 2, 1, 3), 3),
        ["a panel and a block, and some more"] = (new(2, 17, 10, 13), new(2, 17, 5, 7), 35),
        ["more keys than a block of many rows holds"] = (new(1, 2, 5, 6), new(1, 2, 60, 50), 3),
        ["images without queries"] = (new(0, 2, 5, 6), new(0, 2, 3, 3), 3),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_and_derivatives_agree_with_the_definition(string kernels, string size)
    {
        (Shape q, Shape k, int depth) = Sizes[size];
        Shape v = new(k.N, depth, k.H, k.W), y = new(q.N, depth, q.H, q.W);
        var attention = new SoftmaxAttention(KernelRegistry.Select(kernels));
        SoftmaxAttention.Operands x = Normal("x"), dx = Poisoned(), ddx = Normal("ddx"), curvature = Poisoned();
        Tensor result = Values.Poisoned(y), dy = Values.Normal(y, "dy"), ddy = Values.Poisoned(y);
        attention.Forward(x, result);
        attention.Backward(x, dy, dx);
        attention.DoubleBackward(x, dy, ddx, ddy, curvature);

        double[] expected = Definition(Doubles(x.Q), Doubles(x.K), Doubles(x.V));
        AssertClose(expected, result.Span.ToArray());
        for (int trial = 0; trial < 3; trial++)
        {
            // Along a random direction of each operand: all elements count, each with a weight of its own.
            SoftmaxAttention.Operands way = Normal($"way {trial}");
            Tensor wayOfDy = Values.Normal(y, $"way of dy {trial}");
            AssertChange(t => Loss(t, way), Dot(dx, way));
            AssertChange(t => Penalty(t, new(new(q), new(k), new(v)), wayOfDy), Values.Dot(ddy, wayOfDy));
            AssertChange(t => Penalty(t, way, new(y)), Dot(curvature, way));
        }

        SoftmaxAttention.Operands Normal(string name) =>
            new(Values.Normal(q, $"{name}.q"), Values.Normal(k, $"{name}.k"), Values.Normal(v, $"{name}.v"));
        SoftmaxAttention.Operands Poisoned() => new(Values.Poisoned(q), Values.Poisoned(k), Values.Poisoned(v));
        double[] Definition(double[] qs, double[] ks, double[] vs) => Attend(q, k, depth, qs, ks, vs);

        // ⟨y, dy⟩ at x + t · way.
        double Loss(double t, SoftmaxAttention.Operands way) => Sum(
            Definition(Moved(x.Q, way.Q, t), Moved(x.K, way.K, t), Moved(x.V, way.V, t)), Doubles(dy));

        // ⟨dx, ddx⟩ at x + t · way and dy + t · wayOfDy: the change of ⟨y, dy⟩ along ddx.
        double Penalty(double t, SoftmaxAttention.Operands way, Tensor wayOfDy)
        {
            double[] cotangent = Moved(dy, wayOfDy, t);
            double At(double s) => Sum(
                Definition(
                    Moved(Moved(x.Q, way.Q, t), ddx.Q, s), Moved(Moved(x.K, way.K, t), ddx.K, s), Moved(Moved(x.V, way.V, t), ddx.V, s)),
                cotangent);
            return (At(Step) - At(-Step)) / (2 * Step);
        }
    }

    [Fact]
    public void Large_scores_do_not_overflow()
    {
        var attention = new SoftmaxAttention(KernelRegistry.Current);
        Tensor q = Tensor.FromRowMajor(new Shape(1, 1, 1, 1), [1000]), k = Tensor.FromRowMajor(new Shape(1, 1, 1, 2), [1000, -1000]);
        Tensor v = Tensor.FromRowMajor(new Shape(1, 1, 1, 2), [3, 5]), y = new(new Shape(1, 1, 1, 1));
        attention.Forward(new(q, k, v), y);
        Assert.Equal(3, y[0]);
    }

    private static double[] Attend(Shape q, Shape k, int depth, double[] qs, double[] ks, double[] vs)
    {
        int queries = q.H * q.W, keys = k.H * k.W, width = q.C;
        double[] y = new double[q.N * queries * depth];
        for (int i = 0; i < q.N * queries; i++)
        {
            int first = i / queries * keys;
            double[] scores = new double[keys];
            for (int j = 0; j < keys; j++)
            {
                for (int c = 0; c < width; c++)
                {
                    scores[j] += qs[(i * width) + c] * ks[((first + j) * width) + c];
                }
            }

            double most = scores.Max(), sum = scores.Sum(score => Math.Exp(score - most));
            for (int j = 0; j < keys; j++)
            {
                for (int c = 0; c < depth; c++)
                {
                    y[(i * depth) + c] += Math.Exp(scores[j] - most) / sum * vs[((first + j) * depth) + c];
                }
            }
        }

        return y;
    }

    private static void AssertChange(Func<double, double> function, double expected)
    {
        const double Outer = 1e-3;
        double change = (function(Outer) - function(-Outer)) / (2 * Outer);
        Assert.Equal(expected, change, 3e-3 * (1 + Math.Abs(expected)));
    }

    private static void AssertClose(double[] expected, float[] actual) => Assert.All(
        expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + Math.Abs(pair.First))));

    private static double Dot(SoftmaxAttention.Operands a, SoftmaxAttention.Operands b) =>
        Values.Dot(a.Q, b.Q) + Values.Dot(a.K, b.K) + Values.Dot(a.V, b.V);

    private static double Sum(double[] a, double[] b) => a.Zip(b).Sum(pair => pair.First * pair.Second);

    private static double[] Doubles(Tensor tensor) => [.. tensor.Span.ToArray().Select(value => (double)value)];

    private static double[] Moved(Tensor from, Tensor way, double t) => Moved(Doubles(from), way, t);

    private static double[] Moved(double[] from, Tensor way, double t) =>
        [.. from.Zip(Doubles(way)).Select(pair => pair.First + (t * pair.Second))];
}
