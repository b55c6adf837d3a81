namespace KubeMemory.Core.Contracts;

/// <summary>A row of <c>GET /api/incidents/{id}/similar</c>.</summary>
/// <param name="Incident">As the store has it now.</param>
/// <param name="Similarity">Cosine of meaning, −1 to 1; 0 where it was found otherwise.</param>
public sealed record SimilarIncidentDto(IncidentSummary Incident, double Similarity)
{
    /// <summary>0 to 1: the share of pairs of the labelled set with this much likeness that had the same cause.</summary>
    public double Score { get; init; }

    /// <summary><c>key</c> (the same problem before), <c>signature</c> (the same failure elsewhere) or <c>like</c>.</summary>
    public string Match { get; init; } = "like";

    /// <summary>Why it is like it, in plain words, at most 4.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>How its confirmed fixes read, at most 2.</summary>
    public IReadOnlyList<string> Fixes { get; init; } = [];
}

/// <summary><c>GET /api/incidents/{id}/similar</c>: the likest first.</summary>
public sealed record SimilarIncidentList(IReadOnlyList<SimilarIncidentDto> Results)
{
    /// <summary>What could not be asked, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>How far a rebuild is: a row of <c>GET /api/reindex</c>.</summary>
/// <param name="Projector"><c>vectors</c> or <c>graph</c>.</param>
/// <param name="Target">Where it is rebuilt to: the model and its dimensions, like <c>lexical-2/384</c>; <c>graph</c>.</param>
/// <param name="Serving">What is asked meanwhile; null while the first one is not complete.</param>
/// <param name="Done">Incidents, of <paramref name="Total"/>.</param>
/// <param name="FinishedAt">Null while it runs.</param>
public sealed record ReindexProgress(
    string Projector, string Target, string? Serving, bool Rebuilding, long Done, long Total, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <summary>A projection in <c>GET /api/status</c>, as it was found within the last minute.</summary>
/// <param name="Engine">Like Chroma.</param>
/// <param name="Waiting">Changes that are still to be projected.</param>
/// <param name="DeadLetters">Changes that the engine refused.</param>
/// <param name="Expected">Incidents in the store.</param>
/// <param name="Present">Incidents in the engine; null where it does not answer.</param>
/// <param name="Drift">Incidents that are missing there (less than 0: too many) and that nothing waiting explains.</param>
/// <param name="Error">Why it is not known how it stands, in one sentence.</param>
public sealed record ProjectionStatus(
    string Projector,
    string Engine,
    long Waiting,
    long DeadLetters,
    long Expected,
    long? Present,
    long Drift,
    string? Target,
    string? Serving,
    bool Rebuilding,
    long Done,
    long Total,
    string? Error);
