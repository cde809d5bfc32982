using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiniGan.Cli.Common;
using MiniGan.Files;
using MiniGan.Runs.Reports;

namespace MiniGan.Cli.Watch;

/// <summary>
/// Serves the page of runs, on the loopback interface alone: the page, and what it asks for under <c>/api</c>. A bad request is answered
/// with 400, what is not there with 404, another method than those of the address with 405, each with one line of text. Only reads files.
/// </summary>
internal sealed class WatchServer : IAsyncDisposable
{
    private const int LargestBody = 1 << 14, MostConnections = 256;

    private const string NoCheckpoint = "There is no such run, or no such checkpoint of it.",
        TooMany = "Too many drawings are waiting. Try again.";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private readonly RunsFolder folder;
    private readonly ConnectionLimit connections = new(MostConnections);
    private readonly Playground playground = new();
    private readonly string page;
    private readonly WebApplication application;

    /// <summary>Prepares the server.</summary>
    /// <param name="folder">The runs.</param>
    /// <param name="port">On which port; 0 for any that is free.</param>
    /// <param name="selected">The run that the page begins with, or null.</param>
    public WatchServer(RunsFolder folder, int port, string? selected)
    {
        this.folder = folder;
        page = ReportPage.RenderLive(selected);

        // An empty one: no settings from the environment or files, no logging.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        // whoever is connected, with half a request sent perhaps: nothing is lost that cannot be asked again
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => connections.ServeAsync(connection, next));
            });
        });
        application = builder.Build();
        application.Use(Guard);
        application.MapMethods("/", Reading, context => Text(context, page, "text/html; charset=utf-8"));
        application.MapMethods("/api/runs", Reading, context => Text(context, folder.List(), Json));
        application.MapMethods("/api/run", Reading, context => Text(context, RunOf(context)?.Data(), Json));
        application.MapMethods("/api/networks", Reading, context => Text(context, RunOf(context)?.Networks(), Json));
        application.MapMethods("/api/generator", Reading, Generator);
        application.MapMethods("/api/sample", Reading, Sample);
        application.MapPost("/api/draw", Draw);
    }

    private static string Json => "application/json; charset=utf-8";

    /// <summary>Where the page is, once the server has started.</summary>
    public string Url => application.Urls.Single() + "/";

    /// <summary>Starts.</summary>
    /// <exception cref="IOException">The port is taken or may not be used.</exception>
    public Task StartAsync(CancellationToken cancelled = default) => application.StartAsync(cancelled);

    /// <summary>Serves until it is cancelled.</summary>
    public Task ServeAsync(CancellationToken cancelled) => application.WaitForShutdownAsync(cancelled);

    /// <summary>Ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        playground.Dispose();
    }

    /// <summary>
    /// What a web page of another place may make a browser send here is refused: the name of the host must be this machine's (against names
    /// that were made to point here, DNS rebinding), and so must be the origin, if there is one.
    /// </summary>
    private async Task Guard(HttpContext context, RequestDelegate next)
    {
        connections.Use(context.Connection.Id);
        if (!IsThisMachine(context.Request.Host.Host) ||
            (context.Request.Headers.Origin is [{ } origin, ..] &&
                !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && IsThisMachine(from.Host))))
        {
            await Fail(context, StatusCodes.Status400BadRequest, "This server answers only as localhost or 127.0.0.1.");
            return;
        }

        IHeaderDictionary headers = context.Response.Headers;
        (headers.XContentTypeOptions, headers.XFrameOptions, headers["Cross-Origin-Resource-Policy"], headers["Referrer-Policy"]) =
            ("nosniff", "DENY", "same-origin", "no-referrer");
        headers.CacheControl = "no-store";
        try
        {
            await next(context);
            if (!context.Response.HasStarted &&
                context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            {
                // Routing has set the status, and with 405 what is allowed.
                bool isThere = context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed;
                await Fail(
                    context, context.Response.StatusCode,
                    isThere ? $"Here is no {context.Request.Method}, but {context.Response.Headers.Allow}." : "There is nothing here.");
            }
        }
        catch (UserException exception)
        {
            await Fail(context, StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException exception)
        {
            await Fail(context, exception.StatusCode, exception.Message);
        }
        catch (Exception exception) when (exception is MalformedFileException or NotFiniteNumberException)
        {
            await Fail(context, StatusCodes.Status422UnprocessableEntity, exception.Message);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            await Fail(context, StatusCodes.Status404NotFound, "It is no longer there.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Fail(context, StatusCodes.Status503ServiceUnavailable, $"It cannot be read now: {exception.Message}");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (OutOfMemoryException)
        {
            await Fail(context, StatusCodes.Status503ServiceUnavailable, "There is not enough memory for it.");
        }
        catch (Exception exception)
        {
            await Fail(
                context, StatusCodes.Status500InternalServerError,
                $"This should not have happened: {exception.GetType().Name}: {exception.Message}");
        }
    }

    private static bool IsThisMachine(string host) => host.ToLowerInvariant() is "localhost" or "127.0.0.1" or "[::1]";

    private static string Parameter(HttpContext context, string name) =>
        context.Request.Query[name] is [{ Length: > 0 } value] ? value : throw new UserException($"Give '{name}' once in the address.");

    private WatchedRun? RunOf(HttpContext context) => folder.Find(Parameter(context, "run"));

    private async Task Sample(HttpContext context)
    {
        string text = Parameter(context, "step");
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
        {
            throw new UserException($"'step' must be a whole number, but is '{text}'.");
        }

        if (RunOf(context)?.Sample(step) is not { } path)
        {
            await Fail(context, StatusCodes.Status404NotFound, "There is no such run, or no such picture of it.");
            return;
        }

        byte[] picture = RunReader.ReadPicture(path);
        context.Response.Headers.CacheControl = "private, max-age=86400, immutable"; // the address tells when it was written
        await Send(context, picture, "image/png");
    }

    private async Task Generator(HttpContext context)
    {
        string raw = Parameter(context, "raw");
        if (!bool.TryParse(raw, out bool isRaw))
        {
            throw new UserException($"'raw' must be true or false, but is '{raw}'.");
        }

        if (RunOf(context)?.Checkpoint(Parameter(context, "checkpoint")) is not { } checkpoint)
        {
            await Fail(context, StatusCodes.Status404NotFound, NoCheckpoint);
        }
        else if (await playground.GeneratorAsync(checkpoint, average: !isRaw, context.RequestAborted) is not { } generator)
        {
            await Fail(context, StatusCodes.Status503ServiceUnavailable, TooMany);
        }
        else
        {
            await Text(context, generator, Json);
        }
    }

    private async Task Draw(HttpContext context)
    {
        // A form of a web page cannot send this type without being asked first.
        if (!context.Request.HasJsonContentType())
        {
            throw new UserException("A drawing must be sent as application/json.");
        }

        DrawingRequest request = await DrawingRequest.ReadAsync(context.Request.Body, context.RequestAborted);
        if (folder.Find(request.Run)?.Checkpoint(request.Checkpoint) is not { } checkpoint)
        {
            await Fail(context, StatusCodes.Status404NotFound, NoCheckpoint);
        }
        else if (await playground.DrawAsync(checkpoint, request, context.RequestAborted) is not { } picture)
        {
            await Fail(context, StatusCodes.Status503ServiceUnavailable, TooMany);
        }
        else
        {
            await Send(context, picture, "image/png");
        }
    }

    private static Task Text(HttpContext context, string? text, string type)
    {
        return text is null
            ? Fail(context, StatusCodes.Status404NotFound, "There is no such run.")
            : Send(context, Encoding.UTF8.GetBytes(text), type);
    }

    /// <summary>Sends an answer; to HEAD, all of it but the content.</summary>
    private static async Task Send(HttpContext context, byte[] content, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private static Task Fail(HttpContext context, int status, string line)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        return Send(context, Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"), "text/plain; charset=utf-8");
    }
}
