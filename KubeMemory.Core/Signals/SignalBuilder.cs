using KubeMemory.Core.Classification;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Signals;

/// <summary>
/// Makes signals of Events and of the state of pods and nodes: classified, owner resolved, redacted. Thread-safe. What depends on an
/// Event's reason and message alone is remembered, because a repeating Event repeats them.
/// </summary>
public sealed class SignalBuilder(string clusterId, ClusterView view, Redactor redactor)
{
    private const int RememberedTexts = 8192;

    private readonly FailureReader _reader = new(redactor, RememberedTexts);

    /// <summary>The Event as a signal; null where it is filtered: Normal, about something not watched, or normal life that only looks bad.</summary>
    /// <param name="history">Read from the first list.</param>
    /// <param name="now">Taken as the Event's time only where the Event says none, and to tell how long a pod has been unready.</param>
    public FailureSignal? FromEvent(KubeEvent e, bool history, DateTimeOffset now)
    {
        if (e.Type == "Normal" || e.InvolvedObject is not { Kind: { } kind, Name: { Length: > 0 } name } subject || !FailureReasons.Kinds.Contains(kind)
            || !ObjectNames.CanBe(name))
        {
            return null;
        }

        var ns = string.IsNullOrEmpty(subject.Namespace) ? e.Metadata.Namespace : subject.Namespace;
        var pod = kind == "Pod" && view.Pod(ns, name) is { } seen && IsSame(seen, subject.Uid) ? seen : null;
        if (_reader.Read(e.Reason ?? "", e.Message ?? "") is not { } reading || IsTeardown(pod, reading.Classified.Type))
        {
            return null;
        }

        var container = FailureScope.ContainerOf(reading.Classified, subject.FieldPath, pod, kind);
        var status = pod is null || container.Length == 0 ? null : ContainerStates.Find(pod, container);
        var facts = new FailureFacts(reading, ns, container, pod, status, NodeOf(pod, e), Owner(kind, ns, name, pod));
        var last = FactTimes.First(now, e.Series?.LastObservedTime, e.LastTimestamp, e.EventTime, e.Metadata.CreationTimestamp);
        return Build(facts, now) with
        {
            Source = SignalSource.Event,
            // As it stands there, true or not: what the same Event says again must be the same key.
            SeriesKey = SeriesKeys.Event(e.Metadata.Namespace, e.Metadata.Name, e.FirstTimestamp ?? e.EventTime ?? e.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch),
            SubjectKind = kind,
            SubjectName = name,
            SubjectUid = subject.Uid,
            // The Event still names a pod that is gone by now; a pod of the same name may have come since.
            PodName = kind == "Pod" ? name : null,
            PodUid = kind == "Pod" ? subject.Uid ?? pod?.Metadata.Uid : null,
            Occurrences = Math.Max(Math.Max(e.Series?.Count ?? 1, e.Count ?? 1), 1),
            FirstSeen = FactTimes.Earlier(FactTimes.First(last, e.FirstTimestamp, e.EventTime, e.Metadata.CreationTimestamp), last),
            LastSeen = last,
            StartUp = reading.Classified.Type == IncidentType.ProbeFailure && pod is not null && PodFailures.IsStartingAt(pod, last),
            History = history,
        };
    }

    /// <summary>What the pod's state alone tells: OOM kills, crash loops, image and configuration trouble, unschedulable, evicted, long unready.</summary>
    /// <remarks>
    /// Long unready (a sustained probe failure) depends on <paramref name="now"/>: a pod that does not change must be asked about
    /// again, at least once in five minutes.
    /// </remarks>
    public IReadOnlyList<FailureSignal> FromPod(KubePod pod, bool history, DateTimeOffset now)
    {
        List<FailureSignal>? signals = null;
        var owner = view.OwnerOf(pod);
        foreach (var fact in PodFailures.Of(pod, now, jobIsDone: () => IsDoneJob(owner)))
        {
            if (_reader.Read(fact.Reason, fact.Message) is not { } reading)
            {
                continue;
            }

            reading = fact.Type is { } type ? reading.As(type) : reading;
            var container = FailureScope.IsOfContainer(reading.Classified.Type) ? fact.Container : "";
            var facts = new FailureFacts(reading, pod.Metadata.Namespace, container, pod, fact.Status, pod.Spec?.NodeName, owner);
            var since = FactTimes.First(now, fact.Since, pod.Status?.StartTime, pod.Metadata.CreationTimestamp);
            (signals ??= []).Add(Build(facts, now) with
            {
                Source = SignalSource.State,
                SeriesKey = SeriesKeys.State(UidOf(pod), container, fact.FinishedAt, fact.Reason),
                SubjectKind = "Pod",
                SubjectName = pod.Metadata.Name,
                SubjectUid = pod.Metadata.Uid,
                PodName = pod.Metadata.Name,
                FirstSeen = since,
                LastSeen = since,
                Sustained = fact.Sustained,
                History = history,
            });
        }

        return signals ?? (IReadOnlyList<FailureSignal>)[];
    }

