using Jint;
using MiniGan.Runs.Reports;

namespace MiniGan.Tests.Cli.Report;

/// <summary>What the page computes of the discriminator's scores, by the very text that the page holds.</summary>
public sealed class JudgeTests : IDisposable
{
    private readonly Engine engine = new();

    public JudgeTests()
    {
        foreach (string name in new[] { "format.js", "curves.js", "judge.js" })
        {
            engine.Execute(OnePage.Resource($"report/{name}"));
        }
    }

    public void Dispose() => engine.Dispose();

    [Theory]
    [InlineData(
        "judge.histogram([[0, 0.5, 1], [0.07, NaN, 2, -1]], [0, 1])",
        """{"low":0,"high":1,"counts":[[1,0,0,0,0,0,0,1,0,0,0,0,0,1],[2,0,0,0,0,0,0,0,0,0,0,0,0,1]]}""")]
    [InlineData(
        "judge.histogram([[3], []], null)",
        """{"low":2.5,"high":3.5,"counts":[[0,0,0,0,0,0,0,1,0,0,0,0,0,0],[0,0,0,0,0,0,0,0,0,0,0,0,0,0]]}""")]
    [InlineData("judge.histogram([[NaN], []], null)", "null")]
    [InlineData(
        "[[[2, 3], [0, 1]], [[0, 1], [2, 3]], [[1, 1], [1]], [[0, 2], [1, NaN]]].map(([r, m]) => judge.toldApart(r, m))",
        "[1,0,0.5,0.5]")]
    [InlineData("judge.toldApart([NaN], [1])", "null")]
    [InlineData("[judge.scaleOf('non-saturating').of(0), judge.scaleOf('hinge').of(-3), judge.scaleOf(undefined).of(2)]", "[0.5,-3,2]")]
    [InlineData(
        "judge.overTime({ step: [5, 9], columns: { real_median: { mean: [1, null] }, real_quarter: { mean: [0, 1] }, " +
            "real_three_quarters: { mean: [2, 3] } } }, 'real', { of: v => 10 * v })",
        """{"x":[5,9],"mean":[10,null],"min":[0,10],"max":[20,30]}""")]
    [InlineData("judge.overTime(null, 'made', { of: v => v })", """{"x":[],"mean":[],"min":[],"max":[]}""")]
    public void It_computes(string expression, string expected) =>
        Assert.Equal(expected, engine.Evaluate($"JSON.stringify({expression})").AsString());
}
