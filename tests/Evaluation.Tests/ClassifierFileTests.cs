using MiniGan.Evaluation;
using MiniGan.Tests.Files;

namespace MiniGan.Tests.Evaluation;

public sealed class ClassifierFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_no_ordinary_file_is_refused_before_it_is_opened() =>
        UnusualFiles.AssertRefused(folder["classifier"], path => ClassifierCheckpoint.Load(path));
}
