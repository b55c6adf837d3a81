using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Tests.Web;

/// <summary>Incidents as the API would tell them.</summary>
internal static class FakeIncidents
{
    private static readonly (IncidentType Type, Severity Severity, string Namespace, string Workload, string Description)[] Kinds =
    [
        (IncidentType.CrashLoopBackOff, Severity.Critical, "default", "backend-api", "Container backend-api exits with code 1 and is restarted again and again."),
        (IncidentType.OOMKilled, Severity.High, "shop", "checkout", "Container checkout was killed: it used more memory than its limit of 256Mi."),
        (IncidentType.ImagePullBackOff, Severity.High, "shop", "recommendations", "Image registry.example.com/shop/recommendations:v42 cannot be pulled: not found."),
        (IncidentType.FailedScheduling, Severity.Medium, "batch", "cpu-intensive-app", "No node fits: 0/3 nodes are available, 3 Insufficient cpu."),
        (IncidentType.ProbeFailure, Severity.Medium, "kube-system", "metrics-server", "Readiness probe failed: HTTP probe failed with statuscode: 500"),
        (IncidentType.FailedMount, Severity.High, "data", "postgres", "Volume pgdata cannot be mounted: configmap \"postgres-config\" not found"),
        (IncidentType.ConfigError, Severity.Low, "payments", "ledger", "Pods cannot be made: exceeded quota: compute-quota, requested: cpu=2, used: cpu=7, limited: cpu=8"),
        (IncidentType.JobFailed, Severity.Low, "batch", "nightly-report", "Job has reached the specified backoff limit"),
    ];

    public static WatchStatus Watching(string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new("environment", "c0ffee", name, "https://127.0.0.1:6443", "v1.33.2", WatchState.Watching, ["*"], now.AddHours(-3), now, now.AddSeconds(-4), TimeSpan.FromMilliseconds(38), null, [], 1);
    }

    public static IncidentSummary Summary(IncidentDetail d) => new()
    {
        Id = d.Id,
        Cluster = d.Cluster,
        ClusterId = d.ClusterId,
        Namespace = d.Namespace,
        Workload = d.Workload,
        WorkloadKind = d.WorkloadKind,
        Container = d.Container,
        PodName = d.PodName,
        NodeName = d.NodeName,
        ServiceName = d.ServiceName,
        IncidentType = d.IncidentType,
        Family = d.Family,
        Severity = d.Severity,
        Status = d.Status,
        Flapping = d.Flapping,
        Description = d.Description,
        Signature = d.Signature,
        OccurredAt = d.OccurredAt,
        LastSeenAt = d.LastSeenAt,
        ResolvedAt = d.ResolvedAt,
        Occurrences = d.Occurrences,
        AffectedPods = d.AffectedPods,
        DesiredReplicas = d.DesiredReplicas,
        ReadyReplicas = d.ReadyReplicas,
        RestartCount = d.RestartCount,
        Image = d.Image,
        StormId = d.StormId,
        Spark = d.Spark,
    };

    public static IReadOnlyList<IncidentDetail> Many(int count) => [.. Enumerable.Range(1, count).Select(i => One(i))];

