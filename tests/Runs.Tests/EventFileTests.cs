using System.Globalization;
using MiniGan.Imaging;
using MiniGan.Runs.TensorBoard;
using MiniGan.Tests.Imaging;
using Field = MiniGan.Tests.Runs.EventFileReader.Field;

namespace MiniGan.Tests.Runs;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_readers_own_checksum_is_crc_32c() => Assert.Equal(0xE3069283, EventFileReader.Crc32C("123456789"u8));

    [Fact]
    public void A_file_begins_with_its_version_and_the_first_step()
    {
        double before = Now();
        string path;
        using (var writer = new EventFileWriter(folder["run/of mine"], firstStep: 501))
        {
            path = writer.FilePath;
            Assert.Equal(2, EventFileReader.Read(path).Count); // at once, so that TensorBoard knows of the restart
        }

        string[] name = Path.GetFileName(path).Split('.');
        Assert.Equal(["events", "out", "tfevents"], name[..3]);
        Assert.Matches("^[0-9]{10}$", name[3]);
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), name[^2]);
        Assert.Equal([path], EventFileWriter.FilesIn(folder["run/of mine"]));

        List<List<Field>> events = EventFileReader.Read(path);
        Assert.Equal([(1, 1), (2, 0), (3, 2)], Keys(events[0]));
        Assert.InRange(events[0][0].Double, before, Now());
        Assert.Equal("brain.Event:2", events[0][2].Text);
        Assert.Equal([(1, 1), (2, 0), (7, 2)], Keys(events[1]));
        Assert.Equal(501ul, events[1][1].Bits);
        Field status = Assert.Single(events[1][2].Message);
        Assert.Equal((1, 0, 1ul), (status.Number, status.WireType, status.Bits)); // SessionLog.START
    }

    [Fact]
    public void Scalars_are_simple_values_of_one_summary()
    {
        List<Field> scalars = Written(writer =>
            writer.WriteScalars(3_000_000_000_000, ("loss/generator", 0.1), ("score/ä", double.NaN), ("x", -1e300)));
        Assert.Equal([(1, 1), (2, 0), (5, 2)], Keys(scalars));
        Assert.Equal(3_000_000_000_000ul, scalars[1].Bits);
        List<Field> values = scalars[2].Message;
        Assert.All(values, value => Assert.Equal(1, value.Number));
        Assert.All(values, value => Assert.Equal([(1, 2), (2, 5)], Keys(value.Message)));
        Assert.Equal(
            [("loss/generator", 0.1f), ("score/ä", float.NaN), ("x", float.NegativeInfinity)],
            values.Select(value => (value.Message[0].Text, value.Message[1].Float)));
    }

    [Theory]
    [InlineData(5, 3, 1)]
    [InlineData(301, 257, 3)]
    public void Images_are_png(int width, int height, int channels)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * i))];
        List<Field> written = Written(writer => writer.WriteImage(7, "samples", new Bitmap(width, height, channels, pixels)));
        List<Field> value = Assert.Single(written[2].Message).Message;
        Assert.Equal([(1, 2), (4, 2)], Keys(value));
        Assert.Equal("samples", value[0].Text);
        List<Field> image = value[1].Message;
        Assert.Equal([(1, 0), (2, 0), (3, 0), (4, 2)], Keys(image));
        Assert.Equal([(ulong)height, (ulong)width, (ulong)channels], image[..3].Select(field => field.Bits)); // 1 is grey, 3 RGB
        Assert.Equal(pixels, PngDecoder.Decode(image[3].Bytes).Pixels);
    }

    [Fact]
    public void Only_whole_records_are_ever_in_the_file_and_a_flush_brings_them_there()
    {
        using var writer = new EventFileWriter(folder.Path);
        for (int step = 0; step < 5000; step++)
        {
            writer.WriteScalars(step, ("a tag of some length, to fill any buffer", step));
        }

        Assert.Equal(2, EventFileReader.Read(writer.FilePath).Count);
        writer.Flush();
        Assert.Equal(5002, EventFileReader.Read(writer.FilePath).Count);
        writer.WriteScalars(5000, ("last", 1));
        writer.Dispose();
        writer.Dispose();
        Assert.Equal(5003, EventFileReader.Read(writer.FilePath).Count);
    }

    [Fact]
    public void A_later_file_has_a_later_name_whatever_the_clock_says_and_leaves_the_older_alone()
    {
        string future = folder["events.out.tfevents.5000000000.host.1.0"], odd = folder["events.out.tfevents.old"];
        File.WriteAllText(future, "whatever");
        File.WriteAllText(odd, "whatever");
        using var second = new EventFileWriter(folder.Path);
        using var third = new EventFileWriter(folder.Path);
        string[] names = [future, second.FilePath, third.FilePath];
        Assert.Equal(names, names.Order(StringComparer.Ordinal));
        Assert.Equal(3, names.Distinct().Count());
        Assert.Equal("whatever", File.ReadAllText(future));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new EventFileWriter(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventFileWriter(folder.Path, -1));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        var writer = new EventFileWriter(folder.Path);
        var bitmap = new Bitmap(1, 2, 1, [0, 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteScalars(-1, ("a", 1)));
        Assert.Throws<ArgumentException>(() => writer.WriteScalars(1, ("a", 1), ("", 1)));
        Assert.Throws<ArgumentNullException>(() => writer.WriteScalars(1, (IReadOnlyList<(string, double)>)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteImage(-1, "a", bitmap));
        Assert.Throws<ArgumentException>(() => writer.WriteImage(1, "", bitmap));
        Assert.Throws<ArgumentNullException>(() => writer.WriteImage(1, "a", null!));
        writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => writer.WriteScalars(1, ("a", 1)));
        Assert.Throws<ObjectDisposedException>(() => writer.WriteImage(1, "a", bitmap));
        Assert.Throws<ObjectDisposedException>(writer.Flush);
        Assert.Equal(2, EventFileReader.Read(writer.FilePath).Count);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error()
    {
        File.WriteAllText(folder["file"], "");
        Assert.ThrowsAny<IOException>(() => new EventFileWriter(folder["file"]));
        Assert.ThrowsAny<IOException>(() => new EventFileWriter(folder["file/run"]));
        if (!OperatingSystem.IsWindows())
        {
            // Root may write anywhere; but not even root in /proc.
            string closed = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? "/proc" : folder["closed"];
            Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Exception? exception = Record.Exception(() => new EventFileWriter(closed));
            Assert.True(exception is IOException or UnauthorizedAccessException, $"{exception}");
        }
    }

    private static double Now() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static IEnumerable<(int Number, int WireType)> Keys(List<Field> message) =>
        message.Select(field => (field.Number, field.WireType));

    /// <summary>The third event, after version and start.</summary>
    private List<Field> Written(Action<EventFileWriter> write)
    {
        using (var writer = new EventFileWriter(folder.Path))
        {
            write(writer);
        }

        List<List<Field>> events = EventFileReader.Read(Assert.Single(EventFileWriter.FilesIn(folder.Path)));
        Assert.Equal(3, events.Count);
        return events[2];
    }
}
