using MiniGan.Modules;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.TorchSharp.Comparing;

/// <summary>A copy of all that a step changes, and of the gradients that it came from, in groups.</summary>
internal sealed class StateSnapshot
{
    private static readonly string[] GradientGroups = ["generator gradients", "discriminator gradients"];

    private readonly Dictionary<string, NamedTensor[]> groups;

    /// <summary>Copies the state of a trainer.</summary>
    public StateSnapshot(GanTrainer trainer)
    {
        Gan gan = trainer.Gan;
        HashSet<Tensor> weights = [.. gan.Generator.Parameters.Concat(gan.Discriminator.Parameters).Select(parameter => parameter.Value)];
        NamedTensor[] networks = [.. Prefixed("generator", gan.Generator.State), .. Prefixed("discriminator", gan.Discriminator.State)];
        groups = new Dictionary<string, IEnumerable<NamedTensor>>
        {
            [GradientGroups[0]] = GradientsOf("generator", gan.Generator),
            [GradientGroups[1]] = GradientsOf("discriminator", gan.Discriminator),
            ["moments"] = Prefixed("generator", trainer.GeneratorOptimizer.State)
                .Concat(Prefixed("discriminator", trainer.DiscriminatorOptimizer.State)),
            ["weights"] = networks.Where(tensor => weights.Contains(tensor.Value)),
            ["statistics"] = networks.Where(tensor => !weights.Contains(tensor.Value)),
            ["averages"] = Prefixed("generator", gan.Average?.State ?? []),
        }.ToDictionary(group => group.Key, group => group.Value.Select(tensor => tensor with { Value = tensor.Value.Clone() }).ToArray());
    }

    /// <summary>The names of the groups that hold anything.</summary>
    public IEnumerable<string> Groups => groups.Where(group => group.Value.Length > 0).Select(group => group.Key);

    /// <summary>
    /// The largest |a − b| / |b| of a group's tensors, in Euclidean norms, and the tensor where it is. A tensor much smaller than the
    /// largest of its network, as a gradient that is 0 but for rounding, counts as one of a hundredth of that.
    /// </summary>
    public (double Difference, string Where) LargestDifference(string group, StateSnapshot b)
    {
        (double most, string where) = (0, "");
        foreach (IGrouping<string, (NamedTensor A, NamedTensor B)> network in
            groups[group].Zip(b.groups[group]).GroupBy(pair => NetworkOf(pair.First.Name)))
        {
            double floor = Math.Max(network.Max(pair => Norm(pair.B.Value.Span)) / 100, 1e-30);
            foreach ((NamedTensor own, NamedTensor other) in network)
            {
                double difference = Distance(own.Value.Span, other.Value.Span) / Math.Max(Norm(other.Value.Span), floor);
                if (!(difference <= most))
                {
                    (most, where) = (difference, own.Name);
                }
            }
        }

        return (most, where);
    }

    /// <summary>
    /// |a − b| / |b − before| of all tensors of a group together: how far two steps part, against their length. Elements whose gradients
    /// differ by more than 1 % are left out: they are 0 but for rounding, and optimisers that divide by them make a step of chance of that.
    /// </summary>
    public (double Difference, string Where) DifferenceOfSteps(string group, StateSnapshot b, StateSnapshot before)
    {
        (double apart, double length, double most, string where) = (0, 0, -1, "");
        foreach (((NamedTensor own, NamedTensor other), NamedTensor from) in groups[group].Zip(b.groups[group]).Zip(before.groups[group]))
        {
            Tensor? g = GradientOf(own.Name), otherG = b.GradientOf(own.Name);
            double distance = 0;
            for (int i = 0; i < own.Value.Span.Length; i++)
            {
                if (g is null || Math.Abs(g.Span[i] - otherG!.Span[i]) <= 0.01 * Math.Abs(otherG.Span[i]))
                {
                    distance += Math.Pow((double)own.Value.Span[i] - other.Value.Span[i], 2);
                    length += Math.Pow((double)other.Value.Span[i] - from.Value.Span[i], 2);
                }
            }

            apart += distance;
            if (!(distance <= most))
            {
                (most, where) = (distance, own.Name);
            }
        }

        return (apart == 0 ? 0 : Math.Sqrt(apart / length), where);
    }

    private Tensor? GradientOf(string name) => GradientGroups.SelectMany(group => groups[group])
        .FirstOrDefault(gradient => gradient.Name == name).Value;

    private static string NetworkOf(string name) => name[..(name.IndexOf('.', StringComparison.Ordinal) + 1)];

    private static IEnumerable<NamedTensor> Prefixed(string prefix, IEnumerable<NamedTensor> tensors) =>
        tensors.Select(tensor => tensor with { Name = $"{prefix}.{tensor.Name}" });

    private static IEnumerable<NamedTensor> GradientsOf(string prefix, Module network)
    {
        Dictionary<Tensor, string> names = network.State.ToDictionary(tensor => tensor.Value, tensor => tensor.Name);
        return network.Parameters.Select(parameter =>
            new NamedTensor($"{prefix}.{names.GetValueOrDefault(parameter.Value, parameter.Name)}", parameter.Gradient));
    }

    private static double Norm(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float value in x)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
