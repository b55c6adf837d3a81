namespace KubeMemory.Core.Incidents;

/// <summary>An incident as the rules change it. Evidence, timeline and storms are written beside it.</summary>
public sealed class IncidentState : TrackedState
{
    private IncidentType _type;
    private Severity _severity;
    private IncidentStatus _status;
    private bool _flapping;
    private string _description = "";
    private string _signature = "";
    private string? _podName;
    private string? _nodeName;
    private string? _image;
    private DateTimeOffset _occurredAt;
    private DateTimeOffset _lastSeenAt;
    private DateTimeOffset? _resolvedAt;
    private long _occurrences;
    private int _affectedPods;
    private int _restartCount;
    private int? _desiredReplicas;
    private int? _readyReplicas;
    private bool _history;

    public required long Id { get; init; }

    public required IncidentKey Key { get; init; }

    public IncidentType Type { get => _type; set => Set(ref _type, value); }

    public Severity Severity { get => _severity; set => Set(ref _severity, value); }

    public IncidentStatus Status { get => _status; set => Set(ref _status, value); }

    public bool Flapping { get => _flapping; set => Set(ref _flapping, value); }

    public string Description { get => _description; set => Set(ref _description, value); }

    public string Signature { get => _signature; set => Set(ref _signature, value); }

    /// <summary>How much the signal said that gave description and signature; a signal that says more replaces them.</summary>
    public int TextRank { get; set; } = -1;

    /// <summary>When that signal was, to decide between equals.</summary>
    public DateTimeOffset TextAt { get; set; }

    /// <summary>The pod hit last, its node and image.</summary>
    public string? PodName { get => _podName; set => Set(ref _podName, value); }

    public string? NodeName { get => _nodeName; set => Set(ref _nodeName, value); }

    public string? Image { get => _image; set => Set(ref _image, value); }

    public DateTimeOffset OccurredAt { get => _occurredAt; set => Set(ref _occurredAt, value); }

    public DateTimeOffset LastSeenAt { get => _lastSeenAt; set => Set(ref _lastSeenAt, value); }

    public DateTimeOffset? ResolvedAt { get => _resolvedAt; set => Set(ref _resolvedAt, value); }

    public long Occurrences { get => _occurrences; set => Set(ref _occurrences, value); }

    public int AffectedPods { get => _affectedPods; set => Set(ref _affectedPods, value); }

    /// <summary>The worst pod's.</summary>
    public int RestartCount { get => _restartCount; set => Set(ref _restartCount, value); }

    /// <summary>As of the newest failure that knew it.</summary>
    public int? DesiredReplicas { get => _desiredReplicas; set => Set(ref _desiredReplicas, value); }

    public int? ReadyReplicas { get => _readyReplicas; set => Set(ref _readyReplicas, value); }

    public DateTimeOffset? ReplicasAt { get; set; }

    /// <summary>The last reopenings, oldest first, no more than flapping looks at.</summary>
    public IReadOnlyList<DateTimeOffset> Reopenings { get; set; } = [];

    /// <summary>The incident of the same key before it.</summary>
    public long? PreviousId { get; init; }

    /// <summary>Nothing but first lists has spoken of it: no alert.</summary>
    public bool History { get => _history; set => Set(ref _history, value); }

    /// <summary>W3C trace context of its first occurrence: what becomes of the incident for the first time goes on in that trace.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The storm it is in, as loaded; joining one is written as a <see cref="StormJoin"/>.</summary>
    public long? StormId { get; init; }

    /// <summary>The pod with the most restarts, which the evidence is asked of first.</summary>
    public string? WorstPod { get; set; }

    public DateTimeOffset? EvidenceAskedAt { get; set; }

    public string? EvidencePod { get; set; }

    /// <summary>In this change the incident came back, so that its evidence is worth asking for again.</summary>
    public bool Reopened { get; set; }

    public int EventTexts { get; set; }

    /// <summary>Grows with every save.</summary>
    public long Version { get; set; }

    /// <summary>As stored before this change.</summary>
    public IncidentType LoadedType { get; private set; }

    public Severity LoadedSeverity { get; private set; }

    public IncidentStatus LoadedStatus { get; private set; }

    public string LoadedSignature { get; private set; } = "";

    public string? LoadedImage { get; private set; }

    public bool Unresolved => Status != IncidentStatus.Resolved;

    public override void Loaded()
    {
        base.Loaded();
        LoadedType = Type;
        LoadedSeverity = Severity;
        LoadedStatus = Status;
        LoadedSignature = Signature;
        LoadedImage = Image;
    }
}
