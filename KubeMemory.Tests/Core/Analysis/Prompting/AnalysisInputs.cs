using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;

namespace KubeMemory.Tests.Core.Analysis.Prompting;

/// <summary>An incident to analyse: deployment <c>checkout</c> in <c>shop</c>, whose log says that a host cannot be resolved.</summary>
internal static class AnalysisInputs
{
    public const string Cause = "The host db.payments cannot be resolved.";
    public const string Log = "listening on 8080\nError: getaddrinfo ENOTFOUND db.payments\nexiting";

    public static DateTimeOffset At { get; } = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    public static FailureSignature Signature { get; } = new()
    {
        Id = "test-host-unresolved",
        Title = "A host cannot be resolved",
        Area = SignatureArea.Dependencies,
        Types = [IncidentType.CrashLoopBackOff],
        Clues = [Clue.Log("getaddrinfo ENOTFOUND (?<host>[a-z0-9.-]+)")],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The host {host} cannot be resolved.",
        Thing = "host",
        Steps = [new("See whether the Service exists.", "kubectl get services -n {namespace}")],
        Prevention = ["Wait for what is needed."],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"),
        Samples = [],
        NearMisses = [],
    };

    public static Diagnoser Rules { get; } = new([Signature]);

    /// <summary>What the rules know nothing of.</summary>
    public static Diagnoser NoRules { get; } = new([]);

    public static AnalysisInput Of(
        IReadOnlyList<EvidenceDto>? evidence = null, Diagnoser? rules = null, string pod = "checkout-7d9f8b6c5-x2x4z", string image = "registry.example.com/app:1", string node = "node-1",
        IReadOnlyList<SimilarIncidentDto>? similar = null, FixGuidance? guidance = null)
    {
        var incident = Incident(1, evidence ?? [Event(), LogOf(Log)], pod, image, node);
        var diagnosed = DiagnosisCase.Of(incident);
        return new(incident, diagnosed, (rules ?? Rules).Diagnose(diagnosed), new Retrieved(similar ?? [], guidance ?? FixGuidance.None), null);
    }

    public static EvidenceDto Event(string text = "Back-off restarting failed container app in pod checkout-7d9f8b6c5-x2x4z", string title = "BackOff ×12") =>
        new("E1", EvidenceKind.Event, title, text, At, null, "app", false);

    public static EvidenceDto LogOf(string text, string id = "E2", bool previous = true) =>
        new(id, EvidenceKind.Log, "Log of app before its last restart", text, At, null, "app", previous);

    public static EvidenceDto Spec(string text, string id = "E3") => new(id, EvidenceKind.PodSpec, "What the pod asks for", text, At, null, "app", false);

    public static IncidentDetail Incident(
        long id, IReadOnlyList<EvidenceDto> evidence, string pod = "checkout-7d9f8b6c5-x2x4z", string image = "registry.example.com/app:1", string node = "node-1") => new()
        {
            Id = id,
            Cluster = "test",
            ClusterId = "c1",
            Namespace = "shop",
            Workload = "checkout",
            WorkloadKind = "Deployment",
            Container = "app",
            PodName = pod,
            NodeName = node,
            ServiceName = "checkout",
            IncidentType = IncidentType.CrashLoopBackOff,
            Family = FailureFamily.StartAndCrash,
            Severity = Severity.High,
            Status = IncidentStatus.Open,
            Flapping = false,
            Description = "app crashes",
            Signature = "CrashLoopBackOff|back-off restarting failed container",
            OccurredAt = At,
            LastSeenAt = At,
            Occurrences = 12,
            AffectedPods = 1,
            DesiredReplicas = 2,
            ReadyReplicas = 0,
            RestartCount = 12,
            Image = image,
            Evidence = evidence,
            MissingEvidence = [],
            RawLogs = "",
            Timeline = [],
            Activity = [],
            Pods = [],
            Related = [],
            TimesIn30Days = 1,
        };

    public static FixDto Fix(long id, string text, bool? worked = true, string? correction = null) =>
        new(id, 7, text, worked, correction, "CrashLoopBackOff|x", null, "test", "shop", "checkout", "ann", At, null);
}
