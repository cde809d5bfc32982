using MiniGan.Runs.Folders;

namespace MiniGan.Tests.Runs;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_that_was_moved_is_not_in_place_even_where_another_run_has_taken_its_own()
    {
        Directory.CreateDirectory(folder["run"]);
        using RunLock first = RunLock.TryHold(folder["run/run.lock"])!;
        Assert.False(first.IsInPlace()); // not signed
        first.Sign();
        Assert.True(first.IsInPlace());
        Assert.Null(RunLock.TryHold(folder["run/run.lock"], isPatient: false));
        if (OperatingSystem.IsWindows())
        {
            return; // It moves no folder in which a file is open.
        }

        Directory.Move(folder["run"], folder["moved"]);
        Assert.False(first.IsInPlace());
        Directory.CreateDirectory(folder["run"]);
        using RunLock second = RunLock.TryHold(folder["run/run.lock"])!;
        Assert.False(first.IsInPlace());
        second.Sign();
        Assert.False(first.IsInPlace());
        Assert.True(second.IsInPlace());
    }
}
