using System.Numerics;

namespace MiniGan.Kernels;

/// <summary>What <see cref="ElementMap{TOperation}"/> does to each element.</summary>
internal interface IElementOperation
{
    /// <summary>The function, for as many elements as there are lanes.</summary>
    static abstract Vector<float> Invoke(Vector<float> x);
}
