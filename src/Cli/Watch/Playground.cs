using MiniGan.Cli.Common;
using MiniGan.Imaging;
using MiniGan.Recipes;
using MiniGan.Runs.Logs;
using MiniGan.Runs.Reports;
using MiniGan.Sampling;
using MiniGan.Tensors;
using MiniGan.Training;

namespace MiniGan.Cli.Watch;

/// <summary>
/// Draws pictures with checkpoints, or hands their generators out to pages that can: one at a time, and few that wait. The checkpoint
/// drawn with last is kept until its file changes.
/// </summary>
internal sealed class Playground : IDisposable
{
    private const int MostWaiting = 16, PicturesPerPass = 64;

    private readonly SemaphoreSlim turn = new(1);
    private (string Path, long Length, DateTime Written) loaded;
    private Gan? model;
    private Dictionary<bool, float[][]> directions = [];
    private ((string Path, bool Average, long Written) Stamp, string? Json) embedded;
    private int waiting;

    /// <summary>Draws.</summary>
    /// <param name="checkpoint">The checkpoint's file.</param>
    /// <param name="request">What.</param>
    /// <param name="cancelled">Set when nobody wants it any more.</param>
    /// <returns>A PNG, or null if too many wait already.</returns>
    /// <exception cref="UserException">The request does not fit the networks.</exception>
    /// <exception cref="IOException">The checkpoint cannot be read, or is damaged.</exception>
    public Task<byte[]?> DrawAsync(string checkpoint, DrawingRequest request, CancellationToken cancelled) =>
        InTurnAsync(() => Draw(Load(checkpoint), request), cancelled);

    /// <summary>The generator as data of a page that computes with it, as JSON; null if too many wait already.</summary>
    /// <param name="checkpoint">The checkpoint's file.</param>
    /// <param name="average">Whether to take its moving average, if there is one.</param>
    /// <param name="cancelled">Set when nobody wants it any more.</param>
    public Task<string?> GeneratorAsync(string checkpoint, bool average, CancellationToken cancelled) => InTurnAsync(
        () =>
        {
            (string, bool, long) stamp = (checkpoint, average, FileStamp.Of(checkpoint).Ticks);
            if (embedded.Json is null || embedded.Stamp != stamp)
            {
                embedded = (stamp, EmbeddedGenerator.From(checkpoint, average).ToJsonString());
            }

            return embedded.Json;
        },
        cancelled);

    private async Task<T?> InTurnAsync<T>(Func<T> work, CancellationToken cancelled)
        where T : class
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > MostWaiting)
            {
                return null;
            }

            await turn.WaitAsync(cancelled);
            try
            {
                return work();
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Gives its handles back.</summary>
    public void Dispose() => turn.Dispose();

    private Gan Load(string path)
    {
        var file = new FileInfo(path);
        (string, long, DateTime) stamp = (path, file.Length, file.LastWriteTimeUtc);
        if (model is null || loaded != stamp)
        {
            model = null; // two large ones need not fit
            (model, loaded, directions) = (Recipe.LoadGan(path), stamp, []);
        }

        return model;
    }

    private byte[] Draw(Gan model, DrawingRequest request)
    {
        bool average = !request.Raw;
        IReadOnlyList<int> rows = LabelsOf(model, request);
        Tensor way = Way(model, request);
        var latents = new Tensor(new Shape(request.Pictures, model.LatentSize));
        for (int start = 0; start < latents.Shape.Count; start += way.Shape.Count)
        {
            way.Span.CopyTo(latents.Span[start..]);
        }

        Tensor all = Generate(model, latents, [.. rows.SelectMany(label => Enumerable.Repeat(label, request.At.Count))], average);
        using var png = new MemoryStream();
        PngWriter.Write(png, ImageConversion.Grid(all, request.Columns, gap: request.Pictures == 1 ? 0 : 2).Enlarged(request.Zoom));
        return png.ToArray();
    }

    /// <summary>Pictures, a few at a time: the layers' memory grows with them.</summary>
    private static Tensor Generate(Gan model, Tensor latents, int[] labels, bool average)
    {
        int count = latents.Shape.N;
        var pictures = new Tensor(model.ImageShape.Batch(count));
        for (int done = 0; done < count; done += PicturesPerPass)
        {
            var pass = new Tensor(new Shape(Math.Min(PicturesPerPass, count - done), model.LatentSize));
            latents.Span.Slice(done * model.LatentSize, pass.Shape.Count).CopyTo(pass.Span);
            model.Generate(pass, labels.Length == 0 ? [] : labels[done..(done + pass.Shape.N)], average).Span
                .CopyTo(pictures.Span[(done * model.ImageShape.Count)..]);
        }

        return pictures;
    }

    /// <summary>The latent vectors at the places on the way.</summary>
    private Tensor Way(Gan model, DrawingRequest request)
    {
        int size = model.LatentSize;
        Tensor LatentOf(ulong seed) => model.Latents(1, new RandomSource(seed, "generate"));
        (Tensor from, Tensor to) = (LatentOf(request.From), LatentOf(request.To));
        var way = new Tensor(new Shape(request.At.Count, size));
        for (int i = 0; i < request.At.Count; i++)
        {
            SphericalInterpolation.Interpolate(from.Span, to.Span, request.At[i], way.Span.Slice(i * size, size));
        }

        for (int k = 0; k < (request.Offsets?.Count ?? 0); k++)
        {
            if (request.Offsets![k] is float offset && offset != 0)
            {
                float[][] found = Directions(model, average: !request.Raw);
                if (k >= found.Length)
                {
                    throw new UserException(
                        $"This network has {found.Length} latent directions, so that there is none with the number {k + 1}.");
                }

                for (int i = 0; i < way.Shape.Count; i++)
                {
                    way.Span[i] += offset * found[k][i % size];
                }
            }
        }

        return way;
    }

    private float[][] Directions(Gan model, bool average)
    {
        if (!directions.TryGetValue(average, out float[][]? found))
        {
            directions[average] = found = LatentDirections.Of(
                model.LatentSize,
                (z, point) =>
                    Generate(model, z, model.Classes == 0 ? [] : [.. Enumerable.Repeat(point % model.Classes, z.Shape.N)], average));
        }

        return found;
    }

    private static IReadOnlyList<int> LabelsOf(Gan model, DrawingRequest request)
    {
        IReadOnlyList<int> labels = request.Labels ?? [];
        int classes = model.Classes;
        return classes == 0 && labels.Count > 0 ? throw new UserException("These networks know no labels: leave them out.")
            : classes > 0 && labels.Count == 0
                ? throw new UserException($"These networks know labels: give one or more, from 0 to {classes - 1}.")
            : labels.All(label => (uint)label < (uint)classes) ? labels
            : throw new UserException($"The labels must be from 0 to {classes - 1}.");
    }
}
