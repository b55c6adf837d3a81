namespace KubeMemory.Core.Tracing;

/// <summary>What spans say about themselves. Names and numbers alone: no text of an Event or a log, no address with credentials.</summary>
public static class SpanTags
{
    public const string Cluster = "kubememory.cluster.id";

    public const string Namespace = "k8s.namespace.name";

    public const string Workload = "kubememory.workload";

    public const string Container = "k8s.container.name";

    public const string Reason = "kubememory.event.reason";

    public const string Incident = "kubememory.incident.id";

    public const string IncidentType = "kubememory.incident.type";

    public const string EvidenceItems = "kubememory.evidence.items";

    public const string EvidenceMissing = "kubememory.evidence.missing";

    public const string Change = "kubememory.change";

    /// <summary>How many pages were told.</summary>
    public const string Pages = "kubememory.pages";

    /// <summary>Like <c>PostgreSQL</c>.</summary>
    public const string Engine = "kubememory.engine";

    public const string BatchSize = "kubememory.batch.size";

    /// <summary>True on the root of a batch in which nothing is new: of these a trace now and then says enough.</summary>
    public const string Routine = "kubememory.routine";

    /// <summary>How often it was tried, where once was not enough.</summary>
    public const string Attempts = "kubememory.attempts";

    public const string Received = "kubememory.signals.received";

    public const string Filtered = "kubememory.signals.filtered";

    public const string Deduplicated = "kubememory.signals.deduplicated";

    public const string Held = "kubememory.signals.held";

    public const string Stored = "kubememory.signals.stored";

    public const string Opened = "kubememory.incidents.opened";

    /// <summary>What became of an analysis: completed, reused, waiting, retried, failed, cancelled.</summary>
    public const string AnalysisOutcome = "kubememory.analysis.outcome";
}
