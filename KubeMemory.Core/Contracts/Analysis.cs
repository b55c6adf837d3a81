using KubeMemory.Core.Diagnosis;

namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/agents/analysis/{id}/</c>: what is thought of an incident, and how far that is.</summary>
/// <param name="Result">The last one that was completed; null while there is none. It stays while the next one runs.</param>
/// <param name="Reason">Why it failed or waits, in one sentence.</param>
/// <param name="RetryAt">When it is tried again by itself.</param>
/// <param name="Draft">What the model has said so far, while it runs; plain text, not yet checked.</param>
public sealed record AnalysisView(
    long IncidentId,
    AnalysisState State,
    AnalysisResult? Result,
    string? Reason = null,
    DateTimeOffset? QueuedAt = null,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? RetryAt = null,
    string? Draft = null);

public enum AnalysisState
{
    /// <summary>Nobody has asked for one.</summary>
    None,
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>One completed analysis. Every incident of the same analysis key has the same one.</summary>
public sealed record AnalysisResult
{
    /// <summary>Signature and normalised evidence, hashed: analysed once.</summary>
    public required string AnalysisKey { get; init; }

    /// <summary>For which it was made: <see cref="AnalysisSource.Id"/> of evidence is that incident's.</summary>
    public required long IncidentId { get; init; }

    /// <summary>The names of that incident, which stand in the texts: for another one of the same key they are exchanged.</summary>
    public AnalysisSubject? Subject { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Of the catalogue, like <c>image-not-found</c>; null where inconclusive.</summary>
    public string? SignatureId { get; init; }

    /// <summary>Plain text, one to three sentences; where inconclusive what is known and what is missing.</summary>
    public required string RootCause { get; init; }

    /// <summary>The named thing, like <c>postgres-service.database</c>.</summary>
    public string? Thing { get; init; }

    public string? ThingKind { get; init; }

    /// <summary>What to do first, one or two sentences; null where nothing can be said.</summary>
    public string? Recommendation { get; init; }

    public required IReadOnlyList<AnalysisStep> Steps { get; init; }

    public required IReadOnlyList<string> Prevention { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Where that number comes from, in plain words.</summary>
    public required string ConfidenceOrigin { get; init; }

    public required IReadOnlyList<AnalysisSource> Sources { get; init; }

    /// <summary>Evidence that would tell more and is not there, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Where model and rules do not agree: what the other one says. The rules' word stands.</summary>
    public string? Disagreement { get; init; }

    /// <summary>What people corrected in earlier analyses of the like, and that this one takes into account.</summary>
    public string? Correction { get; init; }

    /// <summary>Page of the Kubernetes documentation.</summary>
    public Uri? Documentation { get; init; }

    /// <summary>Null where the rules alone spoke.</summary>
    public string? Model { get; init; }

    /// <summary>Why the model said nothing, where there is one: <c>It does not answer.</c></summary>
    public string? ModelFault { get; init; }

    public int PromptTokens { get; init; }

    public int AnswerTokens { get; init; }

    public required double DurationMs { get; init; }

    /// <summary>Of the prompt's templates; of the catalogue where no model spoke.</summary>
    public required string PromptVersion { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <param name="Container">Empty where the failure is the pod's.</param>
public sealed record AnalysisSubject(string Namespace, string Workload, string Container, string? PodName, string? NodeName, string? Image);

/// <param name="Changes">It changes something in the cluster.</param>
/// <param name="Origin"><c>rules</c>, <c>model</c> or <c>fix</c>.</param>
public sealed record AnalysisStep(string Text, string? Command, bool Changes, string Origin);

/// <param name="Kind"><c>evidence</c>, <c>incident</c> or <c>fix</c>.</param>
/// <param name="Id"><c>E3</c>, or the number of the incident or fix.</param>
/// <param name="Quote">At most 300 characters of plain text.</param>
public sealed record AnalysisSource(string Kind, string Id, string Quote);

/// <summary><c>GET /api/agents/status/</c>.</summary>
/// <param name="Engine"><c>rules</c>, or the model as the status calls it.</param>
/// <param name="Queued">Incidents that wait, of them <paramref name="Waiting"/> for a later try.</param>
/// <param name="CompletedToday">Analyses run since midnight UTC; reused ones not counted.</param>
/// <param name="TokensToday">Prompt and answers since midnight UTC.</param>
/// <param name="TokenBudget">A day's; null where unlimited.</param>
/// <param name="Error">Why nothing goes on, in one sentence.</param>
public sealed record AgentsStatus(
    string Engine, bool Healthy, long Queued, long Waiting, long Running, long Failed, long CompletedToday, long ReusedToday, long TokensToday, long? TokenBudget, string? Error);

/// <summary>Part of <see cref="LiveChange"/>: how far an analysis is.</summary>
/// <param name="Draft">What the model has said so far, its last 4,000 characters.</param>
public sealed record AnalysisProgress(long IncidentId, AnalysisState State, string? Draft = null);

/// <summary>Answer of <c>POST /api/agents/runbook/{id}/</c>.</summary>
/// <param name="FileName">Like <c>incident-42-api.md</c>.</param>
public sealed record Runbook(string FileName, string Markdown);
