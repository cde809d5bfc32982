using System.Globalization;
using Jint;
using MiniGan.Runs.Reports;

namespace MiniGan.Tests.Cli.Report;

/// <summary>The page's own arithmetic, the very text that the page holds, run by an interpreter.</summary>
public sealed class CurvesTests : IDisposable
{
    private readonly Engine engine = new();

    public CurvesTests()
    {
        engine.Execute(OnePage.Resource("report/format.js"));
        engine.Execute(OnePage.Resource("report/curves.js"));
    }

    public void Dispose() => engine.Dispose();

    [Theory]
    [InlineData("curves.smooth([1, 2, 3], 0)", "[1,2,3]")]
    [InlineData("curves.smooth(Array(40).fill(7), 0.9).map(v => Math.round(1e9 * v) / 1e9)", "all 7")]
    [InlineData("curves.smooth([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], 1).map((v, i, all) => Math.abs(v - all[10 - i]) < 1e-12)", "all true")]
    [InlineData("curves.smooth([null, 2, null, 2, null, 2, 2, 2, 2, 2], 1)", "[null,2,null,2,null,2,2,2,2,2]")]
    [InlineData("curves.smooth([], 1)", "[]")]
    [InlineData("[0, 1, 4, 5, 6, 14, 15, 99].map(v => curves.nearest([1, 9, 20], v))", "[0,0,0,0,1,1,2,2]")]
    [InlineData("curves.nearest([], 3)", "-1")]
    [InlineData("[0, 1, 2, 20, 21].map(v => curves.lowerBound([1, 9, 20], v))", "[0,0,1,2,3]")]
    [InlineData("curves.ticks(0, 1, 4)", "[0,0.5,1]")]
    [InlineData("curves.ticks(0, 600, 6)", "[0,100,200,300,400,500,600]")]
    [InlineData("curves.ticks(-0.3, 0.25, 5)", "[-0.2,0,0.2]")]
    [InlineData("curves.ticks(0, 1000000, 8)", "[0,200000,400000,600000,800000,1000000]")]
    [InlineData("curves.ticks(5, 5, 4)", "[]")]
    [InlineData("curves.ticks(0, Infinity, 4)", "[]")]
    [InlineData("curves.extent([{ x: [1, 2, 3], mean: [10, null, 20] }], 1, 3)", "[9,21]")]
    [InlineData("curves.extent([{ x: [1, 2], mean: [0, 1] }], 1, 2, true)", "[-0.1,1.1]")]
    [InlineData("curves.logTicks(0, 2, 4)", "[1,10,100]")]
    [InlineData("curves.logTicks(-1, 0.5, 4)", "[0.1,0.2,0.5,1,2]")]
    [InlineData("curves.logTicks(-0.05, 0.05, 4)", "[0.9,1,1.1]")]
    [InlineData("curves.logTicks(-6, 6, 4)", "[0.000001,0.001,1,1000,1000000]")]
    [InlineData("curves.logTicks(2, 2, 4)", "[]")]
    [InlineData(
        "[[1, 2], [null, 2], [0, 2], [2, 0]].map(mean => curves.isPositive([{ x: [1, 9], mean }], 2, 9))", "[true,true,true,false]")]
    [InlineData(
        "curves.logarithm({ label: 'a', mean: [100, 0, null], min: null, max: [1000], seen: [10] })",
        """{"label":"a","mean":[2,null,null],"min":null,"max":[3],"seen":[1]}""")]
    [InlineData(
        "curves.outside([0, 1, 2, 3, 4, 5], [9, 1, 8, 9, -3, null], [0, 4], [0, 2], 0.3)", "[[0,1,9],[0.5,1,9],[1,0,-3]]")]
    [InlineData("curves.outside([0, 1], [0, 2], [0, 4], [0, 2], 0.3)", "[]")]
    [InlineData("curves.extent([{ x: [1, 2, 3], mean: [1, 5, 100] }], 1, 2)", "[0.6,5.4]")]
    [InlineData("curves.extent([{ x: [], mean: [] }], 0, 1)", "[0,1]")]
    [InlineData("curves.extent([{ x: [1], mean: [2] }], 0, 1)", "[1.8,2.2]")]
    [InlineData("curves.extent([{ x: [1], mean: [-2] }], 0, 1)", "[-2.2,-1.8]")]
    [InlineData("curves.series(null, 'a')", """{"x":[],"mean":[],"min":null,"max":null}""")]
    [InlineData("curves.series({ step: [1], columns: { a: { mean: [2] } } }, 'b')", """{"x":[],"mean":[],"min":null,"max":null}""")]
    [InlineData("curves.series({ step: [1], columns: { a: { mean: [2] } } }, 'a')", """{"x":[1],"mean":[2],"min":null,"max":null}""")]
    [InlineData(
        "curves.speed({ step: [10, 20, 40], columns: { seconds: { mean: [1, 2, 4] } } }, 64)",
        """{"x":[20,40],"mean":[640,640],"min":null,"max":null}""")]
    [InlineData(
        "curves.speed({ step: [10, 20], columns: { seconds: { mean: [0.5, 1.5], min: [0, 1], max: [1, 3] } } }, 2)",
        """{"x":[20],"mean":[10],"min":null,"max":null}""")]
    [InlineData("curves.speed({ step: [10, 20, 30], columns: { seconds: { mean: [5, 1, 2] } } }, 1).mean", "[10]")]
    [InlineData(
        "curves.speed({ step: [10, 20, 21, 30], columns: { seconds: { mean: [1, 2, 2.001, 3] } } }, 64)",
        """{"x":[20,30],"mean":[640,640],"min":null,"max":null}""")]
    [InlineData(
        "curves.speed({ step: [1, 2, 3, 4], columns: { seconds: { mean: [0, 0, 0.05, 0.2] } } }, 1)",
        """{"x":[4],"mean":[15],"min":null,"max":null}""")]
    [InlineData("curves.speed({ step: [1, 2], columns: { seconds: { mean: [1, 1.001] } } }, 1).x", "[]")]
    [InlineData("curves.speed(null, 64).mean", "[]")]
    [InlineData("curves.ticks(999999999999999000, 1000000000000000000, 1e9)", "[]")]
    [InlineData("curves.pieces([0, 1, 2], [0, 5, 10], [0, 2], [0, 10])", "[[[0,0,true],[0.5,0.5,true],[1,1,true]]]")]
    [InlineData(
        "curves.pieces([0, 1, 2, 3, 4], [1, 99, null, -9, 1], [0, 4], [0, 2])",
        "[[[0,0.5,true],[0.25,1,true]],[[0.75,0,true],[1,0.5,true]]]")]
    [InlineData("curves.pieces([0, 4, 8], [0, 4, 8], [2, 6], [0, 8])", "[[[0,0.25,false],[0.5,0.5,true],[1,0.75,false]]]")]
    [InlineData("curves.pieces([0, 8], [0, 8], [2, 6], [0, 8])", "[[[0,0.25,false],[1,0.75,false]]]")]
    [InlineData("curves.pieces([0, 8], [null, 8], [2, 6], [0, 8])", "[]")]
    [InlineData("curves.pieces([9], [1], [2, 6], [0, 8])", "[]")]
    [InlineData("curves.pieces([], [], [0, 1], [0, 1])", "[]")]
    [InlineData("[curves.lastOf([1, null]), curves.lastOf([])]", "[1,null]")]
    [InlineData(
        "[0, 1, 0.69314, 12.3456, 1234.5, 60000, 12345678, 0.00001234, -0.5, null, NaN, undefined].map(format.number)",
        """["0","1","0.6931","12.35","1,235","60,000","1.23e+7","1.2e-5","-0.5","–","–","–"]""")]
    [InlineData("[0, 0.123456, 1, null].map(format.share)", """["0 %","12.3 %","100 %","–"]""")]
    [InlineData("[0, 59.6, 61, 3600, 90000].map(format.duration)", """["0 s","1 min 0 s","1 min 1 s","1 h 0 min","25 h 0 min"]""")]
    [InlineData(
        "['averageDecay', 'frechet_distance', 'beta1', 'discriminatorLearningRate'].map(format.words)",
        """["average decay","frechet distance","beta1","discriminator learning rate"]""")]
    public void It_computes(string expression, string expected)
    {
        string result = engine.Evaluate($"JSON.stringify({expression})").AsString();
        if (expected.StartsWith("all ", StringComparison.Ordinal))
        {
            Assert.All(result.Trim('[', ']').Split(','), value => Assert.Equal(expected[4..], value));
        }
        else
        {
            Assert.Equal(expected, result);
        }
    }

