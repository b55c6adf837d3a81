using System.Text.Json;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;
using KubeMemory.Core.Signals;
using Xunit;

namespace KubeMemory.Tests.Core.Signals;

public sealed class SignalBuilderTests
{
    private static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = T0.AddHours(1);

    private readonly ClusterView _view = new();
    private readonly SignalBuilder _builder;

    public SignalBuilderTests() => _builder = new SignalBuilder("c1", _view, Redactor.Default);

    [Theory]
    [InlineData("Normal", "Pod", "BackOff", "Back-off pulling image \"x\"")]
    [InlineData("Warning", "Node", "InvalidDiskCapacity", "invalid capacity 0 on image filesystem")]
    [InlineData("Warning", "Node", "SystemOOM", "System OOM encountered")]
    [InlineData("Warning", "Endpoints", "FailedToUpdateEndpoint", "x")]
    [InlineData("Warning", "HorizontalPodAutoscaler", "FailedGetResourceMetric", "x")]
    [InlineData("Warning", "Pod", "FailedScheduling", "skip schedule deleting pod: shop/api")]
    public void FromEvent_NormalLifeOrNotWatched_IsNull(string type, string kind, string reason, string message)
    {
        var e = Event(reason, message, kind: kind);
        e.Type = type;

        Assert.Null(_builder.FromEvent(e, history: false, Now));
    }

    [Fact]
    public void FromEvent_SeriesOfTheSchedulersKind_TakesItsTimesAndCount()
    {
        var e = Event("FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.");
        e.FirstTimestamp = e.LastTimestamp = null;
        e.Count = null;
        e.EventTime = T0.AddTicks(10);
        e.Series = new EventSeries { Count = 3, LastObservedTime = T0.AddMinutes(15) };

        var signal = _builder.FromEvent(e, history: true, Now)!;

        Assert.Equal($"e|shop|api.1|{T0.ToUnixTimeMilliseconds() * 1000 + 1}", signal.SeriesKey);
        Assert.Equal((3L, T0.AddTicks(10), T0.AddMinutes(15), true), (signal.Occurrences, signal.FirstSeen, signal.LastSeen, signal.History));
    }

    [Theory]
    [InlineData(true, true, true, 4)]
    [InlineData(false, true, true, 3)]
    [InlineData(false, false, true, 2)]
    [InlineData(false, false, false, 1)]
    public void FromEvent_Times_InTheirOrder(bool series, bool last, bool eventTime, int expectedMinutes)
    {
        var e = Event("BackOff", "Back-off restarting failed container");
        e.FirstTimestamp = null;
        e.Metadata.CreationTimestamp = T0.AddMinutes(1);
        e.EventTime = eventTime ? T0.AddMinutes(2) : null;
        e.LastTimestamp = last ? T0.AddMinutes(3) : null;
        e.Series = series ? new EventSeries { LastObservedTime = T0.AddMinutes(4) } : null;

        Assert.Equal(T0.AddMinutes(expectedMinutes), _builder.FromEvent(e, history: false, Now)!.LastSeen);
    }

    [Fact]
    public void FromEvent_RecreatedUnderANewUid_IsTheSameSeries()
    {
        var before = Event("BackOff", "Back-off restarting failed container");
        var after = Event("BackOff", "Back-off restarting failed container");
        after.Metadata.Uid = "another";
        after.Count = 40;

        Assert.Equal(_builder.FromEvent(before, false, Now)!.SeriesKey, _builder.FromEvent(after, false, Now)!.SeriesKey);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("2026-01-01T01:06:00Z")]
    public void FromEvent_TimesThatCannotBe_GiveWayToTheServersOwn(string time)
    {
        var e = Event("BackOff", "Back-off restarting failed container");
        e.FirstTimestamp = e.LastTimestamp = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        e.Metadata.CreationTimestamp = T0.AddMinutes(30);

        var (early, later) = (_builder.FromEvent(e, false, Now)!, _builder.FromEvent(e, false, Now.AddDays(1))!);

        Assert.Equal(T0.AddMinutes(30), early.LastSeen);
        Assert.Equal(T0.AddMinutes(30), early.FirstSeen);
        Assert.Equal(early.SeriesKey, later.SeriesKey);
    }

