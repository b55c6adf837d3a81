namespace KubeMemory.Core.Contracts;

/// <summary><c>GET /api/memory/search/?q=</c>: by meaning and by words, fused by rank.</summary>
public sealed record MemorySearchResults(string Query, IReadOnlyList<MemoryHit> Results);

/// <param name="Kind"><c>incident</c>, <c>fix</c> or <c>evidence</c>: where the words stand.</param>
/// <param name="Snippet">Plain text around them, at most 300 characters.</param>
/// <param name="Score">0 to 1, for order and for the threshold.</param>
/// <param name="Reasons">Why it was found, in plain words.</param>
public sealed record MemoryHit(string Kind, string Id, IncidentSummary Incident, string Snippet, double Score, IReadOnlyList<string> Reasons);
