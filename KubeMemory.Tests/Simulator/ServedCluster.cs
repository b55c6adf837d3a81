using System.Net;
using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Server;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Simulator;

/// <summary>A cluster, its server and a raw client, all of one test.</summary>
internal sealed class ServedCluster : IAsyncDisposable
{
    private ServedCluster(FakeTimeProvider time, ClusterState state, SimulatorServer server)
    {
        Time = time;
        State = state;
        Server = server;
        Http = new HttpClient { BaseAddress = server.Address };
    }

    public FakeTimeProvider Time { get; }

    public ClusterState State { get; }

    public SimulatorServer Server { get; }

    public HttpClient Http { get; }

    public static async Task<ServedCluster> StartAsync(ClusterOptions? cluster = null, Func<FakeTimeProvider, SimulatorOptions>? options = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero));
        var state = new ClusterState(time, cluster);
        var server = await SimulatorServer.StartAsync(state, options?.Invoke(time) ?? new SimulatorOptions { Time = time }, TestContext.Current.CancellationToken);
        return new ServedCluster(time, state, server);
    }

    public JsonObject AddPod(string name, string ns = "shop", params string[] containers) => State.Apply("pods", Pod(name, ns, containers));

    public static JsonObject Pod(string name, string ns = "shop", params string[] containers) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = "node-1",
            ["containers"] = new JsonArray([.. (containers.Length == 0 ? ["app"] : containers).Select(c => new JsonObject { ["name"] = c })]),
        },
        ["status"] = new JsonObject { ["phase"] = "Running" },
    };

    public static EventDraft Draft(string pod = "api-1", string reason = "BackOff", string type = "Warning", string ns = "shop") =>
        new(ns, "Pod", pod, "uid-of-" + pod, reason, $"{reason} of {pod}", type, "spec.containers{app}", "kubelet", "node-1");

    public async Task<JsonObject> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode, $"{path} answered {(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    public Task<WatchReader> WatchAsync(string path) => WatchReader.OpenAsync(Http, path);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        State.Dispose();
    }
}

/// <summary>Reads a watch line by line.</summary>
internal sealed class WatchReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private WatchReader(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public HttpStatusCode Status => _response.StatusCode;

    public static async Task<WatchReader> OpenAsync(HttpClient http, string path)
    {
        var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new WatchReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    // A line that never comes fails the test instead of holding it for ever.
    public async Task<string?> RawAsync() =>
        await _reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>The next line; null at the end of the stream.</summary>
    public async Task<JsonObject?> NextAsync() => await RawAsync() is { } line ? JsonNode.Parse(line)!.AsObject() : null;

    /// <summary>The next line as "ADDED api-1".</summary>
    public async Task<string?> NextNameAsync() => await NextAsync() is { } line ? $"{line["type"]} {line["object"]!["metadata"]!["name"]}" : null;

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
