using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using KubeMemory.Core.Contracts;
using KubeMemory.Web.Api;
using Microsoft.Extensions.Options;

namespace KubeMemory.Web.Live;

/// <summary>
/// The one connection of this process to the API's live stream. It resumes after the last change it saw; where it cannot know what it
/// missed, it publishes a reset.
/// </summary>
internal sealed partial class LiveConnection(
    IHttpClientFactory clients,
    IOptions<DashboardOptions> options,
    LiveBroadcast broadcast,
    TimeProvider time,
    ILogger<LiveConnection> logger) : BackgroundService
{
    public const string Client = "KubeMemory.Web.Live";

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    /// <summary>The API sends a comment line at least this often; silence beyond it is a dead connection.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private string? _lastId;
    private volatile bool _connected;
    private bool _wasConnected;
    private string? _lostBecause;

    /// <summary>Whether changes arrive at the moment.</summary>
    public bool Connected => _connected;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = FirstBackoff;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken);
                backoff = FirstBackoff;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or TimeoutException or JsonException)
            {
                // Once an outage, and again where the reason is another.
                var reason = (e as HttpRequestException)?.StatusCode switch
                {
                    HttpStatusCode.ServiceUnavailable => "it waits for its own engines.",
                    HttpStatusCode.Unauthorized => "it does not take this dashboard's service key.",
                    _ => e.Message,
                };
                if (_lostBecause != reason)
                {
                    _lostBecause = reason;
                    Log.Lost(logger, options.Value.ApiAddress, reason.TrimEnd('.'));
                }

                backoff = _connected ? FirstBackoff : TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, LongestBackoff.Ticks));
            }
            finally
            {
                _connected = false;
            }

            await Task.Delay(backoff, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/incidents/stream", UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (_lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", _lastId);
        }

        using var response = await clients.CreateClient(Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stoppingToken);
        response.EnsureSuccessStatusCode();
        await using var body = new WatchedStream(await response.Content.ReadAsStreamAsync(stoppingToken), Silence, time);
        Arrived();

        // event: opened
        // id: 1767225600000-0
        // data: {"kind":"opened","incident":{"id":7,"workload":"backend-api",…},"storm":null,"history":false}
        await foreach (var item in SseParser.Create(body, static (_, data) => JsonSerializer.Deserialize<LiveChange>(data, ContractJson.Options)).EnumerateAsync(stoppingToken))
        {
            if (!string.IsNullOrEmpty(item.EventId))
            {
                _lastId = item.EventId;
            }

            if (item.Data is { } change)
            {
                broadcast.Publish(change);
            }
        }
    }

    private void Arrived()
    {
        _connected = true;
        _lostBecause = null;
        Log.Connected(logger, options.Value.ApiAddress);

        // Without an id the stream began at its end, and what happened before that is unknown.
        if (_lastId is null && _wasConnected)
        {
            broadcast.Publish(LiveBroadcast.Reset);
        }

        _wasConnected = true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Live changes arrive from {Address}.")]
        public static partial void Connected(ILogger logger, Uri address);

        [LoggerMessage(2, LogLevel.Warning, "Waiting for the KubeMemory API at {Address}: {Reason}.")]
        public static partial void Lost(ILogger logger, Uri address, string reason);
    }
}
