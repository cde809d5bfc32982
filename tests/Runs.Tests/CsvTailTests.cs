using System.Text;
using MiniGan.Runs.Logs;

namespace MiniGan.Tests.Runs;

public sealed class CsvTailTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string path;
    private readonly CsvTail tail;

    public CsvTailTests() => (path, tail) = (folder["x.csv"], new CsvTail(folder["x.csv"]));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void There_is_no_table_before_there_is_a_header()
    {
        tail.Refresh();
        Assert.Null(tail.Table);
        Append("step,a");
        tail.Refresh();
        Assert.Null(tail.Table);
        Append(",b\n");
        tail.Refresh();
        Assert.Equal(["a", "b"], tail.Table!.Columns);
    }

    [Fact]
    public void A_half_written_line_is_taken_in_once_it_is_whole()
    {
        Append("step,a\n1,0.5\n2,0.2");
        tail.Refresh();
        Assert.Equal([1], Steps());
        Append("5\n");
        tail.Refresh();
        AssertRows([1, 2], [0.5, 0.25]);
    }

    [Fact]
    public void Nothing_changes_when_the_file_does_not()
    {
        Append("step,a\n1,0.5\n");
        tail.Refresh();
        (int version, ThinnedTable? table) = (tail.Version, tail.Table);
        tail.Refresh();
        Assert.Equal((version, table), (tail.Version, tail.Table));
        Append("2,1\n");
        tail.Refresh();
        Assert.NotEqual(version, tail.Version);
    }

    [Theory]
    [InlineData("x,1,2")]
    [InlineData("-1,1,2")]
    [InlineData("1")]
    [InlineData("1,2")]
    [InlineData("1,2,3,4")]
    [InlineData("1,two,3")]
    [InlineData("1.5,2,3")]
    [InlineData("")]
    [InlineData("</script>,<b>,&")]
    [InlineData("99999999999999999999,1,2")]
    public void Lines_that_are_no_numbers_are_passed_over(string line)
    {
        Append($"step,a,b\n{line}\n5,1,2\r\n");
        tail.Refresh();
        AssertRows([5], [1]);
        Assert.Equal([2.0], Values("b"));
    }

    [Fact]
    public void A_line_longer_than_any_of_ours_is_passed_over()
    {
        Append($"step,a\n1,2\n{new string('7', 300_000)}\n3,4\n");
        tail.Refresh();
        AssertRows([1, 3], [2, 4]);
    }

    [Fact]
    public void What_is_not_finite_is_null()
    {
        Append("step,a,b\n1,NaN,1\n2,Infinity,\n3,-Infinity,3\n");
        tail.Refresh();
        Assert.Equal([null, null, null], Nullable("a"));
        Assert.Equal([1.0, null, 3.0], Nullable("b"));
    }

    [Theory]
    [InlineData("a,step")]
    [InlineData("")]
    [InlineData("step,a,a")]
    [InlineData("{\"step\": 1}")]
    public void A_file_with_another_header_is_no_table(string header)
    {
        Append($"{header}\n1,2,3\n");
        tail.Refresh();
        Assert.Null(tail.Table);
    }

    [Fact]
    public void A_file_that_was_replaced_cut_or_removed_is_read_anew()
    {
        Append("step,a\n1,1\n2,2\n3,3\n");
        tail.Refresh();
        File.WriteAllText(path, "step,a\n1,9\n2,8\n3,7\n4,6\n"); // longer than what it replaces
        tail.Refresh();
        Assert.Equal([9.0, 8, 7, 6], Values("a"));
        File.WriteAllText(path, "step,a\n1,9\n2,5\n");
        tail.Refresh();
        Assert.Equal([9.0, 5], Values("a"));
        File.Delete(path);
        tail.Refresh();
        Assert.Null(tail.Table);
        Append("step,b\n1,1\n");
        tail.Refresh();
        Assert.Equal(["b"], tail.Table!.Columns);
    }

    [Fact]
    public void Steps_that_were_taken_again_replace_those_before()
    {
        Append("step,a\n1,1\n2,2\n3,3\n2,20\n3,30\n4,40\n");
        tail.Refresh();
        AssertRows([1, 2, 3, 4], [1, 20, 30, 40]);
    }

    [Fact]
    public void It_does_not_matter_in_which_pieces_a_file_comes()
    {
        string text = RunFixture.Header + RunFixture.Lines(1, 5000);
        var whole = new CsvTail(folder["whole.csv"]);
        File.WriteAllText(folder["whole.csv"], text);
        whole.Refresh();
        for (int i = 0; i < text.Length; i += 1237)
        {
            Append(text[i..Math.Min(text.Length, i + 1237)]);
            tail.Refresh();
        }

        Assert.Equal(whole.Table!.ToJson().ToJsonString(), tail.Table!.ToJson().ToJsonString());
    }

    private void Append(string text) => File.AppendAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private void AssertRows(long[] steps, double[] values)
    {
        Assert.Equal(steps, Steps());
        Assert.Equal(values, Values("a"));
    }

    private long[] Steps() => [.. tail.Table!.ToJson()["step"]!.AsArray().Select(step => (long)step!)];

    private double[] Values(string column) => [.. Nullable(column).Select(value => value!.Value)];

    private double?[] Nullable(string column) =>
        [.. tail.Table!.ToJson()["columns"]![column]!["mean"]!.AsArray().Select(value => (double?)value)];
}