    [Fact]
    public void A_spike_does_not_flatten_all_else()
    {
        double top = engine.Evaluate(
            "curves.extent([{ x: [...Array(200).keys()], mean: [...Array(199).fill(1), 1e6] }], 0, 200)[1]").AsNumber();
        Assert.InRange(top, 1, 2);
    }

    /// <summary>
    /// A run of any steps and values, some of them missing or a thousand times as large, seen as a whole or zoomed in, smoothed or not.
    /// </summary>
    [Fact]
    public void A_line_never_leaves_its_window()
    {
        engine.Execute("""
            let state = 1;
            const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
            function outside() {
              const x = [];
              for (let i = 0, step = 0; i < 150 * random(); i++) x.push(step += 1 + Math.floor(20 * random()));
              const mean = x.map(() => random() < 0.05 ? null : (random() - 0.3) * (random() < 0.03 ? 1000 : 1));
              const seen = curves.smooth(mean, random());
              const last = (x.at(-1) ?? 0) + 1, low = random() < 0.5 ? 0 : random() * last / 2;
              const high = random() < 0.5 ? last : low + 1 + random() * last / 2;
              const [bottom, top] = curves.extent([{ x, mean }], low, high), pieces = curves.pieces(x, seen, [low, high], [bottom, top]);
              const own = pieces.flat().filter(point => point[2]).length;
              const inWindow = x.filter((step, i) => step >= low && step <= high && seen[i] !== null).length;
              if (own !== inWindow) return `${own} points of ${inWindow}`;
              for (const piece of pieces) {
                for (const [along, up] of piece) if (!(along >= 0 && along <= 1 && up >= 0 && up <= 1)) return `${along} ${up}`;
                for (let i = 1; i < piece.length; i++) if (piece[i][0] < piece[i - 1][0]) return "backwards";
              }
              return "";
            }
            """);
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal("", engine.Evaluate("outside()").AsString());
        }
    }

    [Fact]
    public void Smoothing_keeps_the_mean_and_lessens_the_noise()
    {
        string noise = string.Join(
            ',', Enumerable.Range(0, 500).Select(i => (((i * 7919) % 101) / 101.0).ToString(CultureInfo.InvariantCulture)));
        double spread = engine.Evaluate($"(v => Math.max(...v) - Math.min(...v))(curves.smooth([{noise}], 0.6).slice(60, -60))").AsNumber();
        Assert.InRange(spread, 0, 0.1);
    }
}
