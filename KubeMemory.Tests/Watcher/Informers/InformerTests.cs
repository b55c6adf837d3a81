using KubeMemory.Core.Kubernetes;
using KubeMemory.Simulator.Cluster;
using KubeMemory.Simulator.Faults;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Watcher.Fakes;
using KubeMemory.Watcher;
using KubeMemory.Watcher.Informers;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubeMemory.Tests.Watcher.Informers;

/// <summary>Rules 1–6 of the design, against the wire.</summary>
public sealed class InformerTests : IAsyncDisposable
{
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(600);

    private readonly TimerLog _time = new();
    private readonly RecordingSink<KubeEvent> _sink = new(KubeResources.Events);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private SimulatedCluster _cluster = null!;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_EventIsUpdatedAndDeleted_TellsEveryVersion()
    {
        await StartAsync();
        await WatchingAsync();

        var name = (string)_cluster.Fail("default", "web-1")["metadata"]!["name"]!;
        _cluster.Fail("default", "web-1");
        _cluster.State.Delete("events", "default", name);

        await _sink.WaitAsync(s => s.Told.Count >= 4, Ct);
        Assert.Equal(["list:", $"Added:{name}", $"Modified:{name}", $"Deleted:{name}"], _sink.Told);
    }

    [Fact]
    public async Task Start_ObjectsExist_ListsInPagesAndWatchesFromThatVersion()
    {
        await StartAsync(prepare: c =>
        {
            for (var i = 0; i < 501; i++)
            {
                c.Fail("default", $"web-{i}");
            }
        });
        await WatchingAsync();

        var requests = _cluster.Server.Requests.Where(r => r.Resource == "events").ToList();
        Assert.Equal(["list", "list", "watch"], requests.Select(r => r.Verb));
        Assert.Equal("500", requests[0].Parameter("limit"));
        Assert.NotNull(requests[1].Parameter("continue"));
        Assert.Equal("type!=Normal", requests[2].Parameter("fieldSelector"));
        Assert.Equal(_cluster.State.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture), requests[2].Parameter("resourceVersion"));
        Assert.Equal(501, Assert.Single(_sink.Told).Split(',').Length);
    }

    [Fact]
    public async Task List_ContinueTokenExpires_ListsAllAtOnce()
    {
        await StartAsync(prepare: c =>
        {
            for (var i = 0; i < 501; i++)
            {
                c.Fail("default", $"web-{i}");
            }

            c.Server.Faults.Next("events", Fault.Slow(TimeSpan.Zero), "list");
            c.Server.Faults.Next("events", Fault.Gone, "list");
        });
        await WatchingAsync();

        var lists = _cluster.Server.Requests.Where(r => r is { Resource: "events", Verb: "list" }).ToList();
        Assert.Equal(3, lists.Count);
        Assert.Null(lists[2].Parameter("limit"));
        Assert.Equal(501, Assert.Single(_sink.Told)["list:".Length..].Split(',').Distinct().Count());
    }

    [Theory]
    [InlineData(FaultKind.Gone)]
    [InlineData(FaultKind.GoneInStream)]
    [InlineData(FaultKind.EmptyStream)]
    public async Task Watch_VersionIsStale_ListsAgain(FaultKind kind)
    {
        await StartAsync(prepare: c => c.Server.Faults.Next("events", new Fault(kind), "watch"));

        await PassBackoffAsync();
        await _sink.WaitAsync(s => s.Lists == 2, Ct);
        await WatchingAsync();
        _cluster.Fail("default", "web-1");
        await _sink.WaitAsync(s => s.Told.Any(t => t.StartsWith("Added:", StringComparison.Ordinal)), Ct);
    }

    [Theory]
    [InlineData(FaultKind.CutLine)]
    [InlineData(FaultKind.Reset)]
    public async Task Watch_ConnectionBreaks_ListsAgainAndMissesNothing(FaultKind kind)
    {
        await StartAsync(prepare: c => c.Server.Faults.Next("events", new Fault(kind), "watch"));
        await WatchingAsync();

        var name = (string)_cluster.Fail("default", "web-1")["metadata"]!["name"]!;

        await PassBackoffAsync();
        await _sink.WaitAsync(s => s.Told.Contains($"list:{name}") || s.Told.Contains($"Added:{name}"), Ct);
    }

    [Fact]
    public async Task List_FailsAgainAndAgain_BacksOffFurtherAndNeverEnds()
    {
        await StartAsync(prepare: c => c.Server.Faults.Next("events", Fault.ServerError, "list", count: 9));

        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            waits.Add((await PassBackoffAsync()).TotalSeconds);
        }

        await _sink.WaitAsync(s => s.Lists == 1, Ct);
        var steps = new[] { 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30 };
        Assert.All(waits.Zip(steps), w => Assert.InRange(w.First, w.Second / 2, w.Second));
        Assert.True(_informer.Status.Synced);
        Assert.Equal(9, _informer.Status.Relists);
    }

    [Theory]
    [InlineData(FaultKind.Unauthorized, "does not accept the credentials (401)")]
    [InlineData(FaultKind.Forbidden, "forbids to list events in namespace default (403)")]
    public async Task List_IsRefused_SaysWhatToChangeAndTriesAgain(FaultKind kind, string sentence)
    {
        await StartAsync(prepare: c => c.Server.Faults.Next("events", new Fault(kind), "list"));

        await _time.TakeAsync(IsBackoff, Ct);
        Assert.Contains(sentence, _informer.Status.Error, StringComparison.Ordinal);
        Assert.True(_informer.Status.Settled.IsCompleted);
        _time.Advance(Backoff.Longest);
        await _sink.WaitAsync(s => s.Lists == 1, Ct);
        Assert.Null(_informer.Status.Error);
    }

    [Fact]
    public async Task List_TooManyRequests_WaitsAsLongAsAsked()
    {
        await StartAsync(prepare: c => c.Server.Faults.Next("events", Fault.TooManyRequests(TimeSpan.FromSeconds(17)), "list"));

        await _time.TakeAsync(d => d == TimeSpan.FromSeconds(17), Ct);
        Assert.Contains("429", _informer.Status.Error, StringComparison.Ordinal);
        Assert.Equal(0, _sink.Lists);
        _time.Advance(TimeSpan.FromSeconds(17));
        await _sink.WaitAsync(s => s.Lists == 1, Ct);
    }

    [Fact]
    public async Task Watch_ServerIsMute_ReconnectsAfterTheTimeout()
    {
        await StartAsync(prepare: c => c.Server.Faults.Next("events", Fault.Mute, "watch"));

        // T/2 … T, and the grace for a server that ends it late.
        var deadline = await _time.TakeAsync(d => d > TimeSpan.FromSeconds(100), Ct);
        Assert.InRange(deadline, WatchTimeout / 2, WatchTimeout + TimeSpan.FromSeconds(10));
        var watch = _cluster.Server.Requests.Single(r => r.Verb == "watch");
        Assert.Equal(deadline - TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(int.Parse(watch.Parameter("timeoutSeconds")!, System.Globalization.CultureInfo.InvariantCulture)));
        _time.Advance(deadline);

        await PassBackoffAsync();
        await _sink.WaitAsync(s => s.Lists == 2, Ct);
    }

    [Fact]
    public async Task Watch_ServerEndsItInGoodOrder_GoesOnWithoutAList()
    {
        await StartAsync();
        await WatchingAsync();
        _cluster.Fail("default", "web-1");
        await _sink.WaitAsync(s => s.Told.Count == 2, Ct);

        _cluster.State.CloseWatches();
        await _cluster.Server.WaitForRequestAsync(r => r.Verb == "watch", 2, Ct);
        await WatchingAsync();
        _cluster.Fail("default", "web-2");

        await _sink.WaitAsync(s => s.Told.Count == 3, Ct);
        Assert.Equal(1, _sink.Lists);
    }

    [Fact]
    public async Task Watch_IsForbiddenButListIsAllowed_ListsEveryMinute()
    {
        await StartAsync(prepare: c => c.Server.Access.Deny("watch", "events"));

        await _time.TakeAsync(d => d == Informer<KubeEvent>.PollInterval, Ct);
        Assert.True(_informer.Status is { Polls: true, Synced: true, Unreadable: false });
        _cluster.Fail("default", "web-1");
        _time.Advance(Informer<KubeEvent>.PollInterval);

        await _sink.WaitAsync(s => s.Lists == 2, Ct);
        Assert.Contains("web-1", _sink.Told[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_LostHistoryWithVersionInTheFuture_DoesNotWaitInSilence()
    {
        await StartAsync(prepare: c => c.Fail("default", "web-0"));
        await WatchingAsync();

        _cluster.Server.Faults.Next("events", Fault.Reset, "watch");
        _cluster.State.ForgetHistory(version: 5);
        await PassBackoffAsync();
        await _sink.WaitAsync(s => s.Lists == 2, Ct);
        await WatchingAsync();
        _cluster.Fail("default", "web-1");

        await _sink.WaitAsync(s => s.Told.Any(t => t.StartsWith("Added:web-1", StringComparison.Ordinal)), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    private Informer<KubeEvent> _informer = null!;

    private async Task StartAsync(SimulatorOptions? options = null, Action<SimulatedCluster>? prepare = null)
    {
        _cluster = await SimulatedCluster.StartAsync(options);
        prepare?.Invoke(_cluster);
        var settings = new InformerSettings(_time, new Random(1), WatchTimeout, static _ => Task.CompletedTask, NullLogger.Instance);
        _informer = new Informer<KubeEvent>(_cluster.Connect(_time).Reader, KubeResources.Events, "default", _sink, settings);
        _running = _informer.RunAsync(_stop.Token);
    }

    private Task WatchingAsync() => _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);

    private Task<TimeSpan> PassBackoffAsync() => _time.PassAsync(IsBackoff, Ct);

    // Every other wait of an informer lasts 30 s or longer.
    private static bool IsBackoff(TimeSpan due) => due > TimeSpan.Zero && due < Backoff.Longest;
}
