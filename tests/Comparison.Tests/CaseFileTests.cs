using MiniGan.Comparison;
using MiniGan.Files;

namespace MiniGan.Tests.Comparison;

public sealed class CaseFileTests : IDisposable
{
    private const string Good = """
        {"format":"minigan-conformance/1","source":"by hand","cases":[
        {"name":"one","op":"conv2d","stride":[1,1],"padding":"valid","dilation":[1,1],"groups":1,"output_padding":[0,0],
        "x":{"shape":[1,1,1,2],"data":[3,5]},"weight":{"shape":[1,1,1,1],"data":[2]},"bias":{"shape":[1],"data":[0.5]},
        "y":{"shape":[1,1,1,2],"data":[6.5,10.5]},
        "dy":{"shape":[1,1,1,2],"data":[1,-1]},"dx":{"shape":[1,1,1,2],"data":[2,-2]},"dweight":{"shape":[1,1,1,1],"data":[-2]},
        "dbias":{"shape":[1],"data":[0]},"exact":true}],
        "rejected":[{"name":"two","op":"conv_transpose2d","stride":[1,0],"padding":[0,0,0,0],"dilation":[1,1],"groups":1,
        "output_padding":[0,0],"x_shape":[1,1,2,2],"weight_shape":[1,1,1,1],"bias_shape":null,"torch_says":"no"}]}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_read_and_compared()
    {
        CaseFile file = Read(Good);
        Assert.Equal("by hand", file.Source);
        CaseResult[] results = [.. file.Compare()];
        Assert.All(results, result => Assert.True(result.Passed, result.Failure));
        Assert.Equal(["y", "dx", "dW", "db"], results[0].Differences.Keys);
        Assert.Empty(results[1].Differences);
    }

    [Theory]
    [InlineData("[6.5,10.5]", "[6.5,10.500001]", "y[0, 0, 0, 1]")]
    [InlineData("[2,-2]", "[2,2]", "dx[0, 0, 0, 1]")]
    [InlineData("\"dweight\":{\"shape\":[1,1,1,1],\"data\":[-2]}", "\"dweight\":{\"shape\":[1,1,1,1],\"data\":[2]}", "dW[0, 0, 0, 0]")]
    [InlineData("\"dbias\":{\"shape\":[1],\"data\":[0]}", "\"dbias\":{\"shape\":[1],\"data\":[1]}", "db[0]")]
    [InlineData("\"y\":{\"shape\":[1,1,1,2]", "\"y\":{\"shape\":[1,1,2,1]", "shape [1, 1, 1, 2] instead of [1, 1, 2, 1]")]
    [InlineData("\"weight\":{\"shape\":[1,1,1,1],\"data\":[2]}", "\"weight\":{\"shape\":[1,2,1,1],\"data\":[2,2]}", "refused")]
    [InlineData("\"bias\":{\"shape\":[1],\"data\":[0.5]}", "\"bias\":{\"shape\":[2],\"data\":[0.5,1]}", "refused")]
    public void A_disagreement_is_named(string from, string to, string expected)
    {
        CaseResult result = Read(Good.Replace(from, to, StringComparison.Ordinal)).Compare().First();
        Assert.False(result.Passed);
        Assert.Contains(expected, result.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_exact_may_differ_a_little()
    {
        string near = Good.Replace("[6.5,10.5]", "[6.5,10.5001]", StringComparison.Ordinal),
            far = Good.Replace("[6.5,10.5]", "[6.5,10.501]", StringComparison.Ordinal);
        Assert.True(Read(near.Replace("\"exact\":true", "\"exact\":false", StringComparison.Ordinal)).Compare().First().Passed);
        Assert.False(Read(far.Replace("\"exact\":true", "\"exact\":false", StringComparison.Ordinal)).Compare().First().Passed);
    }

    [Theory]
    [InlineData("[1,0]", "[1,1]")] // a stride that is fine
    public void What_should_be_refused_and_is_not_fails(string from, string to)
    {
        CaseResult result = Read(Good.Replace(from, to, StringComparison.Ordinal)).Compare().Last();
        Assert.Contains("not refused", result.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"x_shape\":[1,1,2,2]", "\"x_shape\":[1,3,2,2]")]
    [InlineData("\"bias_shape\":null", "\"bias_shape\":[2]")]
    [InlineData("\"groups\":1,\n\"output_padding\":[0,0],\"x_shape\"", "\"groups\":2,\n\"output_padding\":[0,0],\"x_shape\"")]
    public void Every_way_to_refuse_counts(string from, string to) =>
        Assert.True(
            Read(Good.Replace("[1,0]", "[1,1]", StringComparison.Ordinal).Replace(from, to, StringComparison.Ordinal)).Compare()
                .Last().Passed);

    [Theory]
    [InlineData("minigan-conformance/1", "minigan-conformance/2")]
    [InlineData("\"conv2d\"", "\"conv3d\"")]
    [InlineData("\"valid\"", "\"full\"")]
    [InlineData("\"stride\":[1,1]", "\"stride\":[1]")]
    [InlineData("\"stride\":[1,1]", "\"stride\":[1,1.5]")]
    [InlineData("\"stride\":[1,1]", "\"stride\":1")]
    [InlineData("\"stride\":[1,1],", "")]
    [InlineData("\"data\":[3,5]", "\"data\":[3]")]
    [InlineData("\"data\":[3,5]", "\"data\":[3,null]")]
    [InlineData("\"exact\":true", "\"exact\":1")]
    [InlineData("\"name\":\"one\"", "\"title\":\"one\"")]
    [InlineData("\"cases\":[", "\"cases\":[7,")]
    [InlineData("\"source\"", "\"format\"")]
    [InlineData("{", "[")]
    [InlineData("\"stride\":[1,0]", "\"stride\":[1]")]
    [InlineData("\"stride\":[1,0],", "")]
    [InlineData("\"x_shape\":[1,1,2,2]", "\"x_shape\":[1,1,2,-2]")]
    [InlineData("\"conv_transpose2d\"", "\"conv_transpose3d\"")]
    public void A_file_of_another_kind_is_refused(string from, string to)
    {
        int at = Good.IndexOf(from, StringComparison.Ordinal);
        string path = folder["cases.json"];
        Assert.StartsWith(
            path, Assert.Throws<MalformedFileException>(() => Read(Good[..at] + to + Good[(at + from.Length)..])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"shape\":[1,1,1,1],\"data\":[2]", "\"shape\":[2000000000],\"data\":[]", "at most")]
    [InlineData("\"shape\":[1,1,1,1],\"data\":[2]", "\"shape\":[2000,2000,1,1],\"data\":[]", "its data 0")]
    [InlineData("\"shape\":[1,1,1,1],\"data\":[2]", "\"shape\":[2000000]", "'data' is missing")]
    [InlineData("\"shape\":[1,1,1,1],\"data\":[2]", "\"shape\":[1,1,1,1,1,1,1,1],\"data\":[2]", "8 dimensions")]
    [InlineData("\"padding\":\"valid\"", "\"padding\":[10000,10000,10000,10000]", "output")]
    [InlineData("\"padding\":\"valid\"", "\"padding\":[1000000000,0,0,0]", "output")]
    // an empty batch of large images
    [InlineData("\"shape\":[1,1,1,2],\"data\":[3,5]", "\"shape\":[0,1,40000,40000],\"data\":[]", "patches")]
    [InlineData("\"x_shape\":[1,1,2,2]", "\"x_shape\":[1,1,40000,40000]", "x_shape")]
    [InlineData("\"weight_shape\":[1,1,1,1]", "\"weight_shape\":[2000000000]", "weight_shape")]
    [InlineData("\"weight_shape\":[1,1,1,1]", "\"weight_shape\":[1,1,30000,30000]", "weight_shape")]
    [InlineData("\"bias_shape\":null", "\"bias_shape\":[2000000000]", "bias_shape")]
    [InlineData("\"data\":[3,5]", "\"data\":[3,1e39]", "float32")]
    [InlineData(
        "\"name\":\"one\",\"op\":\"conv2d\"", "\"name\":\"one\\u001b[31m\",\"op\":\"\\u202e\"", "'one\\u001b[31m': the op '\\u202e'")]
    public void A_case_that_asks_for_too_much_is_refused_before_anything_is_allocated(string from, string to, string expected)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        Read(Good);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<MalformedFileException>(() => Read(Good.Replace(from, to, StringComparison.Ordinal))).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void What_should_be_refused_is_not_computed()
    {
        // 40000×40000
        CaseFile file = Read(Good.Replace(
            "\"stride\":[1,0],\"padding\":[0,0,0,0]", "\"stride\":[20000,20000],\"padding\":\"valid\"", StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("not refused", file.Compare().Last().Failure, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_beyond_all_bounds_is_not_read()
    {
        using (FileStream file = File.Create(folder["cases.json"]))
        {
            file.SetLength(2_200_000_000); // a hole: it takes no place
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            "at most", Assert.Throws<MalformedFileException>(() => CaseFile.Read(folder["cases.json"])).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_without_cases_is_refused() =>
        Assert.Throws<MalformedFileException>(() => Read("""{"format":"minigan-conformance/1"}"""));

    private CaseFile Read(string json)
    {
        File.WriteAllText(folder["cases.json"], json);
        return CaseFile.Read(folder["cases.json"]);
    }
}
