using Microsoft.ML.OnnxRuntime;
using MiniGan.Tensors;

namespace MiniGan.Tests.Onnx;

/// <summary>An ONNX file in onnxruntime.</summary>
internal sealed class OnnxRun : IDisposable
{
    private static readonly RunOptions Options = new();

    private readonly InferenceSession session;

    public OnnxRun(string path) => session = new InferenceSession(path);

    public InferenceSession Session => session;

    public void Dispose() => session.Dispose();

    /// <summary>Its output for an input, and labels if it takes any.</summary>
    public Tensor Of(Tensor x, params int[] labels)
    {
        long[] dimensions = [.. Enumerable.Range(0, x.Shape.Rank).Select(axis => (long)x.Shape[axis])];
        string name = session.InputNames.Single(name => name != "labels");
        using var value = OrtValue.CreateTensorValueFromMemory(x.ToRowMajor(), dimensions);
        using var classes = OrtValue.CreateTensorValueFromMemory(labels.Select(label => (long)label).ToArray(), [labels.Length]);
        var inputs = new Dictionary<string, OrtValue> { [name] = value };
        if (session.InputNames.Contains("labels"))
        {
            inputs.Add("labels", classes);
        }

        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(Options, inputs, session.OutputNames);
        var shape = new Shape([.. outputs[0].GetTensorTypeAndShape().Shape.Select(size => (int)size)]);
        return Tensor.FromRowMajor(shape, outputs[0].GetTensorDataAsSpan<float>());
    }

    /// <summary>The largest difference between two tensors of one shape, relative to numbers above 1.</summary>
    public static double Difference(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double largest = 0;
        for (int i = 0; i < expected.Span.Length; i++)
        {
            Assert.True(float.IsFinite(actual.Span[i]));
            largest = Math.Max(largest, Math.Abs(expected.Span[i] - actual.Span[i]) / Math.Max(1, Math.Abs(expected.Span[i])));
        }

        return largest;
    }
}
