using MiniGan.Kernels;
using MiniGan.Tensors;

namespace MiniGan.Modules;

/// <summary>
/// Attention of each image by itself: y = β · v, with β = softmax(S), row by row, and S = q · kᵀ. Its operands are matrices with a row per
/// position, queries in q and y, keys in k and v: what channels-last tensors are in memory.
/// </summary>
/// <remarks>
/// β, with an element per query and key, is never kept: queries go in blocks, and each pass computes the β of a block anew from q and k,
/// bit for bit the same. So memory grows with the positions, not with their square. An image is an item of work, so that the bits do not
/// depend on the number of threads.
/// </remarks>
internal sealed unsafe class SoftmaxAttention
{
    private const int MostTilesPerBlock = 8, FloatsPerBlock = 1 << 15;

    private readonly KernelSet kernels;
    private readonly Action<int> forwardImage, backwardImage, doubleBackwardImage;

    private Operands x, dx, ddx, curvature;
    private Tensor? y, dy, ddy;
    private int queries, keys, d, dv, block;

    /// <summary>Makes the function.</summary>
    /// <param name="kernels">Whose tiles.</param>
    public SoftmaxAttention(KernelSet kernels)
    {
        this.kernels = kernels;
        (forwardImage, backwardImage, doubleBackwardImage) = (ForwardImage, BackwardImage, DoubleBackwardImage);
    }

    /// <summary>q: [N, d, …], k: [N, d, …] and v: [N, dv, …], or something of their shapes.</summary>
    public readonly record struct Operands(Tensor Q, Tensor K, Tensor V);

    /// <summary>y = softmax(q · kᵀ) · v. Overwrites y.</summary>
    public void Forward(Operands x, Tensor y)
    {
        this.y = y;
        Run(x, forwardImage);
    }

    /// <summary>
    /// With dβ = dy · vᵀ and dS = β ∘ (dβ − ⟨dβ, β⟩), row by row: dq = dS · k, dk = dSᵀ · q, dv = βᵀ · dy. Overwrites dx.
    /// </summary>
    public void Backward(Operands x, Tensor dy, Operands dx)
    {
        (this.dy, this.dx) = (dy, dx);
        Run(x, backwardImage);
    }

    /// <summary>
    /// Of P(dx), with (a, b, c) = ∂P/∂(dq, dk, dv), so that P = ⟨dS, T⟩ + ⟨β, dy · cᵀ⟩ in first order, with T = a · kᵀ + q · bᵀ. With
    /// U = β ∘ (T − ⟨T, β⟩) and W = T ∘ dβ − ⟨T, β⟩ · dβ − ⟨dβ, β⟩ · T + dy · cᵀ = ∂P/∂β, so that R = β ∘ (W − ⟨W, β⟩) = ∂P/∂S:
    /// ∂P/∂dy = U · v + β · c, ∂P/∂q = R · k + dS · b, ∂P/∂k = Rᵀ · q + dSᵀ · a, ∂P/∂v = Uᵀ · dy. Overwrites ddy and curvature = ∂P/∂x.
    /// </summary>
    public void DoubleBackward(Operands x, Tensor dy, Operands ddx, Tensor ddy, Operands curvature)
    {
        (this.dy, this.ddx, this.ddy, this.curvature) = (dy, ddx, ddy, curvature);
        Run(x, doubleBackwardImage);
    }

    private void Run(Operands x, Action<int> runImage)
    {
        this.x = x;
        Shape q = x.Q.Shape, k = x.K.Shape;
        (queries, keys, d, dv) = (q.H * q.W, k.H * k.W, q.C, x.V.Shape.C);
        block = kernels.Rows * Math.Clamp(FloatsPerBlock / Math.Max(keys * kernels.Rows, 1), 1, MostTilesPerBlock);
        Parallelism.For(q.N, runImage);
    }

    private void ForwardImage(int n)
    {
        float** room = stackalloc float*[3];
        Divide([Packed(d, keys), Packed(keys, dv), block * keys], room);
        float* keysAcross = room[0], values = room[1], beta = room[2], q = Of(x.Q, n);
        PanelProducts.PackTransposed(kernels, Of(x.K, n), d, keys, d, keysAcross, d, 0);
        PanelProducts.Pack(kernels, Of(x.V, n), dv, keys, dv, values, keys, 0);
        for (int first = 0; first < queries; first += block)
        {
            int rows = Math.Min(block, queries - first);
            Weigh(q + (first * d), rows, keysAcross, beta, keys);
            PanelProducts.Multiply(kernels, beta, keys, rows, keys, values, Of(y!, n) + (first * dv), dv, dv);
        }
    }

