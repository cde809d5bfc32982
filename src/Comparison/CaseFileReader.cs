using System.Text.Json;
using MiniGan.Convolution;
using MiniGan.Files;
using MiniGan.Tensors;

namespace MiniGan.Comparison;

/// <summary>
/// Reads <c>minigan-conformance/1</c>: {"format", "source", "cases": […], "rejected": […]}, tensors as {"shape",
/// "data"} in row-major order.
/// </summary>
internal static class CaseFileReader
{
    private const string Format = "minigan-conformance/1";

    public static CaseFile Read(string path)
    {
        try
        {
            using FileStream stream = OrdinaryFile.OpenRead(path, CaseLimits.LargestFile);
            using var json = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = json.RootElement;
            string format = Text(root, "format");
            if (format != Format)
            {
                throw new FormatException($"its format is '{Printable.Name(format)}', but '{Format}' is read");
            }

            LayerCase[] cases = [.. Items(root, "cases").Select(Case)];
            RejectedCase[] rejected = [.. Items(root, "rejected").Select(Rejected)];
            return cases.Length + rejected.Length > 0
                ? new CaseFile(Optional(root, "source") is JsonElement source ? source.GetString() ?? "" : "", cases, rejected)
                : throw new FormatException("it has neither cases nor rejected ones");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new MalformedFileException(path, $"it is no file of cases: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static LayerCase Case(JsonElement json)
    {
        string name = Text(json, "name");
        try
        {
            Tensor weight = RequiredTensor(json, "weight");
            return CaseLimits.Check(new LayerCase
            {
                Name = name,
                IsTransposed = IsTransposed(json),
                Window = Window(json, weight.Shape)(),
                X = RequiredTensor(json, "x"),
                Weight = weight,
                Bias = OptionalTensor(json, "bias"),
                Y = RequiredTensor(json, "y"),
                Dy = OptionalTensor(json, "dy"),
                Dx = OptionalTensor(json, "dx"),
                WeightGradient = OptionalTensor(json, "dweight"),
                BiasGradient = OptionalTensor(json, "dbias"),
                IsExact = Required(json, "exact").GetBoolean(),
            });
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new FormatException($"case '{Printable.Name(name)}': {exception.Message}", exception);
        }
    }

    private static RejectedCase Rejected(JsonElement json)
    {
        string name = Text(json, "name");
        try
        {
            Shape weight = ShapeOf(Required(json, "weight_shape"), "weight_shape");
            Func<ConvolutionWindow> window = Window(json, weight);
            return new RejectedCase(
                name, IsTransposed(json), window, ShapeOf(Required(json, "x_shape"), "x_shape"), weight,
                Optional(json, "bias_shape") is JsonElement bias ? ShapeOf(bias, "bias_shape") : null,
                Optional(json, "torch_says")?.GetString() ?? "");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new FormatException($"case '{Printable.Name(name)}': {exception.Message}", exception);
        }
    }

    /// <summary>Reads the settings now, for the file must be right; makes the window later, for a rejected one must throw there.</summary>
    private static Func<ConvolutionWindow> Window(JsonElement json, Shape weight)
    {
        Size2D stride = Size(json, "stride"), dilation = Size(json, "dilation"), outputPadding = Size(json, "output_padding");
        Padding padding = PaddingOf(Required(json, "padding"));
        int groups = Required(json, "groups").TryGetInt32(out int number)
            ? number
            : throw new FormatException("groups must be a whole number");
        return () => new ConvolutionWindow((weight.H, weight.W), stride, padding, dilation, outputPadding, groups);
    }

    private static Padding PaddingOf(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return json.GetString() switch
            {
                "valid" => Padding.Valid,
                "same" => Padding.Same,
                string other =>
                    throw new FormatException($"the padding '{Printable.Name(other)}' is neither valid, same, nor four numbers"),
                null => throw new FormatException("the padding is missing"),
            };
        }

        int[] sides = Integers(json, 4, "padding");
        return Padding.Explicit(sides[0], sides[1], sides[2], sides[3]);
    }

    private static bool IsTransposed(JsonElement json) => Text(json, "op") switch
    {
        "conv2d" => false,
        "conv_transpose2d" => true,
        string other => throw new FormatException($"the op '{Printable.Name(other)}' is neither conv2d nor conv_transpose2d"),
    };

    private static Size2D Size(JsonElement json, string name)
    {
        int[] both = Integers(Required(json, name), 2, name);
        return new Size2D(both[0], both[1]);
    }

    private static int[] Integers(JsonElement json, int count, string name)
    {
        int length = json.GetArrayLength();
        return length == count ? [.. Integers(json, name)] : throw new FormatException($"{name} has {length} numbers instead of {count}");
    }

    private static IEnumerable<int> Integers(JsonElement json, string name) =>
        json.EnumerateArray().Select(
            value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
                ? number
                : throw new FormatException($"{name} must be whole numbers"));

    private static Shape ShapeOf(JsonElement json, string name)
    {
        int rank = json.GetArrayLength();
        return rank <= 4
            ? CaseLimits.Check(name, new Shape([.. Integers(json, $"the shape of {name}")]))
            : throw new FormatException($"the shape of {name} has {rank} dimensions, but at most 4 are read");
    }

    private static Tensor RequiredTensor(JsonElement json, string name) =>
        OptionalTensor(json, name) ?? throw new FormatException($"'{name}' is missing");

    private static Tensor? OptionalTensor(JsonElement json, string name)
    {
        if (Optional(json, name) is not JsonElement tensor)
        {
            return null;
        }

        Shape shape = ShapeOf(Required(tensor, "shape"), name);
        JsonElement data = Required(tensor, "data");
        if (data.GetArrayLength() != shape.Count)
        {
            throw new FormatException($"{name} of shape {shape} has {shape.Count} elements, but its data {data.GetArrayLength()}");
        }

        float[] values = [.. data.EnumerateArray().Select(value => value.GetSingle())];
        return Array.TrueForAll(values, float.IsFinite)
            ? Tensor.FromRowMajor(shape, values)
            : throw new FormatException($"{name} has a number that float32 cannot hold");
    }

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        Optional(json, name)?.EnumerateArray() ?? Enumerable.Empty<JsonElement>();

    private static string Text(JsonElement json, string name) =>
        Required(json, name).GetString() ?? throw new FormatException($"'{name}' is missing");

    private static JsonElement Required(JsonElement json, string name) =>
        Optional(json, name) ?? throw new FormatException($"'{name}' is missing");

    private static JsonElement? Optional(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
