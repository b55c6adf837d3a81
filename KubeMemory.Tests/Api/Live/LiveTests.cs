using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using KubeMemory.Core.Contracts;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Api.Live;

public sealed class LiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_ChangeAfterConnect_ArrivesWithKindIdAndData()
    {
        await using var api = await ApiHost.StartAsync();
        using var stream = await OpenStreamAsync(api);

        await api.Feed.PublishAsync(7);
        var message = await ReadMessageAsync(stream);

        Assert.Equal("1", message["id"]);
        Assert.Equal("opened", message["event"]);
        Assert.Equal(7, (long?)JsonNode.Parse(message["data"])!["incident"]!["id"]);
        Assert.Equal("cart-75fb46b7bd-xtkrh", (string?)JsonNode.Parse(message["data"])!["incident"]!["pod_name"]);
    }

    [Fact]
    public async Task Stream_AnAnalysisGoesOn_HasNothingButThat()
    {
        await using var api = await ApiHost.StartAsync();
        using var stream = await OpenStreamAsync(api);

        await api.Feed.PublishAsync(
            new LiveChange(LiveChangeKinds.Analysis, null) { Analysis = new AnalysisProgress(7, AnalysisState.Running, "The host") }, Cancelled);
        var message = await ReadMessageAsync(stream);

        Assert.Equal("analysis", message["event"]);
        var data = JsonNode.Parse(message["data"])!;
        Assert.Equal((7, "running", "The host"), ((long)data["analysis"]!["incident_id"]!, (string?)data["analysis"]!["state"], (string?)data["analysis"]!["draft"]));
        Assert.Equal((null, null), (data["incident"], data["incident_id"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_ResumedById_GivesWhatWasMissedInOrder(bool byHeader)
    {
        await using var api = await ApiHost.StartAsync();
        for (var i = 1; i <= 4; i++)
        {
            await api.Feed.PublishAsync(i);
        }

        using var stream = byHeader ? await OpenStreamAsync(api, lastEventId: "2") : await OpenStreamAsync(api, "?last_event_id=2");

        Assert.Equal("3", (await ReadMessageAsync(stream))["id"]);
        Assert.Equal("4", (await ReadMessageAsync(stream))["id"]);
    }

    [Fact]
    public async Task Stream_ResumedByExpiredId_SaysReset()
    {
        await using var api = await ApiHost.StartAsync();
        api.Feed.Oldest = 5;

        using var stream = await OpenStreamAsync(api, lastEventId: "2");

        Assert.Equal(LiveChangeKinds.Reset, (await ReadMessageAsync(stream))["event"]);
    }

    [Fact]
    public async Task Stream_FeedOutForAWhile_ReaderStaysAndMissesNothing()
    {
        await using var api = await ApiHost.StartAsync();
        using var stream = await OpenStreamAsync(api);
        await api.Feed.PublishAsync(7);
        Assert.Equal("1", (await ReadMessageAsync(stream))["id"]);

        api.Feed.SetOut(true);
        await api.Feed.ReaderGone.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        await api.Feed.PublishAsync(8);
        api.Feed.SetOut(false);

        Assert.Equal("2", (await ReadMessageAsync(stream))["id"]);
    }

    [Fact]
    public async Task Stream_StartedAfresh_CanResumeFromBeforeTheFirstChange()
    {
        await using var api = await ApiHost.StartAsync();
        await api.Feed.PublishAsync(1);
        using var response = await api.Http.GetAsync(new Uri("/api/incidents/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));

        Assert.Equal("retry: 2000", await ReadLineAsync(stream));
        Assert.Equal("id: 1", await ReadLineAsync(stream));
    }

    [Fact]
    public async Task Stream_Silent_GetsAHeartbeatEvery15Seconds()
    {
        var time = new FakeTimeProvider(Samples.Now);
        await using var api = await ApiHost.StartAsync(time);
        using var stream = await OpenStreamAsync(api);

        for (var i = 0; i < 2; i++)
        {
            var line = ReadHeartbeatAsync(stream);
            while (!line.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(15));
                await Task.WhenAny(line, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled));
            }

            Assert.Equal(": heartbeat", await line);
        }
    }

    [Fact]
    public async Task Stream_ReaderTooSlow_IsDisconnectedAndMissesNothingOnResume()
    {
        await using var api = await ApiHost.StartAsync(null, ("KubeMemory:Live:Buffer", "4"), ("KubeMemory:Live:Patience", "00:00:00.1"));
        using var stream = await OpenStreamAsync(api);

        // More than the sockets' buffers hold, while nobody reads.
        const int published = 20_000;
        for (var i = 1; i <= published; i++)
        {
            await api.Feed.PublishAsync(i);
        }

        await api.Feed.ReaderGone.Task.WaitAsync(Patience, Cancelled);
        var last = 0;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                last = int.Parse((await ReadMessageAsync(stream))["id"], null);
            }
        });

        Assert.InRange(last, 0, published - 1);
        using var resumed = await OpenStreamAsync(api, lastEventId: $"{last}");
        Assert.Equal($"{last + 1}", (await ReadMessageAsync(resumed))["id"]);
    }

    [Fact]
    public async Task Stream_ServerStops_EndsAtOnce()
    {
        await using var api = await ApiHost.StartAsync();
        using var stream = await OpenStreamAsync(api);
        using var socket = await ConnectAsync(api);

        await api.StopAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(4), Cancelled);

        Assert.Null(await ReadLineAsync(stream));
        var goodbye = await socket.ReceiveAsync(new byte[64], Cancelled);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, goodbye.CloseStatus);
    }

    [Fact]
    public async Task Socket_ChangeAfterConnect_ArrivesWithId()
    {
        await using var api = await ApiHost.StartAsync();
        using var socket = await ConnectAsync(api);

        await api.Feed.PublishAsync(7, LiveChangeKinds.Updated);
        var message = await ReceiveAsync(socket);

        Assert.Equal("1", (string?)message["id"]);
        Assert.Equal("updated", (string?)message["kind"]);
        Assert.Equal(7, (long?)message["incident"]!["id"]);
    }

    [Fact]
    public async Task Socket_ResumedById_GivesWhatWasMissed_AndResetWhenExpired()
    {
        await using var api = await ApiHost.StartAsync();
        await api.Feed.PublishAsync(1);
        await api.Feed.PublishAsync(2);

        using var socket = await ConnectAsync(api, "?last_event_id=1");
        using var stranger = await ConnectAsync(api, "?last_event_id=what");

        Assert.Equal(2, (long?)(await ReceiveAsync(socket))["incident"]!["id"]);
        Assert.Equal("reset", (string?)(await ReceiveAsync(stranger))["kind"]);
    }

    [Fact]
    public async Task Socket_ClientCloses_IsAnsweredWithClose()
    {
        await using var api = await ApiHost.StartAsync();
        using var socket = await ConnectAsync(api);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled).WaitAsync(Patience, Cancelled);

        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    private static async Task<StreamReader> OpenStreamAsync(ApiHost api, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/incidents/stream{query}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
        string? line;
        do
        {
            line = await stream.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
        }
        while (line is not (null or ": connected"));
        return stream;
    }

    private static async Task<string?> ReadLineAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled) is { } line)
        {
            if (line.Length > 0)
            {
                return line;
            }
        }

        return null;
    }

    private static Task<string?> ReadHeartbeatAsync(StreamReader stream) => ReadLineAsync(stream);

    private static async Task<Dictionary<string, string>> ReadMessageAsync(StreamReader stream)
    {
        var message = new Dictionary<string, string>();
        while (!message.ContainsKey("data"))
        {
            var line = await ReadLineAsync(stream) ?? throw new IOException("The stream has ended.");
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            message[line[..colon]] = line[(colon + 2)..];
        }

        return message;
    }

    private static async Task<ClientWebSocket> ConnectAsync(ApiHost api, string query = "")
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(api.Address) { Scheme = "ws", Path = "/ws/incidents/", Query = query }.Uri, Cancelled);
        return socket;
    }

    private static async Task<JsonNode> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var message = await socket.ReceiveAsync(buffer, Cancelled).WaitAsync(Patience, Cancelled);
        return JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, message.Count))!;
    }
}
