namespace MiniGan.Kernels;

/// <summary>
/// One instruction set: the five vector operations that a register tile is made of. Each file that implements it is one instruction set.
/// </summary>
/// <typeparam name="TVector">
/// The vector type; scalar equivalent of each operation: the same on each of its <see cref="Lanes"/> floats.
/// </typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>The name under which the registry lists it.</summary>
    static abstract string Name { get; }

    /// <summary>Whether this process can run it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Floats in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>
    /// Rows of the register tile, 6 or 12; it is always 2 vectors wide. 12 × 2 accumulators, 2 vectors of weights and a broadcast fill 27
    /// of 32 registers; 6 × 2, 2 and 1 fill 15 of 16.
    /// </summary>
    static abstract int TileRows { get; }

    /// <summary>All lanes zero.</summary>
    static abstract TVector Zero { get; }

    /// <summary>The floats at <paramref name="source"/>, which need not be aligned.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Writes all lanes to <paramref name="destination"/>, which need not be aligned.</summary>
    static abstract void Store(TVector vector, float* destination);

    /// <summary>The float at <paramref name="source"/> in every lane.</summary>
    static abstract TVector Broadcast(float* source);

    /// <summary>left · right + addend, fused where the instruction set fuses.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);
}
