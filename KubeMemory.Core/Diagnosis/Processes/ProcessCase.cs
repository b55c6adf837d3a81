using System.Globalization;
using System.Text;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Diagnosis.Processes;

/// <summary>Samples of crashed and of unready containers, with evidence in the form that <see cref="EvidenceBuilder"/> gives it.</summary>
internal static class ProcessCase
{
    /// <summary>Of containers that ended.</summary>
    public static readonly IReadOnlyList<IncidentType> Crashes = [IncidentType.CrashLoopBackOff, IncidentType.JobFailed];

    public static readonly IReadOnlyList<IncidentType> Kills = [IncidentType.CrashLoopBackOff, IncidentType.JobFailed, IncidentType.OOMKilled];

    public static readonly IReadOnlyList<IncidentType> ProbeFailures = [IncidentType.ProbeFailure];

    /// <param name="log">Of the previous instance; empty: none could be read.</param>
    /// <param name="spec">Lines of the pod's spec under its container.</param>
    /// <param name="node">Lines of the node's conditions.</param>
    /// <param name="eventText">Of the event that raised it.</param>
    public static SignatureSample Crash(
        string log, string? thing = null, int exitCode = 1, string reason = "Error", string? spec = null, string? node = null, string? eventText = null,
        IncidentType type = IncidentType.CrashLoopBackOff, string kind = "Deployment")
    {
        var evidence = new List<CaseEvidence>
        {
            new("E1", EvidenceKind.Event, "BackOff ×12", eventText ?? "Back-off restarting failed container app in pod shop-6f7d9c8b5-x2x7p_store(0b1)", Pod, Container),
            new("E2", EvidenceKind.ContainerState, "State of container app", State(exitCode, reason), Pod, Container),
        };
        Add(evidence, EvidenceKind.PodSpec, "What the pod asks for", spec is null ? null : $"container app\n  image: registry.test/store/shop:4.2 (pull policy IfNotPresent)\n{spec}");
        Add(evidence, EvidenceKind.NodeCondition, "Node worker-2", node);
        if (log.Length > 0)
        {
            evidence.Add(new CaseEvidence("E9", EvidenceKind.Log, "Log of app before its last restart", log, Pod, Container, Previous: true));
        }

        return new SignatureSample(Of(type, kind, evidence), thing);
    }

    /// <param name="eventText">What the kubelet said.</param>
    /// <param name="log">Of the instance that runs.</param>
    public static SignatureSample Probe(string eventText, string? thing = null, string? spec = null, string? log = null, string? state = null)
    {
        var evidence = new List<CaseEvidence>
        {
            new("E1", EvidenceKind.Event, "Unhealthy ×9", eventText, Pod, Container),
            new("E2", EvidenceKind.ContainerState, "State of container app", state ?? "ready: no, restarts: 0, image: registry.test/store/shop:4.2\nnow: running since 2026-03-04T05:06:07Z", Pod, Container),
        };
        Add(evidence, EvidenceKind.PodSpec, "What the pod asks for", spec is null ? null : $"container app\n  image: registry.test/store/shop:4.2 (pull policy IfNotPresent)\n{spec}");
        Add(evidence, EvidenceKind.Log, "Log of app", log);
        return new SignatureSample(Of(IncidentType.ProbeFailure, "Deployment", evidence), thing);
    }

    private const string Pod = "shop-6f7d9c8b5-x2x7p";
    private const string Container = "app";

    private static string State(int exitCode, string reason) => new StringBuilder()
        .AppendLine("ready: no, restarts: 7, image: registry.test/store/shop:4.2")
        .AppendLine("now: waiting, CrashLoopBackOff: back-off 5m0s restarting failed container=app pod=shop-6f7d9c8b5-x2x7p_store(0b1)")
        .Append(CultureInfo.InvariantCulture, $"before: ended with exit code {exitCode}, reason {reason}, started 2026-03-04T05:06:07Z, finished 2026-03-04T05:06:19Z")
        .ToString();

    private static void Add(List<CaseEvidence> evidence, EvidenceKind kind, string title, string? text)
    {
        if (text is not null)
        {
            evidence.Add(new CaseEvidence($"E{evidence.Count + 1}", kind, title, text, kind == EvidenceKind.NodeCondition ? null : Pod, kind == EvidenceKind.Log ? Container : null));
        }
    }

    private static DiagnosisCase Of(IncidentType type, string kind, IReadOnlyList<CaseEvidence> evidence) => new()
    {
        Type = type,
        Namespace = "store",
        WorkloadKind = kind,
        Workload = "shop",
        Container = Container,
        PodName = Pod,
        NodeName = "worker-2",
        Image = "registry.test/store/shop:4.2",
        Evidence = evidence,
    };
}
