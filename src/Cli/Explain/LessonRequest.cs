using MiniGan.Cli.Common;
using MiniGan.Convolution;

namespace MiniGan.Cli.Explain;

/// <summary>What the command line asks for, before defaults: null is what was not said.</summary>
/// <param name="IsTransposed">Whether it is a transposed convolution.</param>
/// <param name="Input">Height and width of x.</param>
/// <param name="Kernel">Height and width of the kernel.</param>
/// <param name="Stride">The stride.</param>
/// <param name="Padding">The padding.</param>
/// <param name="Dilation">The dilation.</param>
/// <param name="OutputPadding">The output padding.</param>
/// <param name="InputChannels">Channels of x.</param>
/// <param name="OutputChannels">Channels of y.</param>
/// <param name="Values">The numbers, or null.</param>
/// <param name="Seed">The seed of random numbers, or null.</param>
/// <param name="Groups">Groups of channels.</param>
internal sealed record LessonRequest(
    bool IsTransposed, Size2D? Input, Size2D? Kernel, Size2D? Stride, Padding? Padding, Size2D? Dilation, Size2D? OutputPadding,
    int? InputChannels, int? OutputChannels, ValuesFile? Values, ulong? Seed, int? Groups = null)
{
    private static readonly Size2D LargeInput = 4, SmallInput = 2, DefaultKernel = 3;

    /// <summary>
    /// Works the example: 4×4 for a convolution and 2×2 for a transposed one, a 3×3 kernel, and numbers that count,
    /// unless something else was said.
    /// </summary>
    /// <exception cref="UserException">The parts do not fit together.</exception>
    public Lesson Work()
    {
        int[]? x = Values?.Input.Sizes, w = Values?.Kernel.Sizes, dy = Values?.OutputGradient?.Sizes;
        Size2D input = Agree("--input", Input, x is null ? null : new Size2D(x[1], x[2])) ?? (IsTransposed ? SmallInput : LargeInput);
        Size2D kernel = Agree("--kernel", Kernel, w is null ? null : new Size2D(w[2], w[3])) ?? DefaultKernel;
        int inputChannels = Agree("--in-channels", InputChannels, x?[0]) ?? 1;
        int groups = Groups ?? 1;
        int outputChannels = Agree("--out-channels", OutputChannels, IsTransposed ? w?[1] * groups : w?[0]) ?? 1;
        if (w is not null && (IsTransposed ? w[0] : w[1] * groups) != inputChannels)
        {
            throw new UserException(
                $"--values: the kernel is {string.Join('×', w)}, [mapC, imageC / groups, kh, kw], so x must have " +
                $"{(IsTransposed ? w[0] : w[1] * groups)} channels, but has {inputChannels}.");
        }

        // The direction is the first reason: advice on the padding would be of no use to a convolution.
        if (!IsTransposed && OutputPadding is { } extra && extra != default(Size2D))
        {
            throw new UserException($"Output padding {extra} belongs to transposed convolutions; leave it 0 for a convolution.");
        }

        LessonSettings settings;
        try
        {
            settings = new(
                IsTransposed, input, new ConvolutionWindow(kernel, Stride, Padding ?? default, Dilation, OutputPadding, groups),
                inputChannels, outputChannels);
        }
        catch (ArgumentException exception)
        {
            throw new UserException(exception.Message.Split(" (Parameter")[0]);
        }

        ConvolutionGeometry geometry = settings.Geometry();
        int inputCount = inputChannels * input.Height * input.Width;
        int[] output = IsTransposed
            ? [outputChannels, geometry.Rows.Image, geometry.Columns.Image]
            : [outputChannels, geometry.Rows.Map, geometry.Columns.Map];
        if (dy is not null && !dy.SequenceEqual(output))
        {
            throw new UserException(
                $"--values: outputGradient is {string.Join('×', dy)}, but the output is {string.Join('×', output)} " +
                "(channels × height × width).");
        }

        LessonValues values = Values is not null ? new LessonValues(Values.Input.Data, Values.Kernel.Data, Values.OutputGradient?.Data)
            : Seed is { } seed ? LessonValues.Random(geometry, inputCount, seed)
            : LessonValues.Counting(geometry, inputCount);
        return new Lesson(settings, geometry, values);
    }

    private static T? Agree<T>(string option, T? said, T? written)
        where T : struct => said is { } a && written is { } b && !a.Equals(b)
            ? throw new UserException($"{option} is {a}, but the values of --values are {b}. Leave {option} away, or change the file.")
            : said ?? written;
}
