namespace MiniGan.Convolution;

/// <summary>target = M · source + bias for a batch, where M is C or Cᵀ. Overwrites the target.</summary>
internal unsafe interface IMatrixProduct
{
    /// <summary>Multiplies.</summary>
    /// <param name="batch">Images in the batch.</param>
    /// <param name="source">[batch][source positions][source channels].</param>
    /// <param name="weight">[mapC][taps][imageC / groups].</param>
    /// <param name="bias">[target channels], or null for zeros.</param>
    /// <param name="target">[batch][target positions][target channels].</param>
    void Run(int batch, float* source, float* weight, float* bias, float* target);
}
