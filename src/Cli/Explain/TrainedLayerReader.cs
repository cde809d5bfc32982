using System.Globalization;
using MiniGan.Cli.Common;
using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Recipes;
using MiniGan.Runs.Folders;
using MiniGan.Runs.Reports;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Explain;

/// <summary>
/// Takes a lesson out of a trained network: a convolution of it, with the weights that it learned and what goes in of one sample. Of both,
/// as much as can be seen: the channel that comes out strongest, those that give it most, and a square out of the middle.
/// </summary>
internal sealed class TrainedLayerReader
{
    private const int MostInputChannels = 2, LargestMap = 4, LargestImage = 6, Digits = 2;

    private readonly string run, network;
    private readonly Module[] modules;
    private readonly Tensor input, sample;

    private TrainedLayerReader(string run, bool isDiscriminator, ulong seed)
    {
        this.run = run;
        network = isDiscriminator ? "discriminator" : "generator";
        string file = Directory.Exists(run) ? new RunFiles(run).Checkpoint : run;
        if (!File.Exists(file))
        {
            throw new UserException($"--checkpoint: there is no file '{file}'. Give a run's folder, or its checkpoint.safetensors.");
        }

        Gan gan = Recipe.LoadGan(file);
        TakeAverage(gan);
        int packed = gan.Discriminator.Descendants().OfType<Pack>().FirstOrDefault()?.Size ?? 1;
        Tensor latents = gan.Latents(packed, new RandomSource(seed, "explain"));
        sample = gan.Generate(latents, average: false);
        gan.SetLabels(gan.Classes == 0 ? [] : [.. Enumerable.Range(0, packed).Select(n => n % gan.Classes)]);
        Module chosen = isDiscriminator ? gan.Discriminator : gan.Generator;
        chosen.SetTraining(false);
        modules = chosen is Sequential chain ? [.. chain] : [chosen];
        input = isDiscriminator ? sample : latents;
    }

    /// <summary>Reads a layer.</summary>
    /// <param name="run">A run's folder, or a checkpoint.</param>
    /// <param name="layer">Which layer, from 0; null: none was named.</param>
    /// <param name="isDiscriminator">Whether it is D's; else G's.</param>
    /// <param name="seed">Of the sample.</param>
    /// <exception cref="UserException">There is no such file, or the layer is no convolution.</exception>
    public static (Lesson Lesson, TrainedLayer Layer) Read(string run, int? layer, bool isDiscriminator, ulong seed)
    {
        var reader = new TrainedLayerReader(run, isDiscriminator, seed);
        return reader.Take(reader.Required(layer));
    }

    private (int Index, ConvolutionModule Layer) Required(int? layer)
    {
        if (layer is int index && index < modules.Length && ConvolutionOf(modules[index]) is { } convolution)
        {
            return (index, convolution);
        }

        string[] named = [.. modules.Select((module, i) => (module, i)).Where(item => ConvolutionOf(item.module) is not null)
            .Select(item => $"{item.i} ({ConvolutionOf(item.module)!.GetType().Name}: {LayerDetail.Of(ConvolutionOf(item.module)!)})")];
        string choice = named.Length == 0 ? "it has no convolution of its own" : $"its convolutions are {string.Join("; ", named)}";
        throw new UserException(layer is not int wanted
            ? $"--checkpoint goes with --layer, a layer of the {network}: {choice}."
            : wanted >= modules.Length
                ? $"--layer: the {network} has the layers 0 to {modules.Length - 1}, but not {wanted}; {choice}."
                : $"--layer: layer {wanted} of the {network} is a {modules[wanted].GetType().Name}; {choice}.");
    }

