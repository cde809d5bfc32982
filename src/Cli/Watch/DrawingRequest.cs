using System.Text.Json;
using System.Text.Json.Serialization;
using MiniGan.Cli.Common;

namespace MiniGan.Cli.Watch;

/// <summary>
/// What the playground asks for: pictures on the way between the latent vectors of two seeds, moved along latent directions. There is a row
/// per label and a column per place on the way; with one place, all labels are in one row.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Checkpoint">Which of its checkpoints, by the name that the run's data has for it.</param>
/// <param name="From">Seed of the latent vector at the beginning: that of the first picture of <c>generate --seed</c>.</param>
/// <param name="To">Seed of the one at the end.</param>
/// <param name="At">Places on the way, from 0 to 1.</param>
/// <param name="Labels">For networks that know labels: which.</param>
/// <param name="Offsets">How far to go along the first, second, … of the <see cref="LatentDirections"/>.</param>
/// <param name="Raw">Whether to take the generator as the last step left it, not its moving average.</param>
/// <param name="Zoom">Pixels of the answer for one of the picture.</param>
internal sealed record DrawingRequest(
    string Run, string Checkpoint, ulong From, ulong To, IReadOnlyList<float> At, IReadOnlyList<int>? Labels = null,
    IReadOnlyList<float>? Offsets = null, bool Raw = false, int Zoom = 1)
{
    private const int MostPictures = 256, LargestOffset = 10, LargestZoom = 10;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Pictures that it asks for.</summary>
    [JsonIgnore]
    public int Pictures => At.Count * Math.Max(1, Labels?.Count ?? 0);

    /// <summary>Pictures in a row.</summary>
    [JsonIgnore]
    public int Columns => At.Count > 1 ? At.Count : Pictures;

    /// <summary>Reads and checks one.</summary>
    /// <exception cref="UserException">It is none.</exception>
    public static async Task<DrawingRequest> ReadAsync(Stream json, CancellationToken cancelled)
    {
        DrawingRequest request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<DrawingRequest>(json, Options, cancelled)
                ?? throw new UserException("A drawing must be a JSON object, not null.");
        }
        catch (JsonException exception)
        {
            throw new UserException($"This is not a drawing: {exception.Message}");
        }

        Require(
            request.At.Count > 0 && request.Pictures <= MostPictures,
            $"A drawing must have 1 to {MostPictures} pictures, not {request.Pictures}.");
        Require(request.At.All(t => t is >= 0 and <= 1), "The places on the way must be from 0 to 1.");
        Require((request.Offsets?.Count ?? 0) <= LatentDirections.Most, $"There are at most {LatentDirections.Most} directions.");
        Require(
            request.Offsets?.All(offset => Math.Abs(offset) <= LargestOffset) ?? true,
            $"The offsets must be from -{LargestOffset} to {LargestOffset}.");
        Require(request.Zoom is >= 1 and <= LargestZoom, $"The zoom must be from 1 to {LargestZoom}.");
        return request;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new UserException(otherwise);
        }
    }
}
