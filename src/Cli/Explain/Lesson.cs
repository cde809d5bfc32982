using MiniGan.Cli.Common;
using MiniGan.Convolution;
using MiniGan.Modules;
using MiniGan.Tensors;

namespace MiniGan.Cli.Explain;

/// <summary>
/// One worked example: what the library's layer makes of the values, forward and backward, and the same by the other views, C
/// as a matrix and the single products.
/// </summary>
internal sealed class Lesson
{
    private const int LargestBound = 2_000_000, MostNumbers = 1_000_000, LargestMatrix = 16_000_000;

    /// <summary>Computes.</summary>
    /// <param name="settings">What is explained.</param>
    /// <param name="geometry">Its geometry.</param>
    /// <param name="values">Its numbers, as many as the geometry has.</param>
    /// <exception cref="UserException">There are too many numbers or products to go through, or they are too large for float32.</exception>
    public Lesson(LessonSettings settings, ConvolutionGeometry geometry, LessonValues values)
    {
        if (MatrixEntry.Bound(geometry) > LargestBound)
        {
            throw new UserException(
                $"That makes {MatrixEntry.Bound(geometry)} products, and at most {LargestBound} can be explained. Give a smaller --input " +
                "or --kernel, or fewer channels.");
        }

        Settings = settings;
        Geometry = geometry;
        Shape image = geometry.ImageShape(1), map = geometry.MapShape(1);
        (InputShape, OutputShape) = settings.IsTransposed ? (map, image) : (image, map);
        if ((long)InputShape.Count + OutputShape.Count > MostNumbers)
        {
            throw new UserException(
                $"x and y would have {(long)InputShape.Count + OutputShape.Count} numbers, and at most {MostNumbers} can be explained. " +
                "Give a smaller --input or --stride, or fewer channels.");
        }

        Input = values.Input;
        Kernel = values.Kernel;
        OutputGradient = values.OutputGradient ?? LessonValues.Counting(OutputShape.Count);

        ConvolutionModule layer = settings.IsTransposed
            ? new ConvTranspose2D(settings.InputChannels, settings.OutputChannels, settings.Window, bias: false)
            : new Conv2D(settings.InputChannels, settings.OutputChannels, settings.Window, bias: false);
        layer.Weight.Value.CopyFromRowMajor(Kernel);
        Output = layer.Forward(Tensor.FromRowMajor(InputShape, Input)).ToRowMajor();
        InputGradient = layer.Backward(Tensor.FromRowMajor(OutputShape, OutputGradient)).ToRowMajor();
        KernelGradient = layer.Weight.Gradient.ToRowMajor();
        if (!Output.Concat(InputGradient).Concat(KernelGradient).All(float.IsFinite))
        {
            throw new UserException("--values: sums of their products are larger than float32 can hold. Give smaller numbers.");
        }

        Matrix = (long)map.Count * image.Count <= LargestMatrix ? new ConvolutionOperator(geometry).ToMatrix(layer.Weight.Value) : null;
        Entries = [.. MatrixEntry.Of(geometry)];
        Overlap = new OverlapMap(geometry);
        Stretched = settings.IsTransposed ? new StretchedInput(geometry) : null;
        (Forward, Backward) = Check();
    }

    /// <summary>What is explained.</summary>
    public LessonSettings Settings { get; }

    /// <summary>Where the non-zeros of C are.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <summary>[1, in, H, W].</summary>
    public Shape InputShape { get; }

    /// <summary>[1, out, H, W].</summary>
    public Shape OutputShape { get; }

    /// <summary>x.</summary>
    public float[] Input { get; }

    /// <summary>w: [mapC, imageC / groups, kh, kw].</summary>
    public float[] Kernel { get; }

    /// <summary>y, the layer's.</summary>
    public float[] Output { get; }

    /// <summary>dy, given.</summary>
    public float[] OutputGradient { get; }

    /// <summary>dx, the layer's.</summary>
    public float[] InputGradient { get; }

    /// <summary>dW, the layer's.</summary>
    public float[] KernelGradient { get; }

    /// <summary>C by the library's <c>ToMatrix</c>; null if it is too large to be built.</summary>
    public float[,]? Matrix { get; }

    /// <summary>The places of C that taps fill.</summary>
    public MatrixEntry[] Entries { get; }

    /// <summary>How many taps reach each pixel of the large side.</summary>
    public OverlapMap Overlap { get; }

    /// <summary>x as the zero-insertion view has it; null of a convolution.</summary>
    public StretchedInput? Stretched { get; }

    /// <summary>The other views of y, compared with the layer's.</summary>
    public IReadOnlyList<Agreement> Forward { get; }

    /// <summary>The other views of dx and dW, compared with the layer's.</summary>
    public IReadOnlyList<Agreement> Backward { get; }

    /// <summary>The element of y that a product adds to.</summary>
    public int OutputOf(MatrixEntry entry) => Settings.IsTransposed ? entry.Column : entry.Row;

    /// <summary>The element of x that a product takes.</summary>
    public int InputOf(MatrixEntry entry) => Settings.IsTransposed ? entry.Row : entry.Column;

    private (Agreement[] Forward, Agreement[] Backward) Check()
    {
        double[] y = new double[Output.Length], ySize = new double[Output.Length];
        double[] dx = new double[Input.Length], dxSize = new double[Input.Length];
        double[] dw = new double[Kernel.Length], dwSize = new double[Kernel.Length];
        foreach (MatrixEntry entry in Entries)
        {
            int source = InputOf(entry), target = OutputOf(entry);
            Add(y, ySize, target, (double)Kernel[entry.Weight] * Input[source]);
            Add(dx, dxSize, source, (double)Kernel[entry.Weight] * OutputGradient[target]);
            Add(dw, dwSize, entry.Weight, (double)Input[source] * OutputGradient[target]);
        }

        string forward = Settings.IsTransposed ? "Cᵀ · x" : "C · x", backward = Settings.IsTransposed ? "C · dy" : "Cᵀ · dy";
        string pieces = Settings.IsTransposed ? "the scattered pieces, summed" : "the sums of products, one by one";
        var first = new List<Agreement> { Agreement.Of($"y = {pieces}", Output, y, ySize) };
        if (Stretched is { IsTooLarge: false })
        {
            first.Add(Agreement.Of("y = the flipped kernel over x, stretched", Output, Stretched.Gather(Input, Kernel), ySize));
        }

        var second = new List<Agreement> { Agreement.Of("dW = each weight's products x · dy, summed", KernelGradient, dw, dwSize) };
        if (Matrix is not null)
        {
            first.Insert(0, Agreement.Of($"y = {forward}", Output, Multiply(Matrix, Input, Settings.IsTransposed), ySize));
            second.Insert(
                0, Agreement.Of($"dx = {backward}", InputGradient, Multiply(Matrix, OutputGradient, !Settings.IsTransposed), dxSize));
        }

        return ([.. first], [.. second]);
    }

    private static void Add(double[] sums, double[] sizes, int index, double term)
    {
        sums[index] += term;
        sizes[index] += Math.Abs(term);
    }

    private static double[] Multiply(float[,] matrix, float[] vector, bool transpose)
    {
        double[] result = new double[matrix.GetLength(transpose ? 1 : 0)];
        for (int row = 0; row < matrix.GetLength(0); row++)
        {
            for (int column = 0; column < matrix.GetLength(1); column++)
            {
                result[transpose ? column : row] += (double)matrix[row, column] * vector[transpose ? row : column];
            }
        }

        return result;
    }
}
