using CsCheck;
using MiniGan.Checkpoints;
using MiniGan.Data;
using MiniGan.Tensors;

namespace MiniGan.Tests.Checkpoints;

/// <summary>What is written is read, to the last bit, whatever it is.</summary>
public sealed class RoundTripTests : IDisposable
{
    private static readonly Gen<string> Names =
        Gen.OneOf("weight", "0.bias", "größe", "雪", "a b", "\"quoted\"", "back\\slash", "x/y", "😀", ".").Array[1,
        3].Select(parts => string.Join('.', parts));

    private static readonly Gen<Tensor> Tensors =
        from dimensions in Gen.Int[0, 5].Array[1, 4]
        let count = dimensions.Aggregate(1, (product, dimension) => product * dimension)
        from values in Gen.Float.Where(float.IsFinite).Array[count]
        select Tensor.FromRowMajor(new Shape(dimensions), values);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Safetensors() =>
        Law.Holds(Gen.Select(Gen.Select(Names, Tensors).Array[0, 6], Gen.Select(Names, Gen.String.AlphaNumeric).Array[0, 3]), drawn =>
        {
            NamedTensor[] tensors = [.. drawn.Item1.DistinctBy(item => item.Item1).Select(item => new NamedTensor(item.Item1, item.Item2))];
            var metadata = drawn.Item2.DistinctBy(item => item.Item1).ToDictionary(item => item.Item1, item => item.Item2);
            SafetensorsWriter.Write(folder["file"], new SafetensorsFile(tensors, metadata));
            SafetensorsFile read = SafetensorsReader.Read(folder["file"]);
            Assert.Equal(metadata, read.Metadata);
            Assert.Equal(
                tensors.Select(item => item.Name).Order(StringComparer.Ordinal),
                read.Tensors.Select(item => item.Name).Order(StringComparer.Ordinal));
            foreach (NamedTensor tensor in tensors)
            {
                Tensor back = read.Tensors.Single(item => item.Name == tensor.Name).Value;
                Assert.Equal(tensor.Value.Shape, back.Shape);
                Assert.Equal(
                    tensor.Value.ToRowMajor().Select(BitConverter.SingleToUInt32Bits),
                    back.ToRowMajor().Select(BitConverter.SingleToUInt32Bits));
            }
        }, count: 100);

    [Fact]
    public void Idx() => Law.Holds(
        from count in Gen.Int[1, 6]
        from height in Gen.Int[1, 7]
        from width in Gen.Int[1, 7]
        from pixels in Gen.Byte.Array[count * height * width]
        from labels in Gen.Byte[0, 9].Array[count]
        select (Images: new IdxImages(count, height, width, pixels), Labels: labels),
        drawn =>
        {
            IdxFile.WriteImages(folder["images"], drawn.Images);
            IdxFile.WriteLabels(folder["labels"], drawn.Labels);
            IdxImages read = IdxFile.ReadImages(folder["images"]);
            Assert.Equal((drawn.Images.Count, drawn.Images.Height, drawn.Images.Width), (read.Count, read.Height, read.Width));
            Assert.Equal(drawn.Images.Pixels, read.Pixels);
            Assert.Equal(drawn.Labels, IdxFile.ReadLabels(folder["labels"]));
        },
        count: 100);
}