    private void BackwardImage(int n)
    {
        float** room = stackalloc float*[8];
        Divide(
            [
                Packed(d, keys), Packed(keys, d), Packed(dv, keys), block * keys, block * keys, d * keys, dv * keys,
                PanelProducts.WorkLength(kernels, block, Math.Max(d, dv)),
            ],
            room);
        float* keysAcross = room[0], keysDown = room[1], valuesAcross = room[2], beta = room[3], ds = room[4], work = room[7];
        float* q = Of(x.Q, n), k = Of(x.K, n), dy = Of(this.dy!, n), ofK = Zeros(room[5], d * keys), ofV = Zeros(room[6], dv * keys);
        int depth = dv;
        PanelProducts.PackTransposed(kernels, k, d, keys, d, keysAcross, d, 0);
        PanelProducts.Pack(kernels, k, d, keys, d, keysDown, keys, 0);
        PanelProducts.PackTransposed(kernels, Of(x.V, n), depth, keys, depth, valuesAcross, depth, 0);
        for (int first = 0; first < queries; first += block, q += block * d, dy += block * depth)
        {
            int rows = Math.Min(block, queries - first);
            Weigh(q, rows, keysAcross, beta, keys);
            PanelProducts.Multiply(kernels, dy, depth, rows, depth, valuesAcross, ds, keys, keys);
            for (int row = 0; row < rows; row++)
            {
                Span<float> ofRow = Row(ds, row, keys);
                SoftmaxRow.Backward(Row(beta, row, keys), ofRow, ofRow);
            }

            PanelProducts.Multiply(kernels, ds, keys, rows, keys, keysDown, Of(dx.Q, n) + (first * d), d, d);
            PanelProducts.AccumulateTransposed(kernels, q, d, ds, keys, keys, rows, ofK, work);
            PanelProducts.AccumulateTransposed(kernels, dy, depth, beta, keys, keys, rows, ofV, work);
        }

        Transposition.Copy(ofK, keys, Of(dx.K, n), d, d, keys);
        Transposition.Copy(ofV, keys, Of(dx.V, n), depth, depth, keys);
    }

