using System.Globalization;
using KubeMemory.Api.Incidents;

namespace KubeMemory.Api.Graph;

/// <summary>The query strings of the graph's addresses, as strict as the list's: what is not known is an error.</summary>
internal static class GraphQuery
{
    public const int MaxLimit = 100;
    public const int DefaultLimit = 20;
    public const string DefaultWithin = "30m";

    public static readonly TimeSpan MaxWithin = TimeSpan.FromDays(30);

    /// <exception cref="InvalidQueryException">With one sentence for the caller.</exception>
    public static int Limit(IQueryCollection query) => Single(query, "limit") is not { } text
        ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit
            ? limit
            : throw new InvalidQueryException($"limit '{text}' is not a number from 1 to {MaxLimit}.");

    /// <inheritdoc cref="Limit"/>
    public static TimeSpan Within(IQueryCollection query)
    {
        var text = Single(query, "within") ?? DefaultWithin;
        return IncidentQueryParser.Duration(text) is { } within && within <= MaxWithin
            ? within
            : throw new InvalidQueryException($"within '{text}' is not a duration of at most 30 days; write it like 90s, 30m, 2h, 1d.");
    }

    /// <inheritdoc cref="Limit"/>
    public static void Allow(IQueryCollection query, params string[] known)
    {
        foreach (var name in query.Keys.Where(name => !known.Contains(name)))
        {
            throw new InvalidQueryException(
                $"There is no query parameter '{name}'; {(known.Length > 0 ? $"use {string.Join(", ", known)}" : "this address takes none")}.");
        }
    }

    /// <inheritdoc cref="Limit"/>
    public static string? Single(IQueryCollection query, string name) => query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => string.IsNullOrWhiteSpace(one[0]) ? null : one[0]!.Trim(),
        _ => throw new InvalidQueryException($"{name} stands {query[name].Count} times in the query; give it once."),
    };
}
