using Google.Protobuf;
using MiniGan.Imaging;

namespace MiniGan.Runs.TensorBoard;

/// <summary>
/// The messages of TensorFlow's <c>event.proto</c> and <c>summary.proto</c> that a training run needs, in Protocol Buffers' wire format.
/// The constants are their field numbers.
/// </summary>
internal static class EventMessages
{
    private const int EventWallTime = 1, EventStep = 2, EventFileVersion = 3, EventSummary = 5, EventSessionLog = 7;
    private const int SessionLogStatus = 1, SessionStart = 1;
    private const int SummaryValue = 1, ValueTag = 1, ValueSimple = 2, ValueImage = 4;
    private const int ImageHeight = 1, ImageWidth = 2, ImageColorspace = 3, ImageEncoded = 4;

    /// <summary>The first event of a file: what is in it.</summary>
    public static byte[] FileVersion(double wallTime) => Event(wallTime, 0, output =>
    {
        output.WriteTag(EventFileVersion, WireFormat.WireType.LengthDelimited);
        output.WriteString("brain.Event:2");
    });

    /// <summary>A process begins with this step: TensorBoard drops it and all later ones, as far as it had them.</summary>
    public static byte[] Start(double wallTime, long firstStep) => Event(wallTime, firstStep, output =>
        Write(output, EventSessionLog, log =>
        {
            log.WriteTag(SessionLogStatus, WireFormat.WireType.Varint);
            log.WriteEnum(SessionStart);
        }));

    /// <summary>Some numbers of a step.</summary>
    public static byte[] Scalars(double wallTime, long step, IReadOnlyList<(string Tag, double Value)> scalars) =>
        Event(wallTime, step, output =>
            Write(output, EventSummary, summary =>
            {
                foreach ((string tag, double number) in scalars)
                {
                    Write(summary, SummaryValue, value =>
                    {
                        value.WriteTag(ValueTag, WireFormat.WireType.LengthDelimited);
                        value.WriteString(tag);
                        value.WriteTag(ValueSimple, WireFormat.WireType.Fixed32);
                        value.WriteFloat((float)number);
                    });
                }
            }));

    /// <summary>A picture of a step, as PNG.</summary>
    public static byte[] Image(double wallTime, long step, string tag, Bitmap bitmap)
    {
        using var png = new MemoryStream();
        PngWriter.Write(png, bitmap);
        return Event(wallTime, step, output => Write(output, EventSummary, summary => Write(summary, SummaryValue, value =>
        {
            value.WriteTag(ValueTag, WireFormat.WireType.LengthDelimited);
            value.WriteString(tag);
            Write(value, ValueImage, image =>
            {
                image.WriteTag(ImageHeight, WireFormat.WireType.Varint);
                image.WriteInt32(bitmap.Height);
                image.WriteTag(ImageWidth, WireFormat.WireType.Varint);
                image.WriteInt32(bitmap.Width);
                image.WriteTag(ImageColorspace, WireFormat.WireType.Varint);
                image.WriteInt32(bitmap.Channels); // 1 is grey there, too, and 3 RGB
                image.WriteTag(ImageEncoded, WireFormat.WireType.LengthDelimited);
                image.WriteBytes(ByteString.CopyFrom(png.GetBuffer(), 0, (int)png.Length));
            });
        })));
    }

    private static byte[] Event(double wallTime, long step, Action<CodedOutputStream> what) => Message(output =>
    {
        output.WriteTag(EventWallTime, WireFormat.WireType.Fixed64);
        output.WriteDouble(wallTime);
        output.WriteTag(EventStep, WireFormat.WireType.Varint);
        output.WriteInt64(step);
        what(output);
    });

    /// <summary>A message as a field of another: its length comes before it.</summary>
    private static void Write(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(output);
        }

        return stream.ToArray();
    }
}
