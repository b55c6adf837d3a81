using System.Globalization;
using System.Text;
using System.Text.Json;
using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Redaction;

namespace KubeMemory.Core.Signals;

/// <summary>Facts as evidence: redacted and bounded (a log is its last 200 lines, any text at most 64 KiB of UTF-8, the end kept).</summary>
public static class EvidenceBuilder
{
    /// <summary>How many of a log's last lines are kept: what to ask the API server for.</summary>
    public const int LogLines = 200;

    /// <summary>How much of any text is kept, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>How many rollouts of a Deployment are told, newest first.</summary>
    public const int Rollouts = 5;

    /// <summary>The text of an Event; redacted already.</summary>
    public static EvidenceItem Event(FailureSignal signal) => new(
        EvidenceKind.Event,
        $"event|{signal.SeriesKey}",
        $"{signal.Reason} ×{signal.Occurrences.ToString(CultureInfo.InvariantCulture)}",
        signal.Message,
        signal.LastSeen,
        signal.PodName ?? (signal.SubjectKind == "Pod" ? signal.SubjectName : null),
        signal.Container.Length > 0 ? signal.Container : null);

    /// <summary>How each container stands and how it last ended.</summary>
    /// <param name="container">Of this one only; null or empty: of all.</param>
    public static IReadOnlyList<EvidenceItem> ContainerStates(KubePod pod, string? container, DateTimeOffset observedAt, Redactor redactor) =>
    [
        .. Signals.ContainerStates.Of(pod).Where(s => IsAsked(s.Name, container)).Select(s => new EvidenceItem(
            EvidenceKind.ContainerState,
            $"state|{pod.Metadata.Name}|{s.Name}",
            $"State of container {s.Name}",
            Bounded(ContainerText.State(s), redactor),
            observedAt,
            pod.Metadata.Name,
            s.Name)),
    ];

