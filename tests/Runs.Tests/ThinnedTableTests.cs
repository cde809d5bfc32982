using System.Text.Json.Nodes;
using MiniGan.Runs.Logs;

namespace MiniGan.Tests.Runs;

public sealed class ThinnedTableTests
{
    [Fact]
    public void Few_lines_are_kept_as_they_are()
    {
        var table = new ThinnedTable(["a"], mostBuckets: 4);
        for (int step = 1; step <= 4; step++)
        {
            table.Add(10 * step, [step / 3.0]);
        }

        Assert.Equal("""{"step":[10,20,30,40],"columns":{"a":{"mean":[0.33333,0.66667,1,1.3333]}}}""", table.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    [InlineData(1023)]
    [InlineData(123_457)]
    public void Many_lines_share_buckets_of_their_extremes_and_mean(int lines)
    {
        var table = new ThinnedTable(["a", "b"], mostBuckets: 4);
        for (int step = 1; step <= lines; step++)
        {
            table.Add(step, [step, step % 2 == 0 ? 100 : -100]);
        }

        JsonObject json = table.ToJson();
        long[] steps = [.. json["step"]!.AsArray().Select(step => (long)step!)];
        Assert.InRange(steps.Length, 2, 4);
        Assert.Equal(lines, steps[^1]);
        JsonNode a = json["columns"]!["a"]!, b = json["columns"]!["b"]!;
        for (int i = 0; i < steps.Length; i++)
        {
            // The values of a are the steps, so that a bucket's are those after the last step of the one before.
            long first = i == 0 ? 1 : steps[i - 1] + 1;
            Assert.Equal(Rounded(first), (double)a["min"]![i]!);
            Assert.Equal(Rounded(steps[i]), (double)a["max"]![i]!);
            Assert.Equal(Rounded((first + steps[i]) / 2.0), (double)a["mean"]![i]!);

            // Those of b are ±100 in turn: what is over in a bucket of an odd number is the sign of its ends.
            long count = steps[i] - first + 1;
            Assert.Equal(count % 2 == 0 ? 0 : Rounded((first % 2 == 0 ? 100.0 : -100.0) / count), (double)b["mean"]![i]!);
        }

        // Buckets are of one size, but for the last.
        Assert.Single(steps.Zip(steps.Skip(1), (x, y) => y - x).SkipLast(1).Append(steps[0]).Distinct());
    }

    [Fact]
    public void A_step_that_is_taken_again_removes_what_stood_from_there_on()
    {
        var table = new ThinnedTable(["a"], mostBuckets: 4);
        for (int step = 1; step <= 100; step++)
        {
            table.Add(step, [1]);
        }

        table.Add(50, [2]);
        Assert.Equal(50, table.LastStep);
        long[] steps = [.. table.ToJson()["step"]!.AsArray().Select(step => (long)step!)];
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(2.0, (double)table.ToJson()["columns"]!["a"]!["max"]!.AsArray()[^1]!);
    }

    [Fact]
    public void A_value_that_is_no_number_makes_its_bucket_none()
    {
        var table = new ThinnedTable(["a"], mostBuckets: 2);
        foreach (int step in Enumerable.Range(1, 4))
        {
            table.Add(step, [step == 2 ? double.NaN : step]);
        }

        Assert.Equal("""{"step":[2,4],"columns":{"a":{"mean":[null,3.5],"min":[null,3],"max":[null,4]}}}""", table.ToJson().ToJsonString());
    }

    [Fact]
    public void A_table_of_one_bucket_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThinnedTable(["a"], mostBuckets: 1));

    private static double Rounded(double value) => double.Parse(
        value.ToString("G5", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
