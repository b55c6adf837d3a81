using System.Text.Json.Nodes;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;
using KubeMemory.Simulator.Faults;
using KubeMemory.Simulator.Server;
using KubeMemory.Tests.Watcher.Fakes;
using KubeMemory.Watcher.Connections;
using KubeMemory.Watcher.Evidence;
using KubeMemory.Watcher.Watch;
using Xunit;

namespace KubeMemory.Tests.Watcher.Watch;

/// <summary>A whole watch, from the simulator's socket to the stream.</summary>
public sealed class ClusterWatchTests : IAsyncDisposable
{
    private readonly InMemorySignalStream _stream = new();
    private readonly InMemoryLeases _leases = new();
    private readonly RecordingStatusBoard _board = new();
    private readonly LineLog _log = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private SimulatedCluster _cluster = null!;
    private Task _running = Task.CompletedTask;

    // A wait that never ends fails its test rather than the run.
    private CancellationToken Ct
    {
        get
        {
            _stop.CancelAfter(TimeSpan.FromSeconds(30));
            return _stop.Token;
        }
    }

    [Fact]
    public async Task Start_FailuresExist_TellsClusterThenEventsThenStateThenHealth()
    {
        await StartAsync(prepare: c =>
        {
            AddCrashingPod(c, "default", "web-1");
            c.Fail("default", "web-1");
        });

        await _stream.WaitAsync(s => s.Of<HealthSignal>().Count > 0, Ct);
        var kinds = _stream.Signals.Select(e => e.Signal switch { FailureSignal f => f.Source.ToString(), { } s => s.GetType().Name }).ToList();
        Assert.Equal(nameof(ClusterSignal), kinds[0]);
        Assert.True(kinds.IndexOf("Event") < kinds.IndexOf("State"), string.Join(' ', kinds));
        Assert.True(kinds.LastIndexOf("State") < kinds.IndexOf(nameof(HealthSignal)), string.Join(' ', kinds));
        Assert.All(_stream.Of<FailureSignal>(), f => Assert.True(f.History));
        Assert.Equal(_cluster.State.KubeSystemUid, _stream.Of<ClusterSignal>()[0].ClusterId);
    }

    [Fact]
    public async Task Watch_EventAfterTheList_IsLiveAndCommitsTheCheckpoint()
    {
        await StartAsync();
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);

