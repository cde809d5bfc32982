using MiniGan.Runs.Logs;

namespace MiniGan.Tests.Runs;

public sealed class StepLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_line_without_end_is_not_read()
    {
        File.WriteAllText(folder["log.csv"], "step,value\n1,2\n2,3\n");
        using (var file = new FileStream(folder["log.csv"], FileMode.Append))
        {
            file.SetLength(2_200_000_000); // a hole: it takes no place
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        using (var log = new StepLog(folder["log.csv"], ["value"], step: 10))
        {
            Assert.Equal([3], log.Last);
            log.Add(3, 0.5);
            log.Flush(toDisk: false);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal("step,value\n1,2\n2,3\n3,0.5\n", File.ReadAllText(folder["log.csv"]));
    }

    [Theory]
    [InlineData("1,2\r\n2,3\r\n", 3.0)]
    [InlineData("1,2\n2,3", 2.0)] // cut, though it looks whole
    [InlineData("1,2\n?,3\n3,x\n4,5\n", 5.0)] // garbled within
    [InlineData("", null)]
    public void What_stays_are_whole_lines(string lines, double? last)
    {
        File.WriteAllText(folder["log.csv"], "step,value\n" + lines);
        using var log = new StepLog(folder["log.csv"], ["value"], step: 10);
        Assert.Equal(last, log.Last?[0]);
        Assert.Equal(last is null ? double.PositiveInfinity : 2, log.LeastOfFirst);
    }
}
