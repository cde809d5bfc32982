using System.Runtime.CompilerServices;
using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Convolution;

/// <summary>
/// The one idea of this library: with a given geometry and given weights a convolution is a matrix, <b>C</b>, from images to maps, and a
/// transposed convolution is <b>Cᵀ</b>, from maps to images. <c>Conv2D</c> and <c>ConvTranspose2D</c> are this operator
/// with the roles swapped.
/// </summary>
/// <remarks>
/// <para>
/// It is cross-correlation: the kernel is never flipped. Weights are <c>[mapC, imageC / groups, kh, kw]</c> for both directions.
/// </para>
/// <para>The three products are fast and never build C; <see cref="ToMatrix"/> builds it, to be looked at and to check them against.</para>
/// <para>
/// An instance has working memory of its own: use it from one thread at a time. The products themselves use
/// <see cref="Parallelism.Threads"/>.
/// </para>
/// </remarks>
public sealed unsafe class ConvolutionOperator
{
    private readonly KernelSet kernels;
    private readonly MatrixRows[] rowsOfC;
    private readonly Lazy<WinogradPlan?> planOfC;
    private IMatrixProduct? forward, transposed;
    private IWeightGradient? gradient;

    /// <summary>Makes the operator of a geometry, with the fastest kernels of this machine.</summary>
    /// <param name="geometry">Where the non-zeros of C are.</param>
    /// <exception cref="PlatformNotSupportedException">The environment forces kernels that this machine lacks.</exception>
    public ConvolutionOperator(ConvolutionGeometry geometry)
        : this(geometry, KernelRegistry.Current)
    {
    }