        _cluster.Fail("default", "web-1");

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 1, Ct);
        Assert.False(_stream.Of<FailureSignal>()[0].History);
        var checkpoint = await _stream.GetCheckpointAsync(_cluster.State.KubeSystemUid, "default", Ct);
        Assert.Equal((string)_cluster.State.List("events")[0]["metadata"]!["resourceVersion"]!, checkpoint!.ResourceVersion);
        Assert.Equal(1, _stream.Gate(Gates.Received));
        Assert.All(_stream.Batches, b => Assert.NotNull(b.Lease));
    }

    [Fact]
    public async Task Start_SomethingHappenedSinceTheCheckpoint_IsNewsAndTheRestIsHistory()
    {
        await StartAsync(prepare: c =>
        {
            var old = c.Fail("default", "web-old");
            old["firstTimestamp"] = "2020-01-01T00:00:00Z";
            old["lastTimestamp"] = "2020-01-01T00:00:00Z";
            c.State.Apply("events", old);
            c.Fail("default", "web-new");
            _stream.SetCheckpoint(new Checkpoint(c.State.KubeSystemUid, "default", "1", TimeProvider.System.GetUtcNow().AddMinutes(-5)));
        });

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count >= 2, Ct);
        Assert.Equal(
            [("web-new", false), ("web-old", true)],
            _stream.Of<FailureSignal>().Select(f => (f.SubjectName, f.History)).OrderBy(f => f.SubjectName, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watch_SeveralNamespaces_AreWatchedConcurrently()
    {
        await StartAsync(["shop", "web"], c => c.Server.Faults.Next("events", Fault.Mute, "list", "shop"));

        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);
        _cluster.Fail("web", "web-1");

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Any(f => f.Namespace == "web"), Ct);
    }

    [Fact]
    public async Task Watch_AllNamespaces_IsOneWatch()
    {
        await StartAsync(["*"]);
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);

        _cluster.Fail("shop", "web-1");
        _cluster.Fail("web", "web-1");

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 2, Ct);
        Assert.Equal("/api/v1/events", Assert.Single(_cluster.Server.Requests, r => r is { Resource: "events", Verb: "watch" }).Path);
    }

    [Fact]
    public async Task Watch_ManyEvents_LooksNothingUpPerEvent()
    {
        await StartAsync();
        await _board.WaitAsync(s => s is { State: WatchState.Watching, ServerVersion: not null }, Ct);
        await _stream.WaitAsync(s => s.Of<ClusterSignal>().Count == 1, Ct);
        await _cluster.State.WaitForWatchesAsync("pods", n => n == 1, Ct);
        var before = _cluster.Server.Requests.Count;

        for (var i = 0; i < 300; i++)
        {
            _cluster.Fail("default", $"web-{i}");
        }

        await _stream.WaitAsync(s => s.Gate(Gates.Received) == 300, Ct);
        Assert.Equal(before, _cluster.Server.Requests.Count);
    }

    [Fact]
    public async Task Watch_StoreFails_WaitsAndLosesNothing()
    {
        var failures = 2;
        await StartAsync(prepare: _ => _stream.BeforeAppend = _ => Interlocked.Decrement(ref failures) >= 0 ? throw new IOException("disk full") : Task.CompletedTask);
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);

        for (var i = 0; i < 50; i++)
        {
            _cluster.Fail("default", $"web-{i}");
        }

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 50, Ct);
        Assert.Equal(50, _stream.Of<FailureSignal>().Select(f => f.SeriesKey).Distinct().Count());
    }

    [Fact]
    public async Task Watch_FenceIsStale_StopsWritingUntilTheLeaseIsFreeAndListsAgain()
    {
        await StartAsync();
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);
        var resource = ClusterLease.ResourceOf(_cluster.State.KubeSystemUid);
        var stolen = _leases.Steal(resource);
        _stream.BeforeAppend = b => b.Lease!.Fence < stolen.Fence ? throw new StaleFenceException(resource, b.Lease.Fence) : Task.CompletedTask;

        _cluster.Fail("default", "web-1");
        await _cluster.State.WaitForWatchesAsync("events", n => n == 0, Ct);
        Assert.Empty(_stream.Of<FailureSignal>());
        await _leases.ReleaseAsync(stolen, Ct);

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 1, Ct);
        Assert.True(_stream.Batches[^1].Lease!.Fence > stolen.Fence);
    }

    [Fact]
    public async Task Watch_ClusterIsRecreatedAtTheSameAddress_StartsOverAsAnother()
    {
        await StartAsync();
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);
        var before = _cluster.State.KubeSystemUid;
        await Task.Delay(IdentityGuard.FreshFor, TimeProvider.System, Ct);

        _cluster.State.Recreate("00000000-0000-0000-0000-00000000beef");
        _cluster.Fail("default", "web-1");

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 1, Ct);
        Assert.Equal("00000000-0000-0000-0000-00000000beef", _stream.Of<FailureSignal>()[0].ClusterId);
        Assert.DoesNotContain(ClusterLease.ResourceOf(before), _leases.Held);
    }

    [Fact]
    public async Task Status_PermissionsAreMissing_NamesThemAndWatchesOn()
    {
        await StartAsync(["shop"], c =>
        {
            c.Server.Access.Deny("*", "pods");
            c.Server.Access.Deny("get", "pods/log", "shop");
        });

        var status = await _board.WaitAsync(s => s is { State: WatchState.Degraded, MissingPermissions.Count: > 0 }, Ct);
        Assert.Equal(["get, list, watch pods in shop", "get pods/log in shop"], status.MissingPermissions);
        _cluster.Fail("shop", "web-1");
        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 1, Ct);
        Assert.False(_stream.Of<ClusterSignal>()[0].PodsReadable);
    }

    [Fact]
    public async Task Status_KubeconfigIsMissing_SaysSoAndStaysUp()
    {
        await StartAsync(prepare: c => File.Delete(c.Kubeconfig));

        var status = await _board.WaitAsync(s => s.LastError is not null, Ct);
        Assert.Equal(WatchState.Disconnected, status.State);
        Assert.Contains("does not exist", status.LastError, StringComparison.Ordinal);
        _cluster.Server.WriteKubeconfig(_cluster.Kubeconfig);
        await _board.WaitAsync(s => s is { State: WatchState.Watching, LastError: null }, Ct);
    }

    // Rule 5: what to change is said, and once it is changed the watch goes on.
    [Fact]
    public async Task Watch_CredentialsExpireAndAreRenewed_GoesOnWithTheNewOnes()
    {
        await StartAsync(options: new SimulatorOptions { Tls = true, Authentication = Authentication.Token });
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);

        _cluster.Server.Token = "another";
        _cluster.State.CloseWatches();
        var status = await _board.WaitAsync(s => s.LastError is not null, Ct);
        _cluster.Server.WriteKubeconfig(_cluster.Kubeconfig);
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);
        _cluster.Fail("default", "web-1");

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 1, Ct);
        Assert.Contains("log in to the cluster again or renew the kubeconfig", status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_KubeSystemBecomesUnreadable_IsStillTheSameCluster()
    {
        await StartAsync();
        await _cluster.State.WaitForWatchesAsync("events", n => n == 1, Ct);
        await Task.Delay(IdentityGuard.FreshFor, TimeProvider.System, Ct);

        _cluster.Server.Access.Deny("*", "namespaces");
        _cluster.State.CloseWatches();
        _cluster.Fail("default", "web-1");

        await _stream.WaitAsync(s => s.Of<FailureSignal>().Count == 1, Ct);
        Assert.Equal(_cluster.State.KubeSystemUid, _stream.Of<FailureSignal>()[0].ClusterId);
    }

    [Fact]
    public async Task Log_Start_HoldsTheLinesOfTheGuide()
    {
        await StartAsync(["shop", "web"]);
        await _cluster.State.WaitForWatchesAsync("events", n => n == 2, Ct);

        Assert.Contains($"Loaded kubeconfig from {_cluster.Kubeconfig}", _log.Lines);
        Assert.Contains("[watcher] Watching namespace: shop", _log.Lines);
        Assert.Contains("[watcher] Watching namespace: web", _log.Lines);
    }

    [Fact]
    public async Task Evidence_IsRequested_AnswersWithBothLogsAndAcknowledgesAfterwards()
    {
        await StartAsync(prepare: c =>
        {
            AddCrashingPod(c, "default", "web-1");
            c.State.SetLog("default", "web-1", "web", "starting again\n");
            c.State.SetLog("default", "web-1", "web", "panic: no database\n", previous: true);
            c.State.SetLog("default", "web-1", "sidecar", "not me\n");
        });
        await _board.WaitAsync(s => s.State == WatchState.Watching, Ct);

        var mine = _stream.Request(RequestFor(_cluster.State.KubeSystemUid));

        await _stream.WaitAsync(s => s.Acknowledged.Count == 1, Ct);
        Assert.Equal([mine], _stream.Acknowledged);
        var evidence = Assert.Single(_stream.Of<EvidenceSignal>());
        var logs = evidence.Items.Where(i => i.Kind == EvidenceKind.Log).ToList();
        Assert.Equal([("web", false), ("web", true)], logs.Select(l => (l.Container!, l.Previous)).Order());
        Assert.Contains("panic: no database", logs.Single(l => l.Previous).Text, StringComparison.Ordinal);
        Assert.Contains("starting again", logs.Single(l => !l.Previous).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_LeftByTheFormerHolder_IsAnsweredAtOnce()
    {
        var left = "";
        await StartAsync(prepare: c => left = _stream.Leave(RequestFor(c.State.KubeSystemUid)));

        await _stream.WaitAsync(s => s.Acknowledged.Contains(left), Ct);
        Assert.Equal($"evidence-requests/{_cluster.State.KubeSystemUid}", _stream.ReadTopic);
        // What this holder is answering itself is not given to it again meanwhile.
        Assert.True(EvidenceWorker.ClaimAfter > EvidenceWorker.FetchTimeout);
    }

    [Fact]
    public async Task Evidence_OfAnotherClusterOrUnreadable_GoesToTheDeadLetters()
    {
        await StartAsync();
        _stream.Request(RequestFor("some-other-cluster"));
        _stream.Request("nonsense"u8.ToArray());
        _stream.Request(RequestFor(_cluster.State.KubeSystemUid), EvidenceWorker.MaxDeliveries + 1);

        await _stream.WaitAsync(s => s.Dead.Count == 3, Ct);
        Assert.Empty(_stream.Acknowledged);
        Assert.Empty(_stream.Of<EvidenceSignal>());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    private static EvidenceRequest RequestFor(string clusterId) =>
        new(7, clusterId, "default", "Pod", "web-1", "web", IncidentType.CrashLoopBackOff, ["web-1"], null);

    private static void AddCrashingPod(SimulatedCluster cluster, string ns, string name) => cluster.State.Apply("pods", (JsonObject)JsonNode.Parse($$$$"""
        {
          "metadata": {"namespace": "{{{{ns}}}}", "name": "{{{{name}}}}", "uid": "uid-{{{{name}}}}"},
          "spec": {"nodeName": "node-1", "containers": [{"name": "sidecar", "image": "proxy:1"}, {"name": "web", "image": "web:1"}]},
          "status": {
            "phase": "Running",
            "startTime": "2026-03-01T10:00:00Z",
            "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-03-01T10:00:00Z"}],
            "containerStatuses": [
              {"name": "sidecar", "ready": true, "restartCount": 0, "image": "proxy:1", "state": {"running": {"startedAt": "2026-03-01T10:00:00Z"}}},
              {"name": "web", "ready": false, "restartCount": 3, "image": "web:1",
               "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container"}},
               "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-03-01T10:05:00Z"}}}
            ]
          }
        }
        """)!);

    private async Task StartAsync(string[]? namespaces = null, Action<SimulatedCluster>? prepare = null, SimulatorOptions? options = null)
    {
        _cluster = await SimulatedCluster.StartAsync(options);
        prepare?.Invoke(_cluster);
        var watched = _cluster.Options(namespaces ?? []);
        var watch = new ClusterWatch(
            "environment", () => ClusterConnection.Open(watched, TimeProvider.System), watched, _stream, _leases, _board,
            TimeProvider.System, new Random(1), _log);
        _running = watch.RunAsync(_stop.Token);
    }
}
