using System.Globalization;
using KubeMemory.Api.Graph;
using KubeMemory.Api.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Memory;

/// <summary>The query strings of the memory's addresses, as strict as the list's: what is not known is an error.</summary>
internal static class MemoryQuery
{
    public const int DefaultSimilar = 5;
    public const int DefaultSearch = 20;
    public const string ClusterScope = "cluster";
    public const string AllScope = "all";

    public static IReadOnlyList<string> Kinds { get; } = [MemorySearch.IncidentKind, MemorySearch.EvidenceKind, MemorySearch.FixKind];

    /// <exception cref="InvalidQueryException">With one sentence for the caller.</exception>
    public static (int Limit, bool SameClusterOnly) Similar(IQueryCollection query)
    {
        GraphQuery.Allow(query, "limit", "scope");
        var scope = GraphQuery.Single(query, "scope") ?? AllScope;
        return scope is ClusterScope or AllScope
            ? (Limit(query, DefaultSimilar, SimilarCases.Most), scope == ClusterScope)
            : throw new InvalidQueryException($"scope '{scope}' is not known; use {ClusterScope} or {AllScope}.");
    }

    /// <inheritdoc cref="Similar"/>
    public static (string Text, int Limit, string? Cluster, string? Kind) Search(IQueryCollection query)
    {
        GraphQuery.Allow(query, "q", "limit", "cluster", "kind");
        var text = GraphQuery.Single(query, "q") ?? throw new InvalidQueryException("q is missing; say what to look for, like ?q=connection refused.");
        if (text.Length > MemorySearch.LongestQuery)
        {
            throw new InvalidQueryException($"q is too long; use at most {MemorySearch.LongestQuery} characters.");
        }

        var kind = GraphQuery.Single(query, "kind");
        return kind is null || Kinds.Contains(kind)
            ? (text, Limit(query, DefaultSearch, MemorySearch.Most), GraphQuery.Single(query, "cluster"), kind)
            : throw new InvalidQueryException($"kind '{kind}' is not known; use {string.Join(", ", Kinds)}.");
    }

    private static int Limit(IQueryCollection query, int usual, int most) => GraphQuery.Single(query, "limit") is not { } text
        ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most
            ? limit
            : throw new InvalidQueryException($"limit '{text}' is not a number from 1 to {most}.");
}