    public static IncidentDetail One(long id, DateTimeOffset? at = null)
    {
        var kind = Kinds[(id - 1) % Kinds.Length];
        var last = at ?? TimeProvider.System.GetUtcNow().AddSeconds(-40 * id);
        var first = last.AddHours(-2).AddMinutes(-7 * (id % 60));
        var workload = id <= Kinds.Length ? kind.Workload : $"{kind.Workload}-{id}";
        var pod = $"{workload}-7c9d8f5b6-x{id % 10}zqk";
        return new IncidentDetail
        {
            Id = id,
            Cluster = id % 5 == 0 ? "staging" : "prod-eu",
            ClusterId = id % 5 == 0 ? "5ca1ab1e" : "c0ffee",
            Namespace = kind.Namespace,
            Workload = workload,
            WorkloadKind = "Deployment",
            Container = kind.Workload,
            PodName = pod,
            NodeName = "worker-2",
            ServiceName = workload,
            IncidentType = kind.Type,
            Family = kind.Type.Family(),
            Severity = kind.Severity,
            Status = id % 7 == 0 ? IncidentStatus.Resolved : id % 4 == 0 ? IncidentStatus.Investigating : IncidentStatus.Open,
            Flapping = id % 6 == 0,
            Description = kind.Description,
            Signature = $"{kind.Type}:{kind.Workload}",
            OccurredAt = first,
            LastSeenAt = last,
            ResolvedAt = id % 7 == 0 ? last.AddMinutes(10) : null,
            Occurrences = 25 * id % 97,
            AffectedPods = (int)(1 + (id % 3)),
            DesiredReplicas = 3,
            ReadyReplicas = 2,
            RestartCount = (int)(5 + id),
            Image = $"registry.example.com/{kind.Namespace}/{kind.Workload}:v42",
            StormId = kind.Type == IncidentType.ImagePullBackOff ? 9 : null,
            Spark = [.. Enumerable.Range(0, 24).Select(h => (int)Math.Max(0, ((h * (id + 3)) % 11) - 4))],
            Evidence = Evidence(pod, kind.Workload, kind.Description, last),
            MissingEvidence = id % 2 == 0 ? ["The log of the previous container could not be read: get pods/log is not allowed in shop."] : [],
            RawLogs = "",
            Timeline =
            [
                new(first, "opened", $"Opened as {kind.Type}."),
                new(first.AddMinutes(12), "type_changed", $"BackOff turned out to be {kind.Type}."),
                new(first.AddMinutes(20), "evidence", "Five facts were collected."),
                new(first.AddMinutes(40), "severity_changed", $"Severity rose to {kind.Severity}."),
                new(last, "occurrence", "Seen again."),
            ],
            Activity = [.. Enumerable.Range(0, 24).Select(i => new ActivityBucket(Floor(first.AddMinutes(5 * i)), 1 + (int)((i * id) % 5)))],
            Pods = [new(pod, "worker-2", 5, first, last), new($"{workload}-7c9d8f5b6-b2mmw", "worker-1", 2, first, last)],
            Related =
            [
                new(id + 1, "prod-eu", kind.Namespace, workload, kind.Type, IncidentStatus.Resolved, kind.Severity, last.AddDays(-3), 12, "The same failure of the same container, 3 days before."),
                new(id + 2, "staging", "shop", "frontend", kind.Type, IncidentStatus.Open, Severity.High, last.AddHours(-1), 4, "The same signature on another workload."),
            ],
            Storm = kind.Type == IncidentType.ImagePullBackOff ? new(9, "c0ffee", "registry:registry.example.com", 4, 4, first, last) : null,
            TimesIn30Days = 3,
        };
    }

    private static DateTimeOffset Floor(DateTimeOffset at) => new(at.UtcTicks / TimeSpan.FromMinutes(5).Ticks * TimeSpan.FromMinutes(5).Ticks, TimeSpan.Zero);

    private static List<EvidenceDto> Evidence(string pod, string container, string description, DateTimeOffset at) =>
    [
        new("E1", EvidenceKind.Event, "BackOff on the pod", description + " (x25 over 2h)", at, pod, container, false),
        new("E2", EvidenceKind.ContainerState, "Last state of the container", "terminated: exit code 1, reason Error, finished 40 s ago\nrestarts: 5\nready: false", at, pod, container, false),
        new("E3", EvidenceKind.Log, "Log of the previous container", PreviousLog, at, pod, container, true),
        new("E4", EvidenceKind.Log, "Log of the current container", "2026-01-05T10:00:02Z INFO  starting backend-api 1.8.2\n2026-01-05T10:00:02Z INFO  connecting to postgres-service.database:5432", at, pod, container, false),
        new("E5", EvidenceKind.PodSpec, "What the pod asks for", "image: registry.example.com/backend-api:v42\nrequests: cpu 100m, memory 128Mi\nlimits: memory 256Mi\nliveness: http-get /healthz:8080 delay=5s period=10s", at, pod, container, false),
        new("E6", EvidenceKind.Rollout, "Last rollout", "revision 42, 2 h 4 min before, image v41 → v42", at, null, null, false),
        new("E7", EvidenceKind.NodeCondition, "Node worker-2", "Ready=True MemoryPressure=False DiskPressure=False PIDPressure=False", at, null, null, false),
    ];

    private static readonly string PreviousLog = string.Join('\n', Enumerable.Range(0, 24).Select(i => $"2026-01-05T09:59:{10 + i:00}Z DEBUG  retrying connection, attempt {i + 1} of 24, backing off {i * 250} ms"))
        + "\n\u001b[31m2026-01-05T09:59:41Z ERROR  getaddrinfo ENOTFOUND postgres-service.database\u001b[0m\n"
        + "    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26)\n"
        + "2026-01-05T09:59:41Z FATAL  cannot reach the database, giving up";
}