    internal ConvolutionOperator(ConvolutionGeometry geometry, KernelSet kernels)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        Geometry = geometry;
        this.kernels = kernels;
        rowsOfC = MatrixRows.OfC(geometry);
        planOfC = new(() => WinogradPlan.For(geometry, kernels, rowsOfC, WinogradPlan.OfC));
    }

    /// <summary>The sizes of both sides and how the kernel moves between them.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <summary>map = C · image + bias. Overwrites the map.</summary>
    /// <param name="image">image: [N, imageC, H, W].</param>
    /// <param name="weight">weight: [mapC, imageC / groups, kh, kw].</param>
    /// <param name="bias">bias: [mapC], or null for none.</param>
    /// <param name="map">map: [N, mapC, h, w]; must not share memory with the image.</param>
    /// <exception cref="ArgumentException">A shape is not that of the geometry.</exception>
    public void Apply(Tensor image, Tensor weight, Tensor? bias, Tensor map)
    {
        int batch = CheckOperands(image, map, weight);
        CheckBias(bias, Geometry.MapChannels);
        forward ??= DenseProduct.Suits(Geometry, rowsOfC[0])
            ? new DenseProduct(kernels, Geometry)
            : Product(rowsOfC, planOfC.Value, ImageSide, MapSide, StridesOf);
        forward.Run(batch, image.Pointer, weight.Pointer, bias == null ? null : bias.Pointer, map.Pointer);
        KeepAlive(image, weight, bias, map);
    }

    /// <summary>image = Cᵀ · map + bias, the exact adjoint of <see cref="Apply"/> without bias. Overwrites the image.</summary>
    /// <param name="map">map: [N, mapC, h, w].</param>
    /// <param name="weight">weight: [mapC, imageC / groups, kh, kw].</param>
    /// <param name="bias">bias: [imageC], or null for none.</param>
    /// <param name="image">image: [N, imageC, H, W]; must not share memory with the map.</param>
    /// <exception cref="ArgumentException">A shape is not that of the geometry.</exception>
    public void ApplyTransposed(Tensor map, Tensor weight, Tensor? bias, Tensor image)
    {
        int batch = CheckOperands(image, map, weight);
        CheckBias(bias, Geometry.ImageChannels);
        // Few image channels (a generator's last layer) would leave a register tile mostly empty: those are scattered,
        // tap by tap, all others gathered.
        transposed ??= Geometry.ImageChannels / Geometry.Groups <= kernels.Columns / 4
            ? new ScatterProduct(kernels, Geometry, rowsOfC[0])
            : GatheredTransposed();
        transposed.Run(batch, map.Pointer, weight.Pointer, bias == null ? null : bias.Pointer, image.Pointer);
        KeepAlive(map, weight, bias, image);
    }

    /// <summary>
    /// dW += Σ map ⊗ image over the positions that each tap joins: the gradient of ⟨map, C · image⟩ by the weights. Accumulates.
    /// </summary>
    /// <param name="image">image: [N, imageC, H, W]: the input of a convolution, or the output's gradient of a transposed one.</param>
    /// <param name="map">map: [N, mapC, h, w]: the output's gradient of a convolution, or the input of a transposed one.</param>
    /// <param name="weightGradient">dW: [mapC, imageC / groups, kh, kw].</param>
    /// <exception cref="ArgumentException">A shape is not that of the geometry.</exception>
    public void AccumulateWeightGradient(Tensor image, Tensor map, Tensor weightGradient)
    {
        int batch = CheckOperands(image, map, weightGradient);
        gradient ??= planOfC.Value is { } plan
            ? new WinogradWeightGradient(kernels, Geometry, plan)
            : new WeightGradient(kernels, Geometry, rowsOfC[0]);
        gradient.Run(batch, image.Pointer, map.Pointer, weightGradient.Pointer);
        KeepAlive(image, map, weightGradient, null);
    }

    /// <summary>
    /// C itself, zeros and all, with a row for each element of the map and a column for each element of the image, both flattened as [C, H,
    /// W]. For a 3×3 kernel on a 4×4 image it is the 4×16 matrix of the textbooks.
    /// </summary>
    /// <param name="weight">weight: [mapC, imageC / groups, kh, kw].</param>
    /// <returns>C: [mapC·h·w, imageC·H·W], without the batch: it acts on each image alone.</returns>
    /// <exception cref="ArgumentException">
    /// The shape of the weights is not that of the geometry, or C is larger than an array can be.
    /// </exception>
    public float[,] ToMatrix(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        CheckShape(weight.Shape, Geometry.WeightShape, "weight", "[mapC, imageC / groups, kh, kw]");
        ConvolutionGeometry g = Geometry;
        long height = (long)g.MapChannels * g.MapPositions, width = (long)g.ImageChannels * g.ImagePositions;
        if (height * width > Array.MaxLength)
        {
            throw new ArgumentException(
                $"C would have {height} × {width} elements, more than an array can hold. Use fewer channels or a smaller image.");
        }

        float[,] matrix = new float[height, width];
        int mapPerGroup = g.MapChannels / g.Groups, imagePerGroup = g.ImageChannels / g.Groups;
        for (int m = 0; m < g.MapChannels; m++)
        {
            for (int c = 0; c < imagePerGroup; c++)
            {
                int imageChannel = (m / mapPerGroup * imagePerGroup) + c;
                for (int position = 0; position < g.MapPositions; position++)
                {
                    for (int tap = 0; tap < g.Taps; tap++)
                    {
                        int y = g.Rows.PixelAt(position / g.Columns.Map, tap / g.Columns.Kernel);
                        int x = g.Columns.PixelAt(position % g.Columns.Map, tap % g.Columns.Kernel);
                        if (y >= 0 && x >= 0)
                        {
                            matrix[(m * g.MapPositions) + position, (((imageChannel * g.Rows.Image) + y) * g.Columns.Image) + x] =
                                weight[m, c, tap / g.Columns.Kernel, tap % g.Columns.Kernel];
                        }
                    }
                }
            }
        }

        return matrix;
    }

    private MatrixProduct.Side ImageSide => new(Geometry.ImagePositions, Geometry.ImageChannels);

    private MatrixProduct.Side MapSide => new(Geometry.MapPositions, Geometry.MapChannels);

    /// <summary>Weights, or sums of them, lie as [mapC][taps][imageC / groups]; Cᵀ reads the same with target and source swapped.</summary>
    private WeightStrides StridesOf(int taps) => new(
        Target: checked(taps * (Geometry.ImageChannels / Geometry.Groups)),
        Source: 1,
        Tap: Geometry.ImageChannels / Geometry.Groups,
        Group: checked(Geometry.MapChannels / Geometry.Groups * taps * (Geometry.ImageChannels / Geometry.Groups)),
        Count: Geometry.WeightShape.Count);

    private IMatrixProduct GatheredTransposed()
    {
        if (DenseProduct.Suits(Geometry, rowsOfC[0]))
        {
            return new DenseTransposedProduct(kernels, Geometry);
        }

        MatrixRows[] rows = MatrixRows.OfTransposedC(Geometry);
        WinogradPlan? plan = WinogradPlan.For(Geometry, kernels, rows, WinogradPlan.OfTransposedC);
        return Product(rows, plan, MapSide, ImageSide, taps => StridesOf(taps).Transposed);
    }

    private IMatrixProduct Product(
        MatrixRows[] rows, WinogradPlan? plan, MatrixProduct.Side source, MatrixProduct.Side target, Func<int, WeightStrides> strides) =>
        plan is null
            ? new MatrixProduct(kernels, rows, source, target, Geometry.Groups, strides(Geometry.Taps))
            : new WinogradProduct(kernels, plan, Geometry, source, target, strides(plan.TapSums.Count));

    private int CheckOperands(Tensor image, Tensor map, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(weight);
        if (ReferenceEquals(image, map))
        {
            throw new ArgumentException("The image and the map must be two tensors: one is made from the other.", nameof(map));
        }

        int batch = image.Shape.N;
        CheckShape(image.Shape, Geometry.ImageShape(batch), "image", "[N, imageC, H, W]");
        CheckShape(map.Shape, Geometry.MapShape(batch), "map", "[N, mapC, h, w]");
        CheckShape(weight.Shape, Geometry.WeightShape, "weight", "[mapC, imageC / groups, kh, kw]");
        return batch;
    }

    private static void CheckBias(Tensor? bias, int channels)
    {
        if (bias is not null)
        {
            CheckShape(bias.Shape, new Shape(channels), "bias", "[channels of the output]");
        }
    }

    private static void CheckShape(Shape actual, Shape expected, string name, string meaning)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The {name} must be {expected}, {meaning}, but is {actual}.", name);
        }
    }

    /// <summary>The kernels hold bare addresses: keeps their owners from being collected while they run.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void KeepAlive(Tensor a, Tensor b, Tensor? c, Tensor? d)
    {
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        GC.KeepAlive(d);
    }
}
