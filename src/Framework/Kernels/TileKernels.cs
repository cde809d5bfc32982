using System.Runtime.CompilerServices;

namespace MiniGan.Kernels;

/// <summary>
/// The register tiles, written once for every instruction set: 12 rows where there are 32 vector registers, 6 where there
/// are 16, always two vectors wide. <c>Tall</c> is a constant for each instruction set, so that the compiler drops the
/// lower half of the 6-row tile altogether.
/// </summary>
/// <remarks>
/// Accumulators are named one by one (c4b is row 4, second vector) since only named locals live in registers. Tail rule: a tile always
/// computes and writes all of its rows and columns; <see cref="KernelSet"/> lends it memory where not all of them belong to the result.
/// </remarks>
internal sealed unsafe class TileKernels<TSimd, TVector> : KernelSet
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private static bool Tall
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.TileRows == 12;
    }

    public override string Name => TSimd.Name;

    public override bool IsSupported => TSimd.IsSupported;

    public override int Rows => TSimd.TileRows;

    public override int Columns => 2 * TSimd.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override long MultiplyAddInRegisters(int rounds)
    {
        float half = 0.5f;
        TVector x = TSimd.Broadcast(&half), a = x, b = x;
        TVector c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (int round = 0; round < rounds; round++)
        {
            c0 = TSimd.MultiplyAdd(x, a, c0);
            c1 = TSimd.MultiplyAdd(x, b, c1);
            c2 = TSimd.MultiplyAdd(x, a, c2);
            c3 = TSimd.MultiplyAdd(x, b, c3);
            c4 = TSimd.MultiplyAdd(x, a, c4);
            c5 = TSimd.MultiplyAdd(x, b, c5);
            c6 = TSimd.MultiplyAdd(x, a, c6);
            c7 = TSimd.MultiplyAdd(x, b, c7);
            c8 = TSimd.MultiplyAdd(x, a, c8);
            c9 = TSimd.MultiplyAdd(x, b, c9);
            c10 = TSimd.MultiplyAdd(x, a, c10);
            c11 = TSimd.MultiplyAdd(x, b, c11);
        }

        // Uses every register, so that none is optimised away.
        TVector total = TSimd.MultiplyAdd(
            c0, c1,
            TSimd.MultiplyAdd(
                c2, c3, TSimd.MultiplyAdd(c4, c5, TSimd.MultiplyAdd(c6, c7, TSimd.MultiplyAdd(c8, c9, TSimd.MultiplyAdd(c10, c11, x))))));
        float* lanes = stackalloc float[TSimd.Lanes];
        TSimd.Store(total, lanes);
        return float.IsNaN(lanes[0]) ? 0 : 12L * 2 * TSimd.Lanes * rounds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyTile(float** rows, int taps, int channels, float* panel, float* bias, float** outputs, int column)
    {
        TVector startA = bias == null ? TSimd.Zero : TSimd.Load(bias);
        TVector startB = bias == null ? TSimd.Zero : TSimd.Load(bias + TSimd.Lanes);
        TVector c0a = startA, c0b = startB, c1a = startA, c1b = startB;
        TVector c2a = startA, c2b = startB, c3a = startA, c3b = startB;
        TVector c4a = startA, c4b = startB, c5a = startA, c5b = startB;
        TVector c6a = startA, c6b = startB, c7a = startA, c7b = startB;
        TVector c8a = startA, c8b = startB, c9a = startA, c9b = startB;
        TVector c10a = startA, c10b = startB, c11a = startA, c11b = startB;

        for (int tap = 0; tap < taps; tap++, rows += TSimd.TileRows)
        {
            float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3];
            float* r4 = rows[4], r5 = rows[5];
            float* r6 = Tall ? rows[6] : null, r7 = Tall ? rows[7] : null, r8 = Tall ? rows[8] : null, r9 = Tall ? rows[9] : null;
            float* r10 = Tall ? rows[10] : null, r11 = Tall ? rows[11] : null;
            for (nint c = 0; c < channels; c++, panel += 2 * TSimd.Lanes)
            {
                TVector a = TSimd.Load(panel), b = TSimd.Load(panel + TSimd.Lanes), x;
                x = TSimd.Broadcast(r0 + c);
                c0a = TSimd.MultiplyAdd(x, a, c0a);
                c0b = TSimd.MultiplyAdd(x, b, c0b);
                x = TSimd.Broadcast(r1 + c);
                c1a = TSimd.MultiplyAdd(x, a, c1a);
                c1b = TSimd.MultiplyAdd(x, b, c1b);
                x = TSimd.Broadcast(r2 + c);
                c2a = TSimd.MultiplyAdd(x, a, c2a);
                c2b = TSimd.MultiplyAdd(x, b, c2b);
                x = TSimd.Broadcast(r3 + c);
                c3a = TSimd.MultiplyAdd(x, a, c3a);
                c3b = TSimd.MultiplyAdd(x, b, c3b);
                x = TSimd.Broadcast(r4 + c);
                c4a = TSimd.MultiplyAdd(x, a, c4a);
                c4b = TSimd.MultiplyAdd(x, b, c4b);
                x = TSimd.Broadcast(r5 + c);
                c5a = TSimd.MultiplyAdd(x, a, c5a);
                c5b = TSimd.MultiplyAdd(x, b, c5b);
                if (Tall)
                {
                    x = TSimd.Broadcast(r6 + c);
                    c6a = TSimd.MultiplyAdd(x, a, c6a);
                    c6b = TSimd.MultiplyAdd(x, b, c6b);
                    x = TSimd.Broadcast(r7 + c);
                    c7a = TSimd.MultiplyAdd(x, a, c7a);
                    c7b = TSimd.MultiplyAdd(x, b, c7b);
                    x = TSimd.Broadcast(r8 + c);
                    c8a = TSimd.MultiplyAdd(x, a, c8a);
                    c8b = TSimd.MultiplyAdd(x, b, c8b);
                    x = TSimd.Broadcast(r9 + c);
                    c9a = TSimd.MultiplyAdd(x, a, c9a);
                    c9b = TSimd.MultiplyAdd(x, b, c9b);
                    x = TSimd.Broadcast(r10 + c);
                    c10a = TSimd.MultiplyAdd(x, a, c10a);
                    c10b = TSimd.MultiplyAdd(x, b, c10b);
                    x = TSimd.Broadcast(r11 + c);
                    c11a = TSimd.MultiplyAdd(x, a, c11a);
                    c11b = TSimd.MultiplyAdd(x, b, c11b);
                }
            }
        }

        TSimd.Store(c0a, outputs[0] + column);
        TSimd.Store(c0b, outputs[0] + column + TSimd.Lanes);
        TSimd.Store(c1a, outputs[1] + column);
        TSimd.Store(c1b, outputs[1] + column + TSimd.Lanes);
        TSimd.Store(c2a, outputs[2] + column);
        TSimd.Store(c2b, outputs[2] + column + TSimd.Lanes);
        TSimd.Store(c3a, outputs[3] + column);
        TSimd.Store(c3b, outputs[3] + column + TSimd.Lanes);
        TSimd.Store(c4a, outputs[4] + column);
        TSimd.Store(c4b, outputs[4] + column + TSimd.Lanes);
        TSimd.Store(c5a, outputs[5] + column);
        TSimd.Store(c5b, outputs[5] + column + TSimd.Lanes);
        if (Tall)
        {
            TSimd.Store(c6a, outputs[6] + column);
            TSimd.Store(c6b, outputs[6] + column + TSimd.Lanes);
            TSimd.Store(c7a, outputs[7] + column);
            TSimd.Store(c7b, outputs[7] + column + TSimd.Lanes);
            TSimd.Store(c8a, outputs[8] + column);
            TSimd.Store(c8b, outputs[8] + column + TSimd.Lanes);
            TSimd.Store(c9a, outputs[9] + column);
            TSimd.Store(c9b, outputs[9] + column + TSimd.Lanes);
            TSimd.Store(c10a, outputs[10] + column);
            TSimd.Store(c10b, outputs[10] + column + TSimd.Lanes);
            TSimd.Store(c11a, outputs[11] + column);
            TSimd.Store(c11b, outputs[11] + column + TSimd.Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AccumulateOuterProducts(float* left, float* right, int positions, float* tile)
    {
        float* sum = tile;
        TVector c0a = TSimd.Load(sum), c0b = TSimd.Load(sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TVector c1a = TSimd.Load(sum), c1b = TSimd.Load(sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TVector c2a = TSimd.Load(sum), c2b = TSimd.Load(sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TVector c3a = TSimd.Load(sum), c3b = TSimd.Load(sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TVector c4a = TSimd.Load(sum), c4b = TSimd.Load(sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TVector c5a = TSimd.Load(sum), c5b = TSimd.Load(sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TVector c6a = TSimd.Zero, c6b = TSimd.Zero, c7a = TSimd.Zero, c7b = TSimd.Zero, c8a = TSimd.Zero, c8b = TSimd.Zero;
        TVector c9a = TSimd.Zero, c9b = TSimd.Zero, c10a = TSimd.Zero, c10b = TSimd.Zero, c11a = TSimd.Zero, c11b = TSimd.Zero;
        if (Tall)
        {
            c6a = TSimd.Load(sum);
            c6b = TSimd.Load(sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            c7a = TSimd.Load(sum);
            c7b = TSimd.Load(sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            c8a = TSimd.Load(sum);
            c8b = TSimd.Load(sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            c9a = TSimd.Load(sum);
            c9b = TSimd.Load(sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            c10a = TSimd.Load(sum);
            c10b = TSimd.Load(sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            c11a = TSimd.Load(sum);
            c11b = TSimd.Load(sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
        }

        for (nint p = 0; p < positions; p++, left += TSimd.TileRows, right += 2 * TSimd.Lanes)
        {
            TVector a = TSimd.Load(right), b = TSimd.Load(right + TSimd.Lanes), x;
            x = TSimd.Broadcast(left + 0);
            c0a = TSimd.MultiplyAdd(x, a, c0a);
            c0b = TSimd.MultiplyAdd(x, b, c0b);
            x = TSimd.Broadcast(left + 1);
            c1a = TSimd.MultiplyAdd(x, a, c1a);
            c1b = TSimd.MultiplyAdd(x, b, c1b);
            x = TSimd.Broadcast(left + 2);
            c2a = TSimd.MultiplyAdd(x, a, c2a);
            c2b = TSimd.MultiplyAdd(x, b, c2b);
            x = TSimd.Broadcast(left + 3);
            c3a = TSimd.MultiplyAdd(x, a, c3a);
            c3b = TSimd.MultiplyAdd(x, b, c3b);
            x = TSimd.Broadcast(left + 4);
            c4a = TSimd.MultiplyAdd(x, a, c4a);
            c4b = TSimd.MultiplyAdd(x, b, c4b);
            x = TSimd.Broadcast(left + 5);
            c5a = TSimd.MultiplyAdd(x, a, c5a);
            c5b = TSimd.MultiplyAdd(x, b, c5b);
            if (Tall)
            {
                x = TSimd.Broadcast(left + 6);
                c6a = TSimd.MultiplyAdd(x, a, c6a);
                c6b = TSimd.MultiplyAdd(x, b, c6b);
                x = TSimd.Broadcast(left + 7);
                c7a = TSimd.MultiplyAdd(x, a, c7a);
                c7b = TSimd.MultiplyAdd(x, b, c7b);
                x = TSimd.Broadcast(left + 8);
                c8a = TSimd.MultiplyAdd(x, a, c8a);
                c8b = TSimd.MultiplyAdd(x, b, c8b);
                x = TSimd.Broadcast(left + 9);
                c9a = TSimd.MultiplyAdd(x, a, c9a);
                c9b = TSimd.MultiplyAdd(x, b, c9b);
                x = TSimd.Broadcast(left + 10);
                c10a = TSimd.MultiplyAdd(x, a, c10a);
                c10b = TSimd.MultiplyAdd(x, b, c10b);
                x = TSimd.Broadcast(left + 11);
                c11a = TSimd.MultiplyAdd(x, a, c11a);
                c11b = TSimd.MultiplyAdd(x, b, c11b);
            }
        }

        sum = tile;
        TSimd.Store(c0a, sum);
        TSimd.Store(c0b, sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TSimd.Store(c1a, sum);
        TSimd.Store(c1b, sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TSimd.Store(c2a, sum);
        TSimd.Store(c2b, sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TSimd.Store(c3a, sum);
        TSimd.Store(c3b, sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TSimd.Store(c4a, sum);
        TSimd.Store(c4b, sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        TSimd.Store(c5a, sum);
        TSimd.Store(c5b, sum + TSimd.Lanes);
        sum += 2 * TSimd.Lanes;
        if (Tall)
        {
            TSimd.Store(c6a, sum);
            TSimd.Store(c6b, sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            TSimd.Store(c7a, sum);
            TSimd.Store(c7b, sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            TSimd.Store(c8a, sum);
            TSimd.Store(c8b, sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            TSimd.Store(c9a, sum);
            TSimd.Store(c9b, sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            TSimd.Store(c10a, sum);
            TSimd.Store(c10b, sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
            TSimd.Store(c11a, sum);
            TSimd.Store(c11b, sum + TSimd.Lanes);
            sum += 2 * TSimd.Lanes;
        }
    }
}