    /// <summary>
    /// What the pod says for itself: phase, conditions that are not met, what its status says.
    /// </summary>
    public static EvidenceItem PodState(KubePod pod, DateTimeOffset observedAt, Redactor redactor)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"phase: {pod.Status?.Phase ?? "unknown"}");
        text.AppendLine();
        AppendFact(text, "reason", pod.Status?.Reason);
        AppendFact(text, "message", pod.Status?.Message);
        AppendFact(text, "node", pod.Spec?.NodeName);
        foreach (var condition in (pod.Status?.Conditions ?? []).Where(c => c.Status != "True"))
        {
            AppendCondition(text, condition);
        }

        return new EvidenceItem(EvidenceKind.ContainerState, $"state|{pod.Metadata.Name}", $"State of pod {pod.Metadata.Name}", Bounded(text.ToString(), redactor), observedAt, pod.Metadata.Name);
    }

    /// <summary>Image, command, resources, probes, environment and volumes as the pod asks for them; null where its spec is not to be seen.</summary>
    /// <param name="container">Of this one only; null or empty: of all.</param>
    public static EvidenceItem? PodSpec(KubePod pod, string? container, DateTimeOffset observedAt, Redactor redactor)
    {
        var specs = Signals.ContainerStates.SpecsOf(pod).Where(s => IsAsked(s.Name, container)).ToList();
        if (specs.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var spec in specs)
        {
            ContainerText.AppendSpec(text, spec, redactor);
        }

        AppendVolumes(text, pod);
        AppendPairs(text, "node selector", pod.Spec?.NodeSelector);
        AppendFact(text, "affinity", pod.Spec?.Affinity?.GetRawText());
        AppendFact(text, "tolerations", pod.Spec?.Tolerations?.GetRawText());
        return new EvidenceItem(EvidenceKind.PodSpec, $"spec|{container}", "What the pod asks for", Bounded(text.ToString(), redactor), observedAt, pod.Metadata.Name, string.IsNullOrEmpty(container) ? null : container);
    }

    /// <summary>The node's conditions, those in trouble first, its taints and what it can give.</summary>
    public static EvidenceItem Node(KubeNode node, DateTimeOffset observedAt, Redactor redactor)
    {
        var text = new StringBuilder();
        foreach (var condition in (node.Status?.Conditions ?? []).OrderByDescending(NodeConditions.IsTrouble))
        {
            AppendCondition(text, condition);
        }

        AppendFact(text, "unschedulable", node.Spec?.Unschedulable == true ? "yes (cordoned)" : null);
        foreach (var taint in node.Spec?.Taints ?? [])
        {
            AppendFact(text, "taint", $"{taint.Key}{(string.IsNullOrEmpty(taint.Value) ? "" : "=" + taint.Value)}:{taint.Effect}");
        }

        AppendPairs(text, "allocatable", node.Status?.Allocatable);
        return new EvidenceItem(EvidenceKind.NodeCondition, $"node|{node.Metadata.Name}", $"Node {node.Metadata.Name}", Bounded(text.ToString(), redactor), observedAt);
    }

    /// <summary>The Deployment's last ReplicaSets, newest first; null where none of <paramref name="replicaSets"/> is its own.</summary>
    public static EvidenceItem? Rollout(WorkloadRef deployment, IReadOnlyList<KubeWorkload> replicaSets, DateTimeOffset observedAt, Redactor redactor)
    {
        var own = replicaSets
            .Where(r => r.Metadata.Namespace == deployment.Namespace && Array.Exists(r.Metadata.OwnerReferences ?? [], o => o.Kind == deployment.Kind && o.Name == deployment.Name))
            .OrderByDescending(RevisionOf)
            .ThenByDescending(r => r.Metadata.CreationTimestamp)
            .Take(Rollouts)
            .ToList();
        if (own.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var set in own)
        {
            var images = (set.Spec?.Template?.Spec?.Containers ?? []).Select(c => c.Image).OfType<string>();
            text.Append(CultureInfo.InvariantCulture, $"revision {RevisionOf(set)}: {set.Metadata.Name}, created {Time(set.Metadata.CreationTimestamp)}, replicas {set.Spec?.Replicas ?? 0} wanted {set.Status?.ReadyReplicas ?? 0} ready, image {string.Join(", ", images)}");
            text.AppendLine();
        }

        return new EvidenceItem(EvidenceKind.Rollout, "rollout", $"Last rollouts of {deployment.Name}", Bounded(text.ToString(), redactor), observedAt);
    }

    /// <summary>The last lines of a log.</summary>
    public static EvidenceItem Log(string pod, string container, bool previous, string text, DateTimeOffset observedAt, Redactor redactor)
    {
        // Redacted as a whole first: a cut could take the beginning of a secret away and leave its end.
        var lines = LastLines(redactor.Redact(text).TrimEnd('\n'), LogLines);
        var title = previous ? $"Log of {container} before its last restart" : $"Log of {container}";
        return new EvidenceItem(EvidenceKind.Log, $"log|{pod}|{container}|{(previous ? "previous" : "current")}", title, LastBytes(lines), observedAt, pod, container, previous);
    }

    /// <summary>What could not be read, as the one sentence that people see: <c>The previous log of api in api-1 could not be read: …</c></summary>
    /// <param name="what">Begins the sentence, without a capital: <c>the previous log of api in api-1</c>.</param>
    /// <param name="why">Without a full stop.</param>
    public static string Missing(string what, string why, Redactor redactor) =>
        Texts.OneLine(redactor.Redact($"{char.ToUpperInvariant(what[0])}{what[1..]} could not be read: {why.TrimEnd('.', ' ', '\n')}."));

    internal static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "at an unknown time";

    internal static void AppendFact(StringBuilder text, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append(name).Append(": ").AppendLine(value);
        }
    }

    internal static void AppendPairs(StringBuilder text, string name, Dictionary<string, string>? pairs) =>
        AppendFact(text, name, pairs is null ? null : string.Join(", ", pairs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}")));

    // "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}}, {"name": "config", "configMap": {"name": "web"}}, {"name": "tls", "secret": {"secretName": "web-tls"}}]
    private static void AppendVolumes(StringBuilder text, KubePod pod)
    {
        if (pod.Spec?.Volumes is not { ValueKind: JsonValueKind.Array } volumes)
        {
            return;
        }

        foreach (var volume in volumes.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.Object))
        {
            var source = WorkloadNames.ClaimOf(volume, pod.Metadata.Name) is { } claim ? $"claim {claim}"
                : NameIn(volume, "configMap", "name") is { } map ? $"config map {map}"
                : NameIn(volume, "secret", "secretName") is { } secret ? $"secret {secret}"
                : NameIn(volume, "hostPath", "path") is { } path ? $"host path {path}"
                : null;
            if (source is not null)
            {
                // Not as "name: value": a volume called token would have its source redacted.
                text.AppendLine(CultureInfo.InvariantCulture, $"volume {(volume.TryGetProperty("name", out var name) ? name.ToString() : "?")} from {source}");
            }
        }
    }

    private static string? NameIn(JsonElement volume, string source, string property) =>
        volume.TryGetProperty(source, out var found) && found.ValueKind == JsonValueKind.Object && found.TryGetProperty(property, out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;

    private static void AppendCondition(StringBuilder text, StatusCondition condition)
    {
        var why = string.Join(": ", new[] { condition.Reason, condition.Message }.Where(s => !string.IsNullOrEmpty(s)));
        AppendFact(text, condition.Type, $"{condition.Status} since {Time(condition.LastTransitionTime)}{(why.Length > 0 ? $" ({why})" : "")}");
    }

    private static bool IsAsked(string name, string? container) => string.IsNullOrEmpty(container) || name == container;

    private static int RevisionOf(KubeWorkload set) =>
        int.TryParse(set.Metadata.Annotations?.GetValueOrDefault("deployment.kubernetes.io/revision"), CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    private static string Bounded(string text, Redactor redactor) => LastBytes(redactor.Redact(text.TrimEnd()));

    private static string LastLines(string text, int count)
    {
        var start = text.Length;
        for (var i = 0; i < count && start > 0; i++)
        {
            start = text.LastIndexOf('\n', start - 1);
        }

        return start <= 0 ? text : text[(start + 1)..];
    }

    private static string LastBytes(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxBytes)
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var start = bytes.Length - MaxBytes;
        var line = Array.IndexOf(bytes, (byte)'\n', start);

        // From the next whole line on; a single line that is too long, from the next whole character on.
        start = line >= 0 && line < bytes.Length - 1 ? line + 1 : start;
        while (start < bytes.Length && (bytes[start] & 0xC0) == 0x80)
        {
            start++;
        }

        return Encoding.UTF8.GetString(bytes.AsSpan(start));
    }
}