    [Fact]
    public void FromEvent_NoTimeAtAll_IsOneSeriesHoweverOftenItIsRead()
    {
        var e = Event("BackOff", "Back-off restarting failed container");
        e.FirstTimestamp = e.LastTimestamp = e.EventTime = e.Metadata.CreationTimestamp = null;

        Assert.Equal(_builder.FromEvent(e, false, Now)!.SeriesKey, _builder.FromEvent(e, false, Now.AddMinutes(1))!.SeriesKey);
        Assert.Equal(Now, _builder.FromEvent(e, false, Now)!.LastSeen);
    }

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void FromEvent_AbsurdCount_IsAtLeastOne(int count, long expected)
    {
        var e = Event("BackOff", "Back-off restarting failed container");
        e.Count = count;

        Assert.Equal(expected, _builder.FromEvent(e, false, Now)!.Occurrences);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":null,"involvedObject":null,"reason":null,"message":null,"type":null}""")]
    [InlineData("""{"metadata":{"name":null,"namespace":null},"involvedObject":{"kind":"Pod","name":"web"}}""")]
    [InlineData("""{"involvedObject":{"kind":"Pod","name":"web","fieldPath":"{"},"series":{},"source":{},"type":"Warning"}""")]
    [InlineData("""{"involvedObject":{"kind":"Pod","name":"\u0000/../\u202e|e|"},"reason":"","message":"","type":"Weird"}""")]
    public void FromEvent_FieldsAreMissing_NeverFails(string json)
    {
        var e = JsonSerializer.Deserialize(json, KubeJsonContext.Default.KubeEvent)!;

        var signal = _builder.FromEvent(e, false, Now);

        Assert.True(signal is null || signal.SeriesKey.StartsWith("e|", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("web|Probe|x")]
    [InlineData("Web")]
    [InlineData("web\n")]
    public void FromEvent_NameThatNoObjectCanHave_IsNull(string name)
    {
        var e = Event("Unhealthy", "Readiness probe failed: timeout");
        e.InvolvedObject!.Name = name;

        Assert.Null(_builder.FromEvent(e, false, Now));
    }

    [Fact]
    public void FromEvent_FieldPathThatNoContainerCanHave_NamesNone() =>
        Assert.Equal("", _builder.FromEvent(Event("Unhealthy", "Readiness probe failed: timeout", "spec.containers{a|b|c}"), false, Now)!.Container);

    [Fact]
    public void FromEvent_SubjectHasAnEmptyNamespace_IsInTheEventsOwn()
    {
        var e = Event("BackOff", "Back-off restarting failed container");
        e.InvolvedObject!.Namespace = "";

        Assert.Equal("shop", _builder.FromEvent(e, false, Now)!.Namespace);
    }

    [Fact]
    public void FromEvent_SubjectInAnotherNamespace_IsWhereTheSubjectIs()
    {
        var e = Event("BackOff", "Back-off restarting failed container");
        e.InvolvedObject!.Namespace = "web";

        var signal = _builder.FromEvent(e, false, Now)!;

        Assert.Equal("web", signal.Namespace);
        Assert.StartsWith("e|shop|", signal.SeriesKey, StringComparison.Ordinal);
    }

    [Fact]
    public void FromEvent_MessageOfAMebibyte_IsCutAndHoldsNoSecret()
    {
        var secret = "ghp_" + new string('a', 36);
        var e = Event("BackOff", string.Concat(Enumerable.Repeat($"token {secret} ", (1 << 20) / 47)));

        var signal = _builder.FromEvent(e, false, Now)!;

        Assert.InRange(signal.Message.Length, 1, 2048);
        Assert.DoesNotContain("aaaaaaaa", JsonSerializer.Serialize(signal), StringComparison.Ordinal);
    }

    [Fact]
    public void FromEvent_SecretInTheReason_IsGoneEverywhere()
    {
        var secret = "ghp_" + new string('a', 36);

        var signal = _builder.FromEvent(Event($"Odd {secret}", "x"), false, Now)!;

        Assert.DoesNotContain(secret, JsonSerializer.Serialize(signal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void FromPod_EndedAtATimeThatCannotBe_IsAsOldAsThePod(string time)
    {
        var pod = Pod(Crashed("api", 137, "OOMKilled"));
        pod.Status!.ContainerStatuses![0].LastState!.Terminated!.FinishedAt = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        pod.Status.StartTime = T0;

        Assert.All(_builder.FromPod(pod, false, Now), s => Assert.Equal((T0, T0), (s.FirstSeen, s.LastSeen)));
    }

    [Fact]
    public void FromPod_NoUid_TellsPodsApart()
    {
        var (one, two) = (Pod(Crashed("api", 1, "Error")), Pod(Crashed("api", 1, "Error")));
        one.Metadata.Uid = two.Metadata.Uid = "";
        two.Metadata.Name = "api-2";

        Assert.Empty(_builder.FromPod(one, false, Now).Select(s => s.SeriesKey).Intersect(_builder.FromPod(two, false, Now).Select(s => s.SeriesKey)));
    }

    [Fact]
    public void Health_ReadySinceLiesAhead_IsReadySinceNow()
    {
        var pod = Pod(new ContainerStatus { Name = "api", Ready = true });
        pod.Status!.Phase = "Running";
        pod.Status.Conditions = [new StatusCondition { Type = "Ready", Status = "True", LastTransitionTime = Now.AddYears(5) }];
        _view.Set(pod);

        Assert.Equal(Now, _builder.Health(_view.OwnerOf(pod), Now).AllReadySince);
    }

    [Fact]
    public void FromEvent_BackOffOfAnOomKilledContainer_IsOomKilled()
    {
        _view.Set(Pod(Crashed("api", 137, "OOMKilled")));

        var signal = _builder.FromEvent(Event("BackOff", "Back-off restarting failed container", "spec.containers{api}"), false, Now)!;

        Assert.Equal(IncidentType.OOMKilled, signal.Type);
        Assert.Equal("Container api was killed: it used more memory than its limit of 64Mi", signal.Description);
        Assert.Equal(137, signal.ExitCode);
    }

    [Fact]
    public void FromEvent_CreateErrorOfARestartingContainer_IsACrashLoopWithThatCause()
    {
        _view.Set(Pod(Crashed("api", 127, "ContainerCannotRun")));

        var signal = _builder.FromEvent(Event("Failed", "Error: failed to start container \"api\": exec: \"wge\": executable file not found in $PATH: unknown", "spec.containers{api}"), false, Now)!;

        Assert.Equal(IncidentType.CrashLoopBackOff, signal.Type);
        Assert.Equal("CrashLoopBackOff: exec: \"wge\": executable file not found in $path: unknown", signal.Signature);
    }

    [Theory]
    [InlineData("spec.initContainers{migrate}", "Back-off restarting failed container", "migrate")]
    [InlineData(null, "Back-off restarting failed container web in pod api_shop(1)", "web")]
    [InlineData(null, "back-off 5m0s restarting failed container=web pod=api_shop(1)", "web")]
    [InlineData(null, "Back-off restarting failed container", "api")]
    public void FromEvent_Container_IsFound(string? fieldPath, string message, string expected)
    {
        _view.Set(Pod(Crashed("api", 1, "Error")));

        Assert.Equal(expected, _builder.FromEvent(Event("BackOff", message, fieldPath), false, Now)!.Container);
    }

    [Fact]
    public void FromEvent_FailureOfThePod_HasNoContainer() =>
        Assert.Equal("", _builder.FromEvent(Event("FailedMount", "MountVolume.SetUp failed for volume \"c\" : configmap \"x\" not found", "spec.containers{api}"), false, Now)!.Container);

    [Fact]
    public void FromEvent_SecretInTheMessage_IsGoneEverywhere()
    {
        _view.Set(Pod(Crashed("api", 1, "Error")));

        var signal = _builder.FromEvent(Event("Unhealthy", "Readiness probe failed: dial postgres://shop:hunter2@db: password=hunter2"), false, Now)!;

        Assert.DoesNotContain("hunter2", JsonSerializer.Serialize(signal));
    }

    [Fact]
    public void FromEvent_EarlierPodOfThatName_IsNotReadFromThisOne()
    {
        _view.Set(Pod(Crashed("api", 137, "OOMKilled")));
        var e = Event("BackOff", "Back-off restarting failed container");
        e.InvolvedObject!.Uid = "of an earlier one";

        Assert.Equal(IncidentType.CrashLoopBackOff, _builder.FromEvent(e, false, Now)!.Type);
    }

    [Fact]
    public void FromEvent_GonePod_IsNamedAndOwnedAllTheSame()
    {
        var e = Event("Unhealthy", "Readiness probe failed: connection refused", "spec.containers{web}");
        e.InvolvedObject!.Name = "web-6f4c6675d5-98986";
        e.InvolvedObject.Uid = "u9";

        var signal = _builder.FromEvent(e, false, Now)!;

        Assert.Equal(("web-6f4c6675d5-98986", "u9", "Deployment", "web", "web"), (signal.PodName, signal.PodUid, signal.WorkloadKind, signal.WorkloadName, signal.Container));
    }

    [Fact]
    public void FromEvent_ProbeOfAPodThatLeaves_IsNull()
    {
        var pod = Pod(Running("api", ready: false));
        pod.Metadata.DeletionTimestamp = T0;
        _view.Set(pod);

        Assert.Null(_builder.FromEvent(Event("Unhealthy", "Readiness probe failed: connection refused"), false, Now));
    }

    [Theory]
    [InlineData("Failed to pull image \"r.example:5000/a/b:1\": dial tcp: lookup r.example on 10.0.0.1:53: no such host", "registry:r.example:5000,image:r.example:5000/a/b:1,dns:r.example")]
    [InlineData("Failed to pull image \"nginx:nope\": manifest unknown", "image:nginx:nope")]
    public void FromEvent_ImageFailure_HasItsCauseKeys(string message, string expected) =>
        Assert.Equal(expected, string.Join(',', _builder.FromEvent(Event("Failed", message), false, Now)!.CauseKeys));

    [Fact]
    public void FromEvent_QuotaVolumeAndNode_HaveTheirCauseKeys()
    {
        var quota = _builder.FromEvent(Event("FailedCreate", "Error creating: pods \"api-1\" is forbidden: exceeded quota: compute, requested: cpu=2", kind: "ReplicaSet"), false, Now)!;
        var volume = _builder.FromEvent(Event("FailedAttachVolume", "Multi-Attach error for volume \"pvc-0f6b\" Volume is in use"), false, Now)!;
        var evicted = Event("Evicted", "The node was low on resource: memory.");
        evicted.Source = new EventSource { Component = "kubelet", Host = "n1" };

        Assert.Equal((IncidentType.ConfigError, "quota:shop/compute"), (quota.Type, Assert.Single(quota.CauseKeys)));
        Assert.Equal("volume:pvc-0f6b", Assert.Single(volume.CauseKeys));
        Assert.Equal("node-condition:n1/MemoryPressure", Assert.Single(_builder.FromEvent(evicted, false, Now)!.CauseKeys));
    }

    [Fact]
    public void FromEvent_SameFailureElsewhere_HasTheSameSignature()
    {
        var one = _builder.FromEvent(Event("Failed", "Failed to pull image \"a/b:1\": Get \"https://1.2.3.4/v2/\": dial tcp 1.2.3.4:443: i/o timeout"), false, Now)!;
        var other = new SignalBuilder("c2", new ClusterView(), Redactor.Default).FromEvent(Event("Failed", "Failed to pull image \"c/d:2\": rpc error: code = DeadlineExceeded desc = context deadline exceeded"), false, Now)!;

        Assert.Equal(one.Signature, other.Signature);
    }

    [Fact]
    public void FromPod_OomKilledThenRunning_IsKeyedByItsEnd()
    {
        var status = Running("api", ready: true);
        status.LastState = new ContainerState { Terminated = new() { ExitCode = 137, Reason = "OOMKilled", FinishedAt = T0 } };
        status.RestartCount = 1;

        var signal = Assert.Single(_builder.FromPod(Pod(status), false, Now));

        Assert.Equal((IncidentType.OOMKilled, SignalSource.State, T0), (signal.Type, signal.Source, signal.LastSeen));
        Assert.Equal($"s|uid-api|api|{T0.ToUnixTimeMilliseconds() * 1000}", signal.SeriesKey);
    }

    [Theory]
    [InlineData("CrashLoopBackOff", "back-off 5m0s restarting failed container=api pod=api_shop(1)", IncidentType.CrashLoopBackOff)]
    [InlineData("ImagePullBackOff", "Back-off pulling image \"x\"", IncidentType.ImagePullBackOff)]
    [InlineData("ErrImagePull", "rpc error: not found", IncidentType.ImagePullBackOff)]
    [InlineData("InvalidImageName", "Failed to apply default image tag", IncidentType.ImagePullBackOff)]
    [InlineData("CreateContainerConfigError", "secret \"db\" not found", IncidentType.ConfigError)]
    [InlineData("CreateContainerError", "context deadline exceeded", IncidentType.CreateContainerError)]
    [InlineData("RunContainerError", "exec: \"x\": not found", IncidentType.CreateContainerError)]
    public void FromPod_Waiting_IsItsType(string reason, string message, IncidentType expected)
    {
        var status = new ContainerStatus { Name = "api", State = new() { Waiting = new() { Reason = reason, Message = message } } };

        var signal = Assert.Single(_builder.FromPod(Pod(status), false, Now));

        Assert.Equal((expected, $"s|uid-api|api|{reason}"), (signal.Type, signal.SeriesKey));
    }

    [Fact]
    public void FromPod_WaitingAfterACrash_IsACrashLoop()
    {
        var status = Crashed("api", 128, "StartError");
        status.State = new() { Waiting = new() { Reason = "RunContainerError", Message = "exec: \"x\": not found" } };

        Assert.Equal(IncidentType.CrashLoopBackOff, Assert.Single(_builder.FromPod(Pod(status), false, Now)).Type);
    }

    [Fact]
    public void FromPod_NormalLife_IsNothing()
    {
        var once = Running("api", ready: true);
        once.RestartCount = 1;
        once.LastState = new() { Terminated = new() { ExitCode = 1, Reason = "Error", FinishedAt = T0 } };
        var leaving = Pod(new ContainerStatus { Name = "api", RestartCount = 2, State = new() { Terminated = new() { ExitCode = 143, FinishedAt = T0 } } });
        leaving.Metadata.DeletionTimestamp = T0;
        var starting = new ContainerStatus { Name = "api", State = new() { Waiting = new() { Reason = "ContainerCreating" } } };
        var first = new ContainerStatus { Name = "api", State = new() { Terminated = new() { ExitCode = 1, FinishedAt = T0 } } };

        Assert.Empty(_builder.FromPod(Pod(once), false, Now));
        Assert.Empty(_builder.FromPod(leaving, false, Now));
        Assert.Empty(_builder.FromPod(Pod(starting), false, Now));
        Assert.Empty(_builder.FromPod(Pod(first), false, Now));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void FromPod_FailedPodOfAJob_CountsUnlessTheJobIsDone(bool done, int expected)
    {
        _view.Set(new KubeWorkload
        {
            Kind = "Job",
            Metadata = new() { Name = "migrate", Namespace = "shop" },
            Status = new() { CompletionTime = T0, Conditions = done ? [new() { Type = "Complete", Status = "True" }] : [] },
        });
        var pod = Pod(new ContainerStatus { Name = "api", State = new() { Terminated = new() { ExitCode = 2, Reason = "Error", FinishedAt = T0 } } });
        pod.Metadata.OwnerReferences = [new() { Kind = "Job", Name = "migrate", Controller = true }];
        pod.Status!.Phase = "Failed";

        Assert.Equal(expected, _builder.FromPod(pod, false, Now).Count);
    }

    [Theory]
    [InlineData("Evicted", "The node was low on resource: ephemeral-storage.", IncidentType.Evicted)]
    [InlineData("Preempting", "Preempted in order to admit critical pod", IncidentType.PreemptedOrKilled)]
    [InlineData("NodeLost", "Node n1 which was running pod api is unresponsive", IncidentType.PreemptedOrKilled)]
    [InlineData("OutOfcpu", "Pod was rejected: not enough cpu", IncidentType.FailedScheduling)]
    public void FromPod_FailedByTheNode_IsOneSignal(string reason, string message, IncidentType expected)
    {
        var pod = Pod(new ContainerStatus { Name = "api", State = new() { Terminated = new() { ExitCode = 137, FinishedAt = T0 } } });
        pod.Status!.Phase = "Failed";
        pod.Status.Reason = reason;
        pod.Status.Message = message;

        Assert.Equal(expected, Assert.Single(_builder.FromPod(pod, false, Now)).Type);
    }

    [Theory]
    [InlineData(4, true, 0)]
    [InlineData(5, true, 1)]
    [InlineData(60, false, 0)]
    public void FromPod_UnreadyForFiveMinutesWithAProbe_IsSustained(int minutes, bool probe, int expected)
    {
        var pod = Pod(Running("api", ready: false));
        pod.Spec!.Containers![0].ReadinessProbe = probe ? JsonElement.Parse("""{"httpGet":{"path":"/ready"}}""") : null;
        pod.Status!.Conditions = [new() { Type = "Ready", Status = "False", LastTransitionTime = Now.AddMinutes(-minutes) }];

        var signals = _builder.FromPod(pod, false, Now);

        Assert.Equal(expected, signals.Count);
        Assert.All(signals, s => Assert.True(s.Sustained && s.Type == IncidentType.ProbeFailure));
    }

    [Fact]
    public void FromNode_PressureAndNotReady_AreSignalsOfTheNode()
    {
        var node = new KubeNode
        {
            Metadata = new() { Name = "n1", Uid = "u", CreationTimestamp = T0.AddDays(-1) },
            Status = new()
            {
                Conditions =
                [
                    new() { Type = "MemoryPressure", Status = "True", LastTransitionTime = T0, Message = "kubelet has insufficient memory available" },
                    new() { Type = "DiskPressure", Status = "False" },
                    new() { Type = "Ready", Status = "Unknown", LastTransitionTime = T0, Message = "Kubelet stopped posting node status." },
                ],
            },
        };

        var signals = _builder.FromNode(node, false, Now);

        Assert.Equal(["node-condition:n1/MemoryPressure", "node-condition:n1/Ready"], signals.SelectMany(s => s.CauseKeys));
        Assert.Equal(2, signals.Select(s => s.SeriesKey).Distinct().Count());
        node.Metadata.CreationTimestamp = Now.AddMinutes(-1);
        Assert.Empty(_builder.FromNode(node, false, Now));
    }

    [Fact]
    public void FromEvent_Signal_SurvivesItsEnvelope()
    {
        var signal = _builder.FromEvent(Event("BackOff", "Back-off restarting failed container"), false, Now)!;
        var json = JsonSerializer.Serialize(new SignalEnvelope(1, Now, null, signal), SignalJsonContext.Default.SignalEnvelope);

        var read = Assert.IsType<FailureSignal>(JsonSerializer.Deserialize(json, SignalJsonContext.Default.SignalEnvelope)!.Signal);

        Assert.Equal((signal.SeriesKey, signal.IncidentKey, signal.Signature), (read.SeriesKey, read.IncidentKey, read.Signature));
    }

    private static KubeEvent Event(string reason, string message, string? fieldPath = null, string kind = "Pod") => new()
    {
        Metadata = new() { Name = "api.1", Namespace = "shop", Uid = "e" },
        InvolvedObject = new() { Kind = kind, Namespace = "shop", Name = "api", FieldPath = fieldPath },
        Type = "Warning",
        Reason = reason,
        Message = message,
        Count = 1,
        FirstTimestamp = T0,
        LastTimestamp = T0,
    };

    private static KubePod Pod(ContainerStatus status) => new()
    {
        Metadata = new() { Name = "api", Namespace = "shop", Uid = "uid-api" },
        Spec = new() { Containers = [new() { Name = "api", Image = "shop/api:1", Resources = new() { Limits = new() { ["memory"] = "64Mi" } } }] },
        Status = new() { Phase = "Running", StartTime = T0, ContainerStatuses = [status] },
    };

    private static ContainerStatus Running(string name, bool ready) => new() { Name = name, Ready = ready, Started = true, State = new() { Running = new() { StartedAt = T0 } } };

    private static ContainerStatus Crashed(string name, int exitCode, string reason) => new()
    {
        Name = name,
        RestartCount = 3,
        State = new() { Waiting = new() { Reason = "CrashLoopBackOff", Message = "back-off" } },
        LastState = new() { Terminated = new() { ExitCode = exitCode, Reason = reason, FinishedAt = T0 } },
    };
}