    /// <summary>A node that is not ready or under pressure. A node in its first five minutes is still getting ready.</summary>
    public IReadOnlyList<FailureSignal> FromNode(KubeNode node, bool history, DateTimeOffset now)
    {
        var signals = new List<FailureSignal>();
        foreach (var condition in node.Status?.Conditions ?? [])
        {
            if (!NodeConditions.IsTrouble(condition) || now - node.Metadata.CreationTimestamp < PodFailures.UnreadyAtMost)
            {
                continue;
            }

            var since = FactTimes.First(now, condition.LastTransitionTime);
            var said = redactor.Redact(condition.Message ?? condition.Reason ?? "");
            var cause = condition.Type == "Ready" ? "node is not ready" : $"node has {condition.Type}".ToLowerInvariant();
            signals.Add(new FailureSignal
            {
                ClusterId = clusterId,
                Source = SignalSource.State,
                SeriesKey = SeriesKeys.State(node.Metadata.Uid, condition.Type, condition.LastTransitionTime, condition.Type),
                Namespace = "",
                SubjectKind = "Node",
                SubjectName = node.Metadata.Name,
                SubjectUid = node.Metadata.Uid,
                WorkloadKind = "Node",
                WorkloadName = node.Metadata.Name,
                NodeName = node.Metadata.Name,
                Type = IncidentType.NodePressure,
                Reason = condition.Type == "Ready" ? "NodeNotReady" : condition.Type,
                Message = Texts.Cut(said, Texts.LongestMessage),
                Description = Texts.Cut($"Node {node.Metadata.Name} {(condition.Type == "Ready" ? "is not ready" : $"reports {condition.Type}")}: {said}", Texts.LongestDescription),
                Signature = $"{IncidentType.NodePressure}: {cause}",
                CauseKeys = [$"node-condition:{node.Metadata.Name}/{condition.Type}"],
                Occurrences = 1,
                FirstSeen = since,
                LastSeen = since,
                DesiredReplicas = 1,
                ReadyReplicas = 0,
                History = history,
            });
        }

        return signals;
    }

    /// <summary>How the workload stands in the view.</summary>
    public HealthSignal Health(WorkloadRef workload, DateTimeOffset now)
    {
        var (desired, ready, since) = view.Readiness(workload);
        return new HealthSignal
        {
            ClusterId = clusterId,
            Namespace = workload.Namespace,
            WorkloadKind = workload.Kind,
            WorkloadName = workload.Name,
            Desired = desired,
            Ready = ready,
            // A node's clock may be ahead of ours; a time that lies ahead would put the resolution off.
            AllReadySince = since is { } time ? FactTimes.Earlier(time, now) : null,
            // A CronJob between its Jobs wants nothing either, and may fail again at the next one.
            Gone = desired == 0 && (workload.Kind != "CronJob" || view.Workload(workload) is null),
            At = now,
        };
    }

    private FailureSignal Build(FailureFacts facts, DateTimeOffset now)
    {
        var type = facts.Type;
        var cause = _reader.CauseOf(facts);
        var (desired, ready) = view.Replicas(facts.Owner);
        return new FailureSignal
        {
            ClusterId = clusterId,
            Source = SignalSource.State,
            SeriesKey = "",
            Namespace = facts.Namespace,
            SubjectKind = "",
            SubjectName = "",
            WorkloadKind = facts.Owner.Kind,
            WorkloadName = facts.Owner.Name,
            Container = facts.Container,
            PodName = facts.Pod?.Metadata.Name,
            PodUid = facts.Pod?.Metadata.Uid,
            NodeName = facts.Node,
            Image = facts.Image,
            Type = type,
            Reason = facts.Reading.Reason,
            Message = facts.Reading.Message,
            Description = Texts.Cut(FailureDescriptions.Of(facts, cause), Texts.LongestDescription),
            Signature = _reader.SignatureOf(type, cause),
            CauseKeys = CauseKeysOf.Failure(facts),
            Occurrences = 1,
            FirstSeen = now,
            LastSeen = now,
            RestartCount = facts.Status?.RestartCount,
            ExitCode = facts.Ended?.ExitCode,
            DesiredReplicas = desired,
            ReadyReplicas = ready,
            Sustained = type == IncidentType.ProbeFailure && facts.Pod is { } pod && PodFailures.IsLongUnready(pod, now),
        };
    }

    private WorkloadRef Owner(string kind, string ns, string name, KubePod? pod) => pod is null ? view.OwnerOf(kind, ns, name) : view.OwnerOf(pod);

    private bool IsDoneJob(WorkloadRef owner) =>
        owner.Kind is "Job" or "CronJob" && view.Readiness(owner) is { Desired: > 0 } job && job.Ready >= job.Desired;

    // A capture may have lost it.
    private static string UidOf(KubePod pod) => pod.Metadata.Uid.Length > 0 ? pod.Metadata.Uid : $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";

    /// <summary>The Event is about this pod and not about an earlier one of its name. A static pod's Events carry the hash of its file.</summary>
    private static bool IsSame(KubePod pod, string? uid) =>
        uid is not { Length: > 0 }
        || pod.Metadata.Uid.Length == 0
        || uid == pod.Metadata.Uid
        || pod.Metadata.Annotations?.GetValueOrDefault("kubernetes.io/config.hash") == uid;

    /// <summary>Probes, volumes and sandboxes fail while a pod is taken down: that is how it ends.</summary>
    private static bool IsTeardown(KubePod? pod, IncidentType type) =>
        pod?.Metadata.DeletionTimestamp is not null
        && type is IncidentType.ProbeFailure or IncidentType.FailedMount or IncidentType.SandboxFailure or IncidentType.FailedScheduling;

    private static string? NodeOf(KubePod? pod, KubeEvent e) =>
        pod?.Spec?.NodeName
        ?? (e.Source?.Host is { Length: > 0 } host ? host : e.ReportingComponent == "kubelet" && e.ReportingInstance is { Length: > 0 } instance ? instance : null);
}
