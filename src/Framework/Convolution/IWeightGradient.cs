namespace MiniGan.Convolution;

/// <summary>dW += Σ map ⊗ image for a batch: the gradient of ⟨map, C · image⟩ by the weights. Accumulates.</summary>
internal unsafe interface IWeightGradient
{
    /// <summary>Adds the gradient of a batch.</summary>
    /// <param name="batch">Images in the batch.</param>
    /// <param name="image">[batch][image positions][image channels].</param>
    /// <param name="map">[batch][map positions][map channels].</param>
    /// <param name="gradient">[mapC][taps][imageC / groups].</param>
    void Run(int batch, float* image, float* map, float* gradient);
}
