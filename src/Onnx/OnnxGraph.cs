using System.Runtime.InteropServices;
using Google.Protobuf;
using MiniGan.Modules;
using MiniGan.Tensors;
using Onnx;

namespace MiniGan.Onnx;

/// <summary>
/// The graph of a network while it is written: its operations, and its weights under the names of the network's state. Inference mode is
/// meant. A translation (<see cref="OnnxTranslations"/>) adds to it what a module computes.
/// </summary>
public sealed class OnnxGraph
{
    /// <summary>The version of ONNX's operations, of January 2023 (ONNX 1.13); onnxruntime reads it from 1.14 on.</summary>
    public const int Opset = 18;

    /// <summary>What the first dimension of all inputs is called.</summary>
    internal const string Batch = "N";

    private readonly GraphProto graph;
    private readonly OnnxTranslations translations;
    private readonly int classes;
    private readonly string network;
    private readonly HashSet<string> names = [];
    private string place = "";

    internal OnnxGraph(string network, int classes, OnnxTranslations translations)
    {
        (this.network, this.classes, this.translations) = (network, classes, translations);
        graph = new GraphProto { Name = network };
    }

    /// <summary>The labels of the batch: [N], int64, from 0 to the classes − 1. Whoever asks makes them an input of the file.</summary>
    /// <exception cref="ArgumentException">The networks know no classes.</exception>
    public OnnxValue Labels
    {
        get
        {
            const string Name = "labels";
            if (classes == 0)
            {
                throw new ArgumentException($"{Place}: it asks for labels, but the networks have no classes.");
            }

            if (names.Add(Name))
            {
                AddInput(Name, TensorProto.Types.DataType.Int64, new Shape(1));
            }

            return new OnnxValue(Name, new Shape(1));
        }
    }

    /// <summary>Where in the network the module is that is translated, for messages: <c>generator.3</c>.</summary>
    public string Place => place.Length == 0 ? network : $"{network}.{place}";

    /// <summary>Adds an operation of ONNX, of <see cref="Opset"/>.</summary>
    /// <param name="operation">Its name, for example <c>Mul</c>.</param>
    /// <param name="inputs">Its inputs; <c>default</c> for one that is left out.</param>
    /// <param name="shape">The shape of its output for a batch of one.</param>
    /// <param name="attributes">Its attributes: each a float, a long, a string or an array of long.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="ArgumentException">An attribute has another type.</exception>
    public OnnxValue Add(
        string operation, IEnumerable<OnnxValue> inputs, Shape shape, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(inputs);
        string name = Unique(operation);
        var node = new NodeProto { Name = name, OpType = operation };
        node.Input.AddRange(inputs.Select(input => input.Name ?? ""));
        node.Output.Add(name);
        foreach ((string key, object value) in attributes)
        {
            node.Attribute.Add(Attribute(key, value));
        }

        graph.Node.Add(node);
        return new OnnxValue(name, shape);
    }

    /// <summary>Adds weights, or other numbers that do not change.</summary>
    /// <param name="name">Their name in the module's state, for example <c>weight</c>.</param>
    /// <param name="value">The numbers; copied.</param>
    public OnnxValue Constant(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        long[] dimensions = [.. Enumerable.Range(0, value.Shape.Rank).Select(axis => (long)value.Shape[axis])];
        return Constant(name, TensorProto.Types.DataType.Float, dimensions, MemoryMarshal.AsBytes<float>(value.ToRowMajor()), value.Shape);
    }

    /// <summary>Adds whole numbers: sizes, axes, places.</summary>
    /// <param name="name">What they are.</param>
    /// <param name="values">The numbers.</param>
    public OnnxValue Constant(string name, params ReadOnlySpan<long> values) => Constant(
        name, TensorProto.Types.DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values), new Shape(values.Length));

    /// <summary>Adds what a module within the translated one computes.</summary>
    /// <param name="name">Its name in the state, for example <c>main</c>; empty for a module whose state is the translated one's.</param>
    /// <param name="module">The module.</param>
    /// <param name="x">Its input.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="ArgumentException">It has no translation.</exception>
    public OnnxValue Translate(string name, Module module, OnnxValue x)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(module);
        string before = place;
        place = (before, name) switch
        {
            (_, "") => before,
            ("", _) => name,
            _ => $"{before}.{name}",
        };
        OnnxValue y = translations.Translate(this, module, x);
        place = before;
        return y;
    }

    /// <summary>Declares an input of the file.</summary>
    internal OnnxValue AddInput(string name, Shape shape)
    {
        names.Add(name);
        AddInput(name, TensorProto.Types.DataType.Float, shape);
        return new OnnxValue(name, shape);
    }

    /// <summary>Makes a value the output of the file, under a name of its own.</summary>
    internal GraphProto End(OnnxValue y, string name, string batch)
    {
        graph.Node.Add(new NodeProto { Name = name, OpType = "Identity", Input = { y.Name }, Output = { name } });
        graph.Output.Add(Declaration(name, TensorProto.Types.DataType.Float, y.Shape, batch));
        return graph;
    }

    private static ValueInfoProto Declaration(string name, TensorProto.Types.DataType type, Shape shape, string batch)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = batch });
        for (int axis = 1; axis < shape.Rank; axis++)
        {
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = shape[axis] });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case float number:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, number);
                break;
            case long number:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(numbers);
                break;
            default:
                throw new ArgumentException(
                    $"The attribute '{name}' must be a float, a long, a string or an array of long, but is " +
                    $"{value?.GetType().Name ?? "null"}.");
        }

        return attribute;
    }

    private void AddInput(string name, TensorProto.Types.DataType type, Shape shape) =>
        graph.Input.Add(Declaration(name, type, shape, Batch));

    private OnnxValue Constant(string name, TensorProto.Types.DataType type, long[] dimensions, ReadOnlySpan<byte> bytes, Shape shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string unique = Unique(name);
        var tensor = new TensorProto { Name = unique, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(dimensions);
        graph.Initializer.Add(tensor);
        return new OnnxValue(unique, shape);
    }

    /// <summary>A name within the place of the module: <c>3.weight</c>.</summary>
    private string Unique(string name)
    {
        string wanted = place.Length == 0 ? name : $"{place}.{name}", unique = wanted;
        for (int i = 2; !names.Add(unique); i++)
        {
            unique = $"{wanted}_{i}";
        }

        return unique;
    }
}