    private (Lesson Lesson, TrainedLayer Layer) Take((int Index, ConvolutionModule Layer) wanted)
    {
        (int index, ConvolutionModule layer) = wanted;
        Tensor x = input;
        foreach (Module module in modules[..index])
        {
            x = module.Forward(x);
        }

        float[] given = x.ToRowMajor();
        Shape before = x.Shape;
        Tensor y = modules[index].Forward(x);
        float[] made = y.ToRowMajor(), weights = layer.Weight.Value.ToRowMajor();
        bool isTransposed = layer is ConvTranspose2D;

        int output = Strongest(Energies(made, y.Shape), 1)[0];
        int[] inputs = Strongest(
            [.. Energies(given, before).Select((energy, c) => energy * KernelEnergy(layer, weights, isTransposed, c, output))],
            MostInputChannels);
        int largest = isTransposed ? LargestMap : LargestImage, height = Math.Min(before.H, largest), width = Math.Min(before.W, largest);
        int top = (before.H - height) / 2, left = (before.W - width) / 2;

        float[] cut = [.. inputs.SelectMany(c => Enumerable.Range(top, height).SelectMany(row =>
            Enumerable.Range(left, width).Select(column => given[(((c * before.H) + row) * before.W) + column])))];
        float[] kernels = [.. inputs.SelectMany(c => Kernel(layer, weights, isTransposed, c, output).ToArray())];
        ConvolutionWindow w = layer.Window;
        var settings = new LessonSettings(
            isTransposed,
            (height, width),
            new ConvolutionWindow(w.Kernel, w.Stride, w.Padding, w.Dilation, w.OutputPadding),
            inputs.Length,
            OutputChannels: 1);
        var lesson = new Lesson(settings, settings.Geometry(), new LessonValues(Rounded(cut), Rounded(kernels)));

        bool isCut = height < before.H || width < before.W;
        string size = $"{height}×{width}", whole = $"{before.H}×{before.W}";
        var shown = new TrainedLayer(
            $"Layer {index} of the {network} in {run}",
            $"{layer.GetType().Name}, {LayerDetail.Of(layer)}. Shown are channel{(inputs.Length > 1 ? "s" : "")} " +
            $"{string.Join(" and ", inputs)} of {before.C} that go in and channel {output} of {y.Shape.C} that comes out, " +
            (isCut ? $"a square of {size} out of the middle of {whole} as if it were all" : $"all {whole} of them") +
            ", without the bias, to two digits. The pictures are whole channels of one sample.",
            [
                Picture("sample", Grey(sample), sample.Shape, 0, null),
                .. inputs.Select(c => Picture($"in, channel {c}", given, before, c, isCut ? [top, left, height, width] : null)),
                Picture($"out, channel {output}", made, y.Shape, output, null),
            ]);
        return (lesson, shown);
    }

    private static ConvolutionModule? ConvolutionOf(Module module) => module switch
    {
        ConvolutionModule convolution => convolution,
        SpectralNorm norm => norm.Inner as ConvolutionModule,
        _ => null,
    };

    /// <summary>The moving average makes the samples, where there is one.</summary>
    private static void TakeAverage(Gan gan)
    {
        Dictionary<string, Tensor> own = gan.Generator.State.ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        foreach (NamedTensor average in gan.Average?.State ?? [])
        {
            average.Value.Span.CopyTo(own[average.Name].Span);
        }
    }

    private static double[] Energies(float[] values, Shape shape) =>
        [.. Enumerable.Range(0, shape.C).Select(c => Energy(values.AsSpan(c * shape.H * shape.W, shape.H * shape.W)))];

    private static double Energy(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static double KernelEnergy(ConvolutionModule layer, float[] weights, bool isTransposed, int input, int output) =>
        Energy(Kernel(layer, weights, isTransposed, input, output));

    /// <summary>The kernel between two channels of [mapC, imageC / groups, kh, kw]; none if they are of different groups.</summary>
    private static ReadOnlySpan<float> Kernel(ConvolutionModule layer, float[] weights, bool isTransposed, int input, int output)
    {
        (int map, int image) = isTransposed ? (input, output) : (output, input);
        (int maps, int images) = isTransposed
            ? (layer.InputChannels, layer.OutputChannels)
            : (layer.OutputChannels, layer.InputChannels);
        int groups = layer.Window.Groups, depth = images / groups, taps = layer.Window.Kernel.Height * layer.Window.Kernel.Width;
        return map / (maps / groups) == image / depth ? weights.AsSpan(((map * depth) + (image % depth)) * taps, taps) : [];
    }

    private static int[] Strongest(double[] energies, int count) =>
        [.. Enumerable.Range(0, energies.Length).Where(i => count == 1 || energies[i] > 0)
            .OrderByDescending(i => energies[i]).Take(count).Order()];

    /// <summary>So many digits of the largest, and as many places of the others.</summary>
    private static float[] Rounded(float[] values)
    {
        double largest = values.Max(value => Math.Abs((double)value));
        int places = largest > 0 ? Math.Clamp(Digits - 1 - (int)Math.Floor(Math.Log10(largest)), 0, 15) : 0;
        return [.. values.Select(value => (float)Math.Round((double)value, places))];
    }

    private static float[] Grey(Tensor pictures)
    {
        Shape shape = pictures.Shape;
        float[] values = pictures.ToRowMajor();
        int count = shape.H * shape.W;
        return [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, shape.C).Average(c => values[(c * count) + i]))];
    }

    private static TrainedLayer.Map Picture(string name, float[] values, Shape shape, int channel, int[]? crop) =>
        new(name, shape.H, shape.W, [.. values.AsSpan(channel * shape.H * shape.W, shape.H * shape.W).ToArray().Select(Short)], crop);

    /// <summary>As a picture needs it.</summary>
    private static float Short(float value) =>
        float.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
