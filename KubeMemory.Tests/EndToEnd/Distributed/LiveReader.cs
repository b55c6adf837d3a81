using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace KubeMemory.Tests.EndToEnd.Distributed;

/// <param name="Id">Null where the change has none, which is an error.</param>
internal sealed record Change(string? Id, string Kind, JsonNode? Incident);

/// <summary>One reader of the live feed, over server-sent events or a WebSocket, that keeps all it was told until it is disposed of.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<Change> _changes = [];
    private readonly SemaphoreSlim _news = new(0);
    private Task _reading = Task.CompletedTask;

    private LiveReader()
    {
    }

    public IReadOnlyList<Change> Changes
    {
        get
        {
            lock (_changes)
            {
                return [.. _changes];
            }
        }
    }

    /// <summary>It has been told that the feed is over, or was cut off.</summary>
    public bool Ended => _reading.IsCompleted;

    public static async Task<LiveReader> EventsAsync(Uri api, string? afterId = null)
    {
        var reader = new LiveReader();
        var http = new HttpClient { BaseAddress = api, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/incidents/stream");
        if (afterId is not null)
        {
            request.Headers.Add("Last-Event-ID", afterId);
        }

        var reply = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, reader._stop.Token);
        reply.EnsureSuccessStatusCode();
        reader._reading = reader.ReadAsync(http, reply);
        return reader;
    }

    public static async Task<LiveReader> SocketAsync(Uri api, string? afterId = null)
    {
        var reader = new LiveReader();
        var socket = new ClientWebSocket();
        var address = new UriBuilder(api) { Scheme = "ws", Path = "/ws/incidents/", Query = afterId is null ? "" : $"last_event_id={afterId}" };
        await socket.ConnectAsync(address.Uri, reader._stop.Token);
        reader._reading = reader.ReadAsync(socket);
        return reader;
    }

    /// <summary>Waits until what it was told is as wanted.</summary>
    public async Task WaitAsync(Func<IReadOnlyList<Change>, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!wanted(Changes))
        {
            await _news.WaitAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _news.Dispose();
    }

    // id: 1732380000000000-17
    // event: opened
    // data: {"kind":"opened","incident":{"id":7,…},"storm":null,"history":false}
    private async Task ReadAsync(HttpClient http, HttpResponseMessage reply)
    {
        using (http)
        using (reply)
        {
            using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(_stop.Token));
            string? id = null;
            while (await lines.ReadLineAsync(_stop.Token) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    id = line[4..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    Keep(id, JsonNode.Parse(line[6..])!);
                    id = null;
                }
            }
        }
    }

    // {"id":"1732380000000000-17","kind":"opened","incident":{"id":7,…},"storm":null,"history":false}
    private async Task ReadAsync(ClientWebSocket socket)
    {
        using (socket)
        {
            var buffer = new byte[64 << 10];
            var length = 0;
            while (await socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token) is { MessageType: not WebSocketMessageType.Close } part)
            {
                length += part.Count;
                if (part.EndOfMessage)
                {
                    var message = JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, length))!;
                    Keep((string?)message["id"], message);
                    length = 0;
                }
            }
        }
    }

    private void Keep(string? id, JsonNode change)
    {
        lock (_changes)
        {
            _changes.Add(new Change(id, (string)change["kind"]!, change["incident"]));
        }

        _news.Release();
    }
}