    private void DoubleBackwardImage(int n)
    {
        // Sums of two products are one, of operands side by side: T = [a, q] · [k, b]ᵀ, ∂P/∂dy = [U, β] · [v; c], ∂P/∂q = [R, dS] · [k; b].
        float** room = stackalloc float*[14];
        int both = 2 * keys, depth = dv;
        Divide(
            [
                Packed(d, keys), Packed(2 * d, keys), Packed(both, d), Packed(depth, keys), Packed(depth, keys), Packed(both, depth),
                block * 2 * d, block * keys, block * keys, block * both, block * both, d * keys, depth * keys,
                PanelProducts.WorkLength(kernels, block, Math.Max(d, depth)),
            ],
            room);
        float* keysAcross = room[0], kbAcross = room[1], kbDown = room[2], valuesAcross = room[3], cAcross = room[4], vcDown = room[5];
        float* aq = room[6], dBeta = room[7], t = room[8], uBeta = room[9], rDs = room[10], work = room[13];
        float* ofK = Zeros(room[11], d * keys), ofV = Zeros(room[12], depth * keys);
        float* q = Of(x.Q, n), k = Of(x.K, n), v = Of(x.V, n), a = Of(ddx.Q, n), b = Of(ddx.K, n), c = Of(ddx.V, n), dy = Of(this.dy!, n);
        PanelProducts.PackTransposed(kernels, k, d, keys, d, keysAcross, d, 0);
        PanelProducts.PackTransposed(kernels, k, d, keys, d, kbAcross, 2 * d, 0);
        PanelProducts.PackTransposed(kernels, b, d, keys, d, kbAcross, 2 * d, d);
        PanelProducts.Pack(kernels, k, d, keys, d, kbDown, both, 0);
        PanelProducts.Pack(kernels, b, d, keys, d, kbDown, both, keys);
        PanelProducts.PackTransposed(kernels, v, depth, keys, depth, valuesAcross, depth, 0);
        PanelProducts.PackTransposed(kernels, c, depth, keys, depth, cAcross, depth, 0);
        PanelProducts.Pack(kernels, v, depth, keys, depth, vcDown, both, 0);
        PanelProducts.Pack(kernels, c, depth, keys, depth, vcDown, both, keys);
        for (int first = 0; first < queries; first += block, q += block * d, a += block * d, dy += block * depth)
        {
            int rows = Math.Min(block, queries - first);
            Weigh(q, rows, keysAcross, uBeta + keys, both);
            PanelProducts.Multiply(kernels, dy, depth, rows, depth, valuesAcross, dBeta, keys, keys);
            for (int row = 0; row < rows; row++)
            {
                Row(a, row, d).CopyTo(Row(aq, row, 2 * d));
                Row(q, row, d).CopyTo(Row(aq, row, 2 * d)[d..]);
            }

            PanelProducts.Multiply(kernels, aq, 2 * d, rows, 2 * d, kbAcross, t, keys, keys);
            PanelProducts.Multiply(kernels, dy, depth, rows, depth, cAcross, rDs, both, keys);
            for (int row = 0; row < rows; row++)
            {
                Span<float> u = Row(uBeta, row, both)[..keys], beta = Row(uBeta, row, both)[keys..];
                Span<float> w = Row(rDs, row, both)[..keys], ds = Row(rDs, row, both)[keys..];
                Span<float> tRow = Row(t, row, keys), dBetaRow = Row(dBeta, row, keys);
                SoftmaxRow.Backward(beta, tRow, u);
                SoftmaxRow.Backward(beta, dBetaRow, ds);
                SoftmaxRow.AddCurvature(beta, dBetaRow, tRow, w);
                SoftmaxRow.Backward(beta, w, w);
            }

            PanelProducts.Multiply(kernels, uBeta, both, rows, both, vcDown, Of(ddy!, n) + (first * depth), depth, depth);
            PanelProducts.Multiply(kernels, rDs, both, rows, both, kbDown, Of(curvature.Q, n) + (first * d), d, d);
            PanelProducts.AccumulateTransposed(kernels, q, d, rDs, both, keys, rows, ofK, work);
            PanelProducts.AccumulateTransposed(kernels, a, d, rDs + keys, both, keys, rows, ofK, work);
            PanelProducts.AccumulateTransposed(kernels, dy, depth, uBeta, both, keys, rows, ofV, work);
        }

        Transposition.Copy(ofK, keys, Of(curvature.K, n), d, d, keys);
        Transposition.Copy(ofV, keys, Of(curvature.V, n), depth, depth, keys);
    }

    /// <summary>β = softmax(q · kᵀ) of some rows of q.</summary>
    private void Weigh(float* q, int rows, float* keysAcross, float* beta, int stride)
    {
        PanelProducts.Multiply(kernels, q, d, rows, d, keysAcross, beta, stride, keys);
        for (int row = 0; row < rows; row++)
        {
            Span<float> weights = Row(beta, row, stride)[..keys];
            SoftmaxRow.Apply(weights, weights);
        }
    }

    private int Packed(int inner, int columns) => PanelProducts.PackedLength(kernels, inner, columns);

    /// <summary>The thread's working memory in parts of these lengths, each on a line of the cache if the first is.</summary>
    private static void Divide(ReadOnlySpan<int> lengths, float** parts)
    {
        const int Line = 16;
        int total = 0;
        foreach (int length in lengths)
        {
            total = checked(total + length + Line);
        }

        float* next = ThreadScratch.Floats(total);
        for (int i = 0; i < lengths.Length; i++)
        {
            parts[i] = next;
            next += (lengths[i] + Line - 1) / Line * Line;
        }
    }

    private static float* Zeros(float* values, int count)
    {
        new Span<float>(values, count).Clear();
        return values;
    }

    private static Span<float> Row(float* matrix, int row, int length) => new(matrix + ((nint)row * length), length);

    private static float* Of(Tensor tensor, int n) => tensor.Pointer + ((nint)n * tensor.Shape.C * tensor.Shape.H * tensor.Shape.W);
}
