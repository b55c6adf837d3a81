using System.Text.Json.Nodes;
using KubeMemory.Simulator.Cluster;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static KubeMemory.Tests.Simulator.ServedCluster;

namespace KubeMemory.Tests.Simulator.Cluster;

public sealed class ClusterStateTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(1);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly ClusterState _state;

    public ClusterStateTests() => _state = new ClusterState(_time, new ClusterOptions { EventTtl = Ttl, WatchBacklog = 5, HistoryLimit = 3 });

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Apply_TheSameNameTwice_KeepsUidAndRaisesTheVersion()
    {
        var first = _state.Apply("pods", Pod("api-1"));
        var second = _state.Apply("pods", Pod("api-1"));

        Assert.Equal((string?)first["metadata"]!["uid"], (string?)second["metadata"]!["uid"]);
        Assert.Equal("2026-01-01T10:00:00Z", (string?)second["metadata"]!["creationTimestamp"]);
        Assert.NotEqual((string?)first["metadata"]!["resourceVersion"], (string?)second["metadata"]!["resourceVersion"]);
        Assert.Single(_state.List("pods"));
    }

    [Fact]
    public void Apply_WhatWasHandedInOrOut_IsACopy()
    {
        var pod = Pod("api-1");
        var stored = _state.Apply("pods", pod);
        pod["status"]!["phase"] = "Failed";
        stored["status"]!["phase"] = "Failed";

        Assert.Equal("Running", (string?)_state.Get("pods", "shop", "api-1")!["status"]!["phase"]);
    }

    [Fact]
    public async Task Apply_AnotherUid_IsADeletionAndANewObject()
    {
        _state.Apply("pods", Pod("api-1"));
        using var watch = _state.Watch("pods", new Selection(null), _state.ResourceVersion)!;
        var recreated = Pod("api-1");
        recreated["metadata"]!["uid"] = "another";
        _state.Apply("pods", recreated);

        Assert.Equal(ChangeType.Deleted, (await watch.Lines.ReadAsync(TestContext.Current.CancellationToken)).Seen);
        Assert.Equal(ChangeType.Added, (await watch.Lines.ReadAsync(TestContext.Current.CancellationToken)).Seen);
    }

    [Fact]
    public void Apply_UnknownNamespace_IsCreated()
    {
        _state.Apply("pods", Pod("api-1", "new"));

        Assert.Contains(_state.List("namespaces"), n => (string?)n["metadata"]!["name"] == "new");
    }

    [Fact]
    public void Apply_UnknownResourceOrNoName_Throws()
    {
        Assert.Throws<ArgumentException>(() => _state.Apply("secrets", Pod("x")));
        Assert.Throws<ArgumentException>(() => _state.Apply("pods", new JsonObject { ["metadata"] = new JsonObject() }));
    }

    [Fact]
    public void RecordEvent_SaidAgain_UpdatesTheSameEvent()
    {
        var first = _state.RecordEvent(Draft());
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = _state.RecordEvent(Draft());
        var other = _state.RecordEvent(Draft() with { Message = "another" });

        Assert.Matches("^api-1\\.[0-9a-f]{16}$", (string?)first["metadata"]!["name"]);
        Assert.Equal((string?)first["metadata"]!["uid"], (string?)second["metadata"]!["uid"]);
        Assert.Equal(2, (int?)second["count"]);
        Assert.Equal("2026-01-01T10:00:00Z", (string?)second["firstTimestamp"]);
        Assert.Equal("2026-01-01T10:01:00Z", (string?)second["lastTimestamp"]);
        Assert.NotEqual((string?)first["metadata"]!["name"], (string?)other["metadata"]!["name"]);
    }

    [Fact]
    public void RecordEvent_AfterExpiry_SameNameAndFirstTimeNewUidCountGoesOn()
    {
        _state.RecordEvent(Draft());
        var before = _state.RecordEvent(Draft());
        _time.Advance(Ttl);
        Assert.Empty(_state.List("events"));

        var after = _state.RecordEvent(Draft());

        Assert.Equal((string?)before["metadata"]!["name"], (string?)after["metadata"]!["name"]);
        Assert.Equal((string?)before["firstTimestamp"], (string?)after["firstTimestamp"]);
        Assert.NotEqual((string?)before["metadata"]!["uid"], (string?)after["metadata"]!["uid"]);
        Assert.Equal(3, (int?)after["count"]);
    }

    [Fact]
    public void EventTtl_AnEventThatRepeats_LivesOn()
    {
        _state.RecordEvent(Draft());
        _state.RecordEvent(Draft("api-2"));
        _time.Advance(TimeSpan.FromMinutes(50));
        _state.RecordEvent(Draft());
        _time.Advance(TimeSpan.FromMinutes(20));

        var left = Assert.Single(_state.List("events"));
        Assert.Equal("api-1", (string?)left["involvedObject"]!["name"]);
    }

    [Fact]
    public async Task Watch_TooSlowAReader_IsClosed()
    {
        // The backlog and the history's length may wait in its queue: 5 + 3.
        using var watch = _state.Watch("pods", new Selection(null), _state.ResourceVersion)!;
        for (var i = 0; i < 20; i++)
        {
            _state.Apply("pods", Pod("api-" + i));
        }

        var read = 0;
        await foreach (var _ in watch.Lines.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            read++;
        }

        Assert.Equal(8, read);
    }

    [Fact]
    public void Watch_OlderThanTheHistory_IsRefused()
    {
        var version = _state.ResourceVersion;
        for (var i = 0; i < 4; i++)
        {
            _state.Apply("pods", Pod("api-" + i));
        }

        Assert.Null(_state.Watch("pods", new Selection(null), version));
    }

    [Fact]
    public async Task Watch_ManyWritersAtOnce_SeesEveryVersionInOrder()
    {
        using var state = new ClusterState(_time);
        using var watch = state.Watch("pods", new Selection(null), state.ResourceVersion)!;
        await Parallel.ForAsync(0, 500, TestContext.Current.CancellationToken, (i, _) =>
        {
            state.Apply("pods", Pod("api-" + (i % 7), "default"));
            return ValueTask.CompletedTask;
        });

        state.CloseWatches();
        var versions = new List<long>();
        await foreach (var line in watch.Lines.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            versions.Add(line.Change!.Version);
        }

        Assert.Equal(500, versions.Count);
        Assert.Equal(versions.Order(), versions);
    }

    [Fact]
    public void Recreate_AnyCluster_IsAnotherOneWithLowVersions()
    {
        var (uid, version) = (_state.KubeSystemUid, _state.ResourceVersion);
        _state.Apply("pods", Pod("api-1"));
        _state.Recreate();

        Assert.NotEqual(uid, _state.KubeSystemUid);
        Assert.True(_state.ResourceVersion < version);
        Assert.Empty(_state.List("pods"));
    }

    [Fact]
    public void Delete_APod_TakesItsLogsWithIt()
    {
        _state.Apply("pods", Pod("api-1"));
        _state.SetLog("shop", "api-1", "app", "hello");

        Assert.True(_state.Delete("pods", "shop", "api-1"));
        Assert.False(_state.Delete("pods", "shop", "api-1"));
        Assert.Null(_state.GetLog("shop", "api-1", "app"));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClusterState(_time, new ClusterOptions { EventTtl = TimeSpan.Zero }));
}
