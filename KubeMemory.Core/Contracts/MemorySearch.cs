namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/memory/search/?q=</c>: by meaning and by words, fused by rank.</summary>
/// <param name="Query">As it was looked for, redacted.</param>
public sealed record MemorySearchResults(string Query, IReadOnlyList<MemoryHit> Results)
{
    /// <summary>What could not be asked, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <param name="Kind"><c>incident</c>, <c>fix</c> or <c>evidence</c>: where the words stand.</param>
/// <param name="Snippet">Plain text around them, at most 300 characters.</param>
/// <param name="Id">The incident's number; of evidence <c>42/E3</c>.</param>
/// <param name="Score">0 to 1: how much of the query's weight it has, or how alike it reads. The order is that of the fused ranks.</param>
/// <param name="Reasons">Why it was found, in plain words.</param>
public sealed record MemoryHit(string Kind, string Id, IncidentSummary Incident, string Snippet, double Score, IReadOnlyList<string> Reasons);
