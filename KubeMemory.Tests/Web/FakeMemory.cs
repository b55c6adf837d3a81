using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Tests.Web;

/// <summary>What the API would tell of incidents besides: analyses, the like, fixes, what stands around them.</summary>
internal static class FakeMemory
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static AnalysisView Done(long id, AnalysisResult? result = null) => new(id, AnalysisState.Done, result ?? Confirmed(id));

    public static AnalysisResult Confirmed(long id) => new()
    {
        AnalysisKey = "5f2c9a",
        IncidentId = id,
        Verdict = Verdict.Confirmed,
        SignatureId = "dependency-host-not-found",
        RootCause = "The process cannot resolve the host of its database, postgres-service.database, and gives up [E3]. The container ends with exit code 1 [E2].",
        Thing = "postgres-service.database",
        ThingKind = "host",
        Recommendation = "Find out whether the service exists under that name and namespace.",
        Steps =
        [
            new("Put the service back, where it is gone.", "kubectl apply -n database -f postgres-service.yaml", Changes: true, "fix"),
            new("See whether the service is there.", "kubectl get service postgres-service -n database", Changes: false, "rules"),
            new("Ask the cluster's DNS from within the namespace [E3].", "kubectl exec -n default deploy/backend-api -- getent hosts postgres-service.database", Changes: false, "rules"),
            new("Compare the address in the pod's settings [E5].", "kubectl get deployment backend-api -n default -o jsonpath='{.spec.template.spec.containers[*].env}'", Changes: false, "model"),
        ],
        Prevention = ["Let the deployment wait for its database in an init container.", "Alert on services that lose all their endpoints."],
        Confidence = 0.94,
        ConfidenceOrigin = "No more than the share of the labelled cases, decided by the rules like this one, whose cause was right.",
        Sources =
        [
            new("evidence", "E3", "getaddrinfo ENOTFOUND postgres-service.database"),
            new("evidence", "E2", "terminated: exit code 1, reason Error"),
            new("incident", "2", "The same failure of the same container, 3 days before."),
            new("fix", "71", "Put the service postgres-service back into the namespace database."),
        ],
        Documentation = new Uri("https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/"),
        Model = "Ollama qwen2.5:0.5b",
        PromptTokens = 2_812,
        AnswerTokens = 204,
        DurationMs = 3_240,
        PromptVersion = "3",
        At = Now.AddMinutes(-5),
    };

    public static AnalysisResult Likely(long id) => Confirmed(id) with
    {
        Verdict = Verdict.Likely,
        Confidence = 0.71,
        Model = null,
        ModelFault = "It does not answer.",
        PromptTokens = 0,
        AnswerTokens = 0,
        PromptVersion = "1",
        DurationMs = 12,
    };

    public static AnalysisResult Inconclusive(long id) => Confirmed(id) with
    {
        Verdict = Verdict.Inconclusive,
        SignatureId = null,
        RootCause = "The container ends with exit code 1 and says nothing about why. What it wrote before could not be read.",
        Thing = null,
        ThingKind = null,
        Recommendation = null,
        Steps = [new("Read what the last instance wrote.", "kubectl logs -n default deploy/backend-api --previous", Changes: false, "rules")],
        Prevention = [],
        Confidence = 0,
        ConfidenceOrigin = "No failure signature matches the evidence.",
        Sources = [],
        Missing = ["The log of the previous container could not be read: get pods/log is not allowed in default."],
        Model = null,
        Documentation = null,
    };

    public static SimilarIncidentList Similar(IncidentDetail incident) => new(
    [
        new(Summary(incident, incident.Id + 1, IncidentStatus.Resolved), 0.97)
        {
            Score = 0.98,
            Match = "key",
            Reasons = ["The same failure of the same container, 3 days before.", "Both logs say getaddrinfo ENOTFOUND."],
            Fixes = ["Put the service postgres-service back into the namespace database."],
        },
        new(Summary(incident, incident.Id + 3, IncidentStatus.Open) with { Workload = "orders", Namespace = "shop" }, 0.88) { Score = 0.81, Match = "signature", Reasons = ["The same signature on another workload."] },
        new(Summary(incident, incident.Id + 4, IncidentStatus.Resolved) with { Workload = "billing", Cluster = "staging" }, 0.61) { Score = 0.44, Reasons = ["The logs use much the same words."] },
    ]);

    public static FixDto Fix(long id, IncidentDetail incident, string text, bool? worked, string? correction = null) => new(
        id, incident.Id, text, worked, correction, incident.Signature, "dependency-host-not-found", incident.Cluster, incident.Namespace, incident.Workload, "otto", Now.AddDays(-3), null);

    public static FixesOfIncident Fixes(IncidentDetail incident)
    {
        var other = incident with { Id = incident.Id + 1 };
        return new(
            [],
            [
                new(Fix(71, other, "Put the service postgres-service back into the namespace database.", true), "It worked for the same failure of this workload 3 days ago.", new(3, 4), new(1, 1)),
                new(Fix(68, other with { Workload = "orders" }, "Set DB_HOST to postgres.database.svc.cluster.local and roll out.", true), "It worked for the same failure on another workload.", new(1, 1), new(0, 0)),
            ],
            [Fix(70, other, "", null, "It was the network policy of the namespace that kept DNS away.")]);
    }

    public static IncidentCorrelation Correlation(IncidentDetail incident) => new(
        [
            new(Summary(incident, incident.Id + 3, IncidentStatus.Open) with { Workload = "orders", Namespace = "shop" }, 40, ["Node"]),
            new(Summary(incident, incident.Id + 5, IncidentStatus.Investigating) with { Workload = "reports", Namespace = "batch" }, -95, []),
        ],
        [
            new("dependency", "postgres-service.database", [incident.Id + 3, incident.Id + 5], 2),
            new("node", "worker-2", [incident.Id + 3], 1),
        ],
        [
            new("database", "postgres", incident.OccurredAt.AddMinutes(-12), 12, "image postgres:16.2 → postgres:17.0", false),
            new(incident.Namespace, incident.Workload, incident.OccurredAt.AddMinutes(-95), 95, "image backend-api:v41 → backend-api:v42", true),
        ],
        new(3, 3, 5, [$"{incident.Namespace}/{incident.Workload}", "shop/orders", "batch/reports"]));

    public static string Runbook(IncidentDetail incident) => $"# {incident.IncidentType} of {incident.Workload}\n\n1. `kubectl get service postgres-service -n database`\n";

    private static IncidentSummary Summary(IncidentDetail incident, long id, IncidentStatus status) => FakeIncidents.Summary(incident) with { Id = id, Status = status, StormId = null };
}
