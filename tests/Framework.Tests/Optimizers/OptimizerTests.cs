using MiniGan.Kernels;
using MiniGan.Modules;
using MiniGan.Optimizers;
using MiniGan.Tensors;

namespace MiniGan.Tests.Optimizers;

/// <summary>
/// What all optimisers have in common. Alone, since the threads are shared among one caller's loops at a time and
/// garbage is counted for all.
/// </summary>
[Collection("alone")]
public sealed class OptimizerTests
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    private static Dictionary<string, (Func<IEnumerable<Parameter>, Optimizer> Make, string[] State)> Cases { get; } = new()
    {
        ["Adam"] =
            (parameters => new Adam(parameters, 0.01, 0.5), ["0.first_moment", "0.second_moment", "1.first_moment", "1.second_moment"]),
        ["AdamW"] = (
            parameters => new AdamW(parameters, 0.01, 0.5, weightDecay: 0.1),
            ["0.first_moment", "0.second_moment", "1.first_moment", "1.second_moment"]),
        ["RmsProp"] = (parameters => new RmsProp(parameters), ["0.second_moment", "1.second_moment"]),
        ["Sgd"] = (parameters => new Sgd(parameters), []),
        ["Sgd with momentum"] = (parameters => new Sgd(parameters, momentum: 0.9), ["0.momentum", "1.momentum"]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_resumed_optimizer_goes_on_to_the_last_bit(string name)
    {
        (Func<IEnumerable<Parameter>, Optimizer> make, string[] state) = Cases[name];
        Parameter[] parameters = Parameters();
        Optimizer optimizer = make(parameters);
        Assert.Equal(state, optimizer.State.Select(item => item.Name));
        Assert.All(optimizer.State, item => Assert.Equal(parameters[item.Name[0] - '0'].Value.Shape, item.Value.Shape));
        Run(optimizer, parameters, 0, 3);

        Parameter[] resumedParameters = Parameters();
        Optimizer resumed = make(resumedParameters);
        resumed.Steps = optimizer.Steps;
        foreach ((Tensor from, Tensor to) in
            optimizer.State.Zip(resumed.State, (from, to) => (from.Value, to.Value))
                .Concat(parameters.Zip(resumedParameters, (from, to) => (from.Value, to.Value))))
        {
            from.Span.CopyTo(to.Span);
        }

        Run(optimizer, parameters, 3, 5);
        Run(resumed, resumedParameters, 3, 5);
        Assert.Equal(5, resumed.Steps);
        Assert.Equal(
            parameters.Select(parameter => parameter.Value.ToRowMajor()),
            resumedParameters.Select(parameter => parameter.Value.ToRowMajor()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_threads_change_no_bit(string name)
    {
        int before = Parallelism.Threads;
        try
        {
            float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                Parallelism.Threads = threads;
                Parameter[] parameters = Parameters();
                Run(Cases[name].Make(parameters), parameters, 0, 3);
                return (float[])[.. parameters.SelectMany(parameter => parameter.Value.ToRowMajor())];
            })];
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_step_allocates_next_to_nothing(string name)
    {
        Optimizer optimizer = Cases[name].Make(Parameters());
        Garbage.NoneWhenWarm(optimizer.Step);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_cannot_be_is_refused(string name)
    {
        Func<IEnumerable<Parameter>, Optimizer> make = Cases[name].Make;
        Parameter parameter = Parameters()[0];
        Assert.Throws<ArgumentNullException>(() => make(null!));
        Assert.Throws<ArgumentException>(() => make([parameter, null!]));
        Assert.Throws<ArgumentException>(() => make([parameter, parameter]));
        Optimizer optimizer = make([parameter]);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Steps = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = double.PositiveInfinity);
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp([], learningRate: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp([], alpha: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp([], alpha: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp([], epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([], learningRate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([], momentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([], momentum: -0.1));
    }

    [Fact]
    public void RMSProp_and_momentum_by_hand()
    {
        // g = 2, then 1: v = 0.75 · 4 = 3, then 0.25 · 3 + 0.75 = 1.5; the velocity 2, then 0.5 · 2 + 1 = 2.
        (double Expected, Func<IEnumerable<Parameter>, Optimizer> Make)[] cases =
        [
            (-0.5 * ((2 / (Math.Sqrt(3) + 1)) + (1 / (Math.Sqrt(1.5) + 1))),
                parameters => new RmsProp(parameters, 0.5, alpha: 0.25, epsilon: 1)),
            (-0.5 * (2 + 2), parameters => new Sgd(parameters, 0.5, momentum: 0.5)),
            (-0.5 * (2 + 1), parameters => new Sgd(parameters, 0.5)),
        ];
        foreach ((double expected, Func<IEnumerable<Parameter>, Optimizer> make) in cases)
        {
            var parameter = new Parameter("weight", new Shape(3));
            Optimizer optimizer = make([parameter]);
            foreach (float gradient in (float[])[2, 1])
            {
                parameter.Gradient.Span.Fill(gradient);
                optimizer.Step();
            }

            Assert.All(parameter.Value.ToRowMajor(), value => Assert.Equal(expected, value, 1e-6));
        }
    }

    private static Parameter[] Parameters()
    {
        Parameter[] parameters = [new("weight", new Shape(3, 5, 19, 47)), new("bias", new Shape(7))];
        foreach (Parameter parameter in parameters)
        {
            Values.Normal(parameter.Value.Shape, "θ").Span.CopyTo(parameter.Value.Span);
        }

        return parameters;
    }

    private static void Run(Optimizer optimizer, Parameter[] parameters, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            foreach (Parameter parameter in parameters)
            {
                Values.Normal(parameter.Value.Shape, $"g{step}").Span.CopyTo(parameter.Gradient.Span);
            }

            optimizer.Step();
        }
    }
}
