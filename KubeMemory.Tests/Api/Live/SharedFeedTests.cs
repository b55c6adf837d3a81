using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Api.Live;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace KubeMemory.Tests.Api.Live;

/// <summary>Many readers of one real feed.</summary>
public sealed class SharedFeedTests
{
    private const int Published = 900;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwentyReaders_OneOfThemMute_TheOthersGetEverything_AndNobodyIsLeftBehind()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System, ("KubeMemory:Live:Buffer", "16"), ("KubeMemory:Live:Patience", "00:00:04"));
        using var readers = new ReaderCount(api.Services.GetRequiredService<IMeterFactory>());
        using var mute = await StreamAsync(api, after: null);
        var streams = new List<HttpResponseMessage>();
        var sockets = new List<ClientWebSocket>();
        for (var i = 0; i < 10; i++)
        {
            streams.Add(await StreamAsync(api, after: null));
        }

        for (var i = 0; i < 9; i++)
        {
            sockets.Add(await SocketAsync(api, ""));
        }

        Assert.Equal(20, await readers.WaitForAsync(20));
        var reading = streams.ConvertAll(ReadIdsAsync).Concat(sockets.ConvertAll(ReadIdsAsync)).ToList();
        for (var i = 1; i <= Published; i++)
        {
            // Larger than the sockets' buffers together, so that the mute one does stand still.
            var incident = Samples.Incident(i) with { Description = new string('x', 20_000) };
            await api.Engines.LiveFeed.PublishAsync(new LiveChange(LiveChangeKinds.Updated, incident), Cancelled);
        }

        foreach (var ids in await Task.WhenAll(reading).WaitAsync(Patience, Cancelled))
        {
            Assert.Equal(Enumerable.Range(1, Published).Select(i => (long)i), ids);
        }

        Assert.Equal(19, await readers.WaitForAsync(19));
        streams.ForEach(stream => stream.Dispose());
        sockets.ForEach(socket => socket.Dispose());
        Assert.Equal(0, await readers.WaitForAsync(0));
    }

    [Fact]
    public async Task Resume_ByAnIdThatHasLeftTheFeed_IsReset_AndGoesOnFromNow()
    {
        await using var api = await StoreHost.StartAsync(TimeProvider.System);
        for (var i = 1; i <= 1_005; i++)
        {
            await api.Engines.LiveFeed.PublishAsync(new LiveChange(LiveChangeKinds.Updated, Samples.Incident(i)), Cancelled);
        }

        using var stream = await StreamAsync(api, after: "3");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancelled));
        using var socket = await SocketAsync(api, "?last_event_id=3");
        await WaitForLineAsync(reader, "event: reset");
        Assert.Equal("reset", (string?)(await ReceiveAsync(socket))["kind"]);
        await api.Engines.LiveFeed.PublishAsync(new LiveChange(LiveChangeKinds.Opened, Samples.Incident(1)), Cancelled);

        await WaitForLineAsync(reader, "id: 1006");
        Assert.Equal("1006", (string?)(await ReceiveAsync(socket))["id"]);
    }

    private static async Task<HttpResponseMessage> StreamAsync(StoreHost api, string? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/incidents/stream");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        return (await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled)).EnsureSuccessStatusCode();
    }

    private static async Task<ClientWebSocket> SocketAsync(StoreHost api, string query)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/ws/incidents/", Query = query }.Uri, Cancelled);
        return socket;
    }

    private static async Task<List<long>> ReadIdsAsync(HttpResponseMessage response)
    {
        // Left open: a stream that is closed is one reader less, and the readers are still to be counted.
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled), leaveOpen: true);
        var ids = new List<long>();
        // The first id says where the reader stands.
        while (ids.Count <= Published && await reader.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                ids.Add(long.Parse(line[4..], null));
            }
        }

        return [.. ids.Skip(1)];
    }

    private static async Task<List<long>> ReadIdsAsync(ClientWebSocket socket)
    {
        var ids = new List<long>();
        while (ids.Count < Published)
        {
            ids.Add(long.Parse((string)(await ReceiveAsync(socket))["id"]!, null));
        }

        return ids;
    }

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(length), Cancelled);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, length))!;
    }

    private static async Task WaitForLineAsync(StreamReader reader, string line)
    {
        while (await reader.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled) is { } read)
        {
            if (read == line)
            {
                return;
            }
        }

        Assert.Fail($"The stream ended before '{line}'.");
    }

    /// <summary>Follows the metric of one host.</summary>
    private sealed class ReaderCount : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public ReaderCount(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == LiveReaders.Instrument && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((_, change, _, _) => Interlocked.Add(ref _count, change));
            _listener.Start();
        }

        /// <summary>The count, as soon as it is the wanted one, or after a while as it is.</summary>
        public async Task<int> WaitForAsync(int wanted)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var looks = 0; Volatile.Read(ref _count) != wanted && looks < 1_000; looks++)
            {
                await timer.WaitForNextTickAsync(Cancelled);
            }

            return Volatile.Read(ref _count);
        }

        public void Dispose() => _listener.Dispose();
    }
}
