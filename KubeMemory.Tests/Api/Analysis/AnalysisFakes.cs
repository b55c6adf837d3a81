using System.Collections.Concurrent;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Diagnosis;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;

namespace KubeMemory.Tests.Api.Analysis;

/// <summary>Incidents whose database host cannot be resolved, and the rule that knows it.</summary>
internal static class AnalysisSamples
{
    public const string Signature = "CrashLoopBackOff exit 1";

    public static DateTimeOffset Now { get; } = Samples.Now;

    /// <summary>Confirmed where a log names the host that cannot be resolved; the named thing is that host.</summary>
    public static FailureSignature NoSuchHost { get; } = new()
    {
        Id = "dependency-no-such-host",
        Title = "The name of a dependency cannot be resolved",
        Area = SignatureArea.Dependencies,
        Types = [IncidentType.CrashLoopBackOff],
        Clues = [Clue.Log(@"lookup (?<host>[a-z0-9.-]+): no such host")],
        Specificity = 60,
        Verdict = Verdict.Confirmed,
        Cause = "The host {host} cannot be resolved from {workload}.",
        Thing = "host",
        Steps = [new("See whether the service is there.", "kubectl -n {namespace} get service {host}"), new("Correct the host in the configuration.", "kubectl -n {namespace} edit deployment {workload}", Changes: true)],
        Prevention = ["Check names of dependencies when deploying."],
        Documentation = new("https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"),
        Samples = [],
        NearMisses = [],
    };

    public static Diagnoser Diagnoser { get; } = new([NoSuchHost]);

    /// <param name="log">Of the instance that crashed.</param>
    public static IncidentDetail Incident(long id, string log = "dial tcp: lookup postgres.data: no such host", string workload = "cart", string @namespace = "shop") => Samples.Incident(id) with
    {
        Workload = workload,
        ServiceName = workload,
        Namespace = @namespace,
        PodName = $"{workload}-75fb46b7bd-xtkrh",
        NodeName = "node-7",
        Image = $"registry.example.com/{workload}:1.4",
        Signature = Signature,
        Evidence =
        [
            new("E1", EvidenceKind.Event, $"BackOff on Pod {workload}-75fb46b7bd-xtkrh", "Back-off restarting failed container", Now, $"{workload}-75fb46b7bd-xtkrh", "app", false),
            new("E2", EvidenceKind.Log, "Log of app before its last restart", log, Now, $"{workload}-75fb46b7bd-xtkrh", "app", true),
        ],
    };

    public static FixDto Correction(long id, long incidentId, string text = "The network policy denied DNS", string? signatureId = "dependency-no-such-host", string signature = Signature) =>
        new(id, incidentId, "", null, text, signature, signatureId, "prod", "shop", "cart", "ada", Now, null);

    public static FixProposal Proposal(long id, string text = "Created the service again", long worked = 2, long tried = 3) => new(
        new FixDto(id, 77, text, true, null, Signature, "dependency-no-such-host", "prod", "shop", "cart", "ada", Now, null),
        "It worked for the same failure.",
        new SuccessRate(worked, tried),
        new SuccessRate(1, 1));
}

/// <summary>A model whose answer is given, with what it was asked.</summary>
internal sealed class FakeModel : IModelRecommender
{
    public string Model => "Fake qwen";

    public string PromptVersion => "p1";

    public Func<AnalysisInput, IProgress<string>?, CancellationToken, Task<ModelRecommendation?>> Says { get; set; } = (_, _, _) => Task.FromResult<ModelRecommendation?>(Word());

    public ConcurrentQueue<AnalysisInput> Asked { get; } = [];

    public static ModelRecommendation Word(string? disagreement = null, Verdict verdict = Verdict.Likely) => new(
        verdict,
        "The DNS name is misspelt in the settings.",
        "Compare the settings with the service.",
        [new AnalysisStep("Read the settings.", "kubectl -n shop get configmap cart -o yaml", false, "rules")],
        ["Test the settings in a pipeline."],
        0.95,
        [new AnalysisSource("evidence", "E2", "no such host")],
        disagreement,
        "Fake qwen",
        900,
        100,
        "p1",
        []);

    public Task<ModelRecommendation?> RecommendAsync(AnalysisInput input, IProgress<string>? draft, CancellationToken cancellationToken)
    {
        Asked.Enqueue(input);
        return Says(input, draft, cancellationToken);
    }

    public void IsOut() => Says = (_, _, _) => throw new EngineUnavailableException("Ollama at localhost:11434", new IOException("Connection refused"));
}

/// <summary>Only what an analysis asks.</summary>
internal sealed class FakeFixes : IFixes
{
    public List<FixDto> OfIncidents { get; } = [];

    public FixGuidance Guidance { get; set; } = FixGuidance.None;

    public Exception? Fault { get; set; }

    public Task<IReadOnlyList<FixDto>> OfIncidentAsync(long incidentId, CancellationToken cancellationToken) =>
        Fault is null ? Task.FromResult<IReadOnlyList<FixDto>>(OfIncidents.FindAll(fix => fix.IncidentId == incidentId)) : throw Fault;

    public Task<FixGuidance> GuidanceAsync(long incidentId, string? signatureId, IReadOnlyList<long> similar, CancellationToken cancellationToken) =>
        Fault is null ? Task.FromResult(Guidance) : throw Fault;

    public Task<FixDto?> AddAsync(long incidentId, FixDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<FixDto?> EditAsync(long fixId, FixPatch patch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> DeleteAsync(long fixId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<FixDto?> GetAsync(long fixId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<(long Count, IReadOnlyList<FixDto> Fixes)> ListAsync(string? signature, long? before, int max, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class FakeSimilarCases : ISimilarCases
{
    public IReadOnlyList<SimilarIncidentDto> Found { get; set; } = [];

    public Exception? Fault { get; set; }

    public Task<IReadOnlyList<SimilarIncidentDto>> FindAsync(long incidentId, int max, CancellationToken cancellationToken) =>
        Fault is null ? Task.FromResult(Found) : throw Fault;
}

internal sealed class FakeCorrelations : ICorrelations
{
    public IncidentCorrelation? Found { get; set; }

    public Exception? Fault { get; set; }

    public Task<IncidentCorrelation?> FindAsync(long incidentId, CancellationToken cancellationToken) => Fault is null ? Task.FromResult(Found) : throw Fault;
}

/// <summary>Incidents of the test's choosing; nothing waits.</summary>
internal sealed class NoOutbox : IOutbox
{
    public Dictionary<long, IncidentSummary> Incidents { get; } = [];

    public Task<IncidentSummary?> IncidentAsync(long incidentId, CancellationToken cancellationToken) => Task.FromResult(Incidents.GetValueOrDefault(incidentId));

    public Task<IReadOnlyDictionary<long, string>> TraceParentsAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<long, string>>(new Dictionary<long, string>());

    public Task<IReadOnlyList<OutboxItem>> ClaimAsync(string projector, int max, TimeSpan visibleAfter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CompleteAsync(IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReleaseAsync(OutboxItem item, TimeSpan retryAfter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeadLetterAsync(OutboxItem item, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<OutboxDeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReplayAsync(string projector, long subject, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<OutboxCount>> CountAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EvidenceRequest?> EvidenceRequestAsync(long incidentId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StormSummary?> StormAsync(long stormId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
