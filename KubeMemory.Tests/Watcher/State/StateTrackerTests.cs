using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using KubeMemory.Watcher.State;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KubeMemory.Tests.Watcher.State;

public sealed class StateTrackerTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(T0);
    private readonly StateTracker _tracker;

    public StateTrackerTests()
    {
        var view = new ClusterView();
        _tracker = new StateTracker(view, new SignalBuilder("c1", view, Redactor.Default), _time);
    }

    [Fact]
    public void PodChanged_SameFactAgain_IsToldOnce()
    {
        _tracker.Arm(null);

        Assert.Single(Failures(_tracker.PodChanged(Crashing(finished: 1))));
        Assert.Empty(_tracker.PodChanged(Crashing(finished: 1, version: "2")));
        Assert.Empty(_tracker.Tick());
        Assert.Empty(Failures(_tracker.PodsListed(null, [Crashing(finished: 1, version: "3")])));
    }

    [Fact]
    public void PodChanged_CrashedOnceMore_IsToldAgain()
    {
        _tracker.Arm(null);
        var first = Assert.Single(Failures(_tracker.PodChanged(Crashing(finished: 1))));

        var second = Assert.Single(Failures(_tracker.PodChanged(Crashing(finished: 2))));

        Assert.NotEqual(first.SeriesKey, second.SeriesKey);
    }

    [Fact]
    public void PodChanged_RecreatedUnderItsName_IsTold()
    {
        _tracker.Arm(null);
        _tracker.PodChanged(Crashing(finished: 1));

        Assert.Single(Failures(_tracker.PodChanged(Crashing(finished: 1, uid: "another"))));
    }

    [Fact]
    public void Arm_StateSinceTheLastStart_IsNewsAndTheRestIsHistory()
    {
        _time.Advance(TimeSpan.FromMinutes(10));
        _tracker.PodsListed(null, [Crashing(finished: 1, uid: "a", name: "old"), Crashing(finished: 9, uid: "b", name: "new")]);

        var told = Failures(_tracker.Arm(T0.AddMinutes(5)));

        Assert.Equal([("new", false), ("old", true)], told.Select(f => (f.SubjectName, f.History)).Order());
    }

    // Rule 9: held, or until the pod has been unready for 5 minutes since its start. Nothing of the pod changes meanwhile.
    [Fact]
    public void Tick_ProbeFailsForFiveMinutes_IsToldAsSustainedOnce()
    {
        _tracker.Arm(null);
        Assert.Empty(Failures(_tracker.PodChanged(Unready())));

        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.Empty(_tracker.Tick());
        _time.Advance(TimeSpan.FromSeconds(1));
        var signal = Assert.Single(Failures(_tracker.Tick()));
        Assert.Empty(_tracker.Tick());

        Assert.Equal((IncidentType.ProbeFailure, true, "web"), (signal.Type, signal.Sustained, signal.Container));
    }

    [Fact]
    public void Tick_WorkloadStaysUnready_IsSaidAgainNowAndThen()
    {
        _tracker.Arm(null);
        _tracker.PodChanged(Crashing(finished: 1));

        _time.Advance(StateTracker.RemindEvery - TimeSpan.FromSeconds(1));
        Assert.Empty(Healths(_tracker.Tick()));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(Healths(_tracker.Tick()));
        Assert.Empty(Healths(_tracker.Tick()));
    }

    [Fact]
    public void PodRemoved_LastOne_SaysThatTheWorkloadIsGone()
    {
        _tracker.Arm(null);
        var pod = Crashing(finished: 1);
        _tracker.PodChanged(pod);

        Assert.True(Assert.Single(Healths(_tracker.PodRemoved(pod))).Gone);
    }

    // Rule 9: node trouble from node state.
    [Fact]
    public void NodesListed_NodeFailsAndRecovers_TellsBoth()
    {
        _tracker.NodesListed([Node(ready: true)]);
        _tracker.Arm(null);

        var failing = _tracker.NodesListed([Node(ready: false)]);
        var again = _tracker.NodesListed([Node(ready: false)]);
        var well = _tracker.NodesListed([Node(ready: true)]);
        var gone = _tracker.NodesListed([]);

        Assert.Equal(("Node", "node-1", IncidentType.NodePressure), Assert.Single(Failures(failing).Select(f => (f.WorkloadKind, f.WorkloadName, f.Type))));
        Assert.Null(Assert.Single(Healths(failing)).AllReadySince);
        Assert.Empty(again);
        Assert.NotNull(Assert.Single(Healths(well)).AllReadySince);
        Assert.True(Assert.Single(Healths(gone)).Gone);
    }

    private static List<FailureSignal> Failures(IReadOnlyList<Signal> signals) => [.. signals.OfType<FailureSignal>()];

    private static List<HealthSignal> Healths(IReadOnlyList<Signal> signals) => [.. signals.OfType<HealthSignal>()];

    private static KubePod Crashing(int finished, string version = "1", string uid = "uid-1", string name = "web") => JsonSerializer.Deserialize($$$$"""
        {
          "metadata": {"namespace": "shop", "name": "{{{{name}}}}", "uid": "{{{{uid}}}}", "resourceVersion": "{{{{version}}}}"},
          "spec": {"containers": [{"name": "web", "image": "web:1"}]},
          "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
            "containerStatuses": [{"name": "web", "ready": false, "restartCount": {{{{finished}}}},
              "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1, "finishedAt": "2026-01-01T00:0{{{{finished}}}}:00Z"}}}]}
        }
        """, KubeJsonContext.Default.KubePod)!;

    private static KubePod Unready() => JsonSerializer.Deserialize("""
        {
          "metadata": {"namespace": "shop", "name": "web", "uid": "uid-1"},
          "spec": {"containers": [{"name": "web", "image": "web:1", "readinessProbe": {"httpGet": {"path": "/ready"}}}]},
          "status": {"phase": "Running", "startTime": "2026-01-01T00:00:00Z", "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
            "containerStatuses": [{"name": "web", "ready": false, "started": true, "restartCount": 0, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}
        }
        """, KubeJsonContext.Default.KubePod)!;

    private static KubeNode Node(bool ready) => JsonSerializer.Deserialize($$$$"""
        {
          "metadata": {"name": "node-1", "uid": "uid-node-1", "creationTimestamp": "2025-01-01T00:00:00Z"},
          "status": {"conditions": [{"type": "Ready", "status": "{{{{(ready ? "True" : "False")}}}}", "lastTransitionTime": "2025-12-31T23:00:00Z"}]}
        }
        """, KubeJsonContext.Default.KubeNode)!;
}
