using System.Text.Json;
using System.Text.Json.Serialization;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Core.Contracts;

/// <summary>A row of <c>GET /api/incidents/</c>. On the wire snake_case, times RFC 3339 in UTC, enums by name.</summary>
public record IncidentSummary
{
    public required long Id { get; init; }

    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    public required string ClusterId { get; init; }

    public required string Namespace { get; init; }

    public required string Workload { get; init; }

    public required string WorkloadKind { get; init; }

    public required string Container { get; init; }

    /// <summary>The pod hit last.</summary>
    public string? PodName { get; init; }

    public string? NodeName { get; init; }

    /// <summary>What the workload serves: its name, where nothing better is known.</summary>
    public required string ServiceName { get; init; }

    public required IncidentType IncidentType { get; init; }

    public required FailureFamily Family { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>open, investigating, resolved or stale.</summary>
    public required IncidentStatus Status { get; init; }

    /// <summary>Reopened three times within six hours.</summary>
    public required bool Flapping { get; init; }

    /// <summary>One line: what fails.</summary>
    public required string Description { get; init; }

    public required string Signature { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public required long Occurrences { get; init; }

    /// <summary>How many pods it has hit.</summary>
    public required int AffectedPods { get; init; }

    public int? DesiredReplicas { get; init; }

    public int? ReadyReplicas { get; init; }

    public required int RestartCount { get; init; }

    public string? Image { get; init; }

    /// <summary>The storm that it belongs to, if any.</summary>
    public long? StormId { get; init; }

    /// <summary>It is so old that nothing but this is kept of it.</summary>
    public bool Compacted { get; init; }

    /// <summary>Occurrences in each of the last 24 hours of its activity, oldest first.</summary>
    public IReadOnlyList<int> Spark { get; init; } = [];
}

/// <summary><c>GET /api/incidents/{id}</c>.</summary>
public sealed record IncidentDetail : IncidentSummary
{
    /// <summary>By ordinal: [E1], [E2], …</summary>
    public required IReadOnlyList<EvidenceDto> Evidence { get; init; }

    /// <summary>What the watcher could not read, one sentence each.</summary>
    public required IReadOnlyList<string> MissingEvidence { get; init; }

    /// <summary>The log evidence as one text: the crashed container's first, each under a heading line.</summary>
    public required string RawLogs { get; init; }

    /// <summary>Oldest first, at most 200.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>Occurrences in five-minute buckets, oldest first, empty ones left out, at most 2,016 (a week).</summary>
    public required IReadOnlyList<ActivityBucket> Activity { get; init; }

    public required IReadOnlyList<AffectedPod> Pods { get; init; }

    /// <summary>At most 20: earlier incidents of the same key, then of the same signature, then the storm's others.</summary>
    public required IReadOnlyList<RelatedIncident> Related { get; init; }

    public StormSummary? Storm { get; init; }

    /// <summary>How many incidents this key has had in the 30 days before, itself included.</summary>
    public required int TimesIn30Days { get; init; }
}

/// <param name="Id">Within the incident: <c>E1</c>, <c>E2</c>, …</param>
public sealed record EvidenceDto(
    string Id,
    EvidenceKind Kind,
    string Title,
    string Text,
    DateTimeOffset ObservedAt,
    string? PodName,
    string? Container,
    bool Previous);

/// <param name="Kind">opened, occurrence, type_changed, severity_changed, status, reopened, resolved, stale, evidence, storm.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Kind, string Text);

public sealed record ActivityBucket(DateTimeOffset At, int Occurrences);

public sealed record AffectedPod(string Name, string? NodeName, int RestartCount, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt);

/// <param name="Reason">Why it is related, in plain words.</param>
public sealed record RelatedIncident(
    long Id,
    string Cluster,
    string Namespace,
    string Workload,
    IncidentType IncidentType,
    IncidentStatus Status,
    Severity Severity,
    DateTimeOffset OccurredAt,
    long Occurrences,
    string Reason);

/// <param name="CauseKey">Like <c>registry:registry.example.com</c>.</param>
public sealed record StormSummary(long Id, string ClusterId, string CauseKey, int Workloads, int Incidents, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt);

/// <summary>One page by key.</summary>
/// <param name="Count">Of all rows that fit the filter, counted by the database.</param>
/// <param name="Next">The address of the next page, or null.</param>
public sealed record IncidentPage(long Count, string? Next, string? Previous, IReadOnlyList<IncidentSummary> Results);

/// <summary>Body of <c>PATCH /api/incidents/{id}</c>: open, investigating or resolved, and nothing else.</summary>
public sealed record IncidentPatch(string? Status);

public static class LiveChangeKinds
{
    public const string Opened = "opened";
    public const string Updated = "updated";
    public const string Resolved = "resolved";
    public const string Storm = "storm";

    /// <summary>Its analysis has gone on; the change has nothing but <see cref="LiveChange.Analysis"/>.</summary>
    public const string Analysis = "analysis";

    /// <summary>The incident is gone; the change has nothing but its id.</summary>
    public const string Deleted = "deleted";

    /// <summary>The reader's id has expired: read the state again.</summary>
    public const string Reset = "reset";
}

/// <summary>What the live feed carries: SSE <c>event:</c> is the kind, <c>data:</c> is this as JSON; the WebSocket sends it with its id.</summary>
/// <param name="Incident">As it is now; null for a reset, and where it is gone.</param>
/// <param name="History">It came from the first list: no alert.</param>
/// <param name="IncidentId">Of the one that is gone.</param>
public sealed record LiveChange(string Kind, IncidentSummary? Incident, StormSummary? Storm = null, bool History = false, long? IncidentId = null)
{
    /// <summary>W3C trace context, where it is the first that is heard of an incident and traces are collected.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AnalysisProgress? Analysis { get; init; }
}

/// <summary><c>GET /api/status</c>: how KubeMemory itself does.</summary>
/// <param name="Storms">Of the last 24 hours, resolved ones too.</param>
/// <param name="OpenBySeverity">Unresolved incidents, by severity's name.</param>
/// <param name="Gates">Signals by gate, summed over clusters.</param>
/// <param name="Version">Of KubeMemory.</param>
public sealed record SystemStatus(
    string Version,
    DateTimeOffset Now,
    IReadOnlyList<WatchStatus> Clusters,
    IReadOnlyDictionary<string, long> OpenBySeverity,
    long Incidents,
    long Storms,
    IReadOnlyDictionary<string, long> Gates,
    StreamStatus Stream,
    IReadOnlyList<EngineStatus> Engines,
    IReadOnlyList<string> ClusterNames,
    IReadOnlyList<string> Namespaces)
{
    /// <summary>Storms of the last 24 hours with an unresolved incident, newest first, at most 20.</summary>
    public IReadOnlyList<StormSummary> StormsNow { get; init; } = [];

    /// <summary>Vector memory and graph; empty until they have been looked at once.</summary>
    public IReadOnlyList<ProjectionStatus> Projections { get; init; } = [];

    /// <summary>How far the models of the connection strings <c>chat</c> and <c>embedding</c> are; empty without them.</summary>
    public IReadOnlyList<ModelStatus> Models { get; init; } = [];
}

/// <param name="Pending">Signals not yet in the store.</param>
public sealed record StreamStatus(long Pending, long DeadLetters);

/// <param name="Engine">Like SQLite.</param>
public sealed record EngineStatus(string Port, string Engine, bool Healthy, string? Error);

/// <summary>The one way in which contracts are written and read.</summary>
public static class ContractJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.Converters.Add(new JsonStringEnumConverter<IncidentStatus>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<Severity>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<ModelState>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<FailureFamily>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<EvidenceKind>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<WatchState>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<Verdict>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<AnalysisState>(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new JsonStringEnumConverter<IncidentType>());
    }
}
