using System.Globalization;
using System.Text.Json;
using KubeMemory.Core.Incidents;
using Microsoft.Extensions.Primitives;

namespace KubeMemory.Api.Incidents;

/// <summary>
/// Reads the query string of the list. Strict: an unknown parameter or value is an error that names the allowed ones, because a filter
/// that is silently ignored shows rows that nobody asked for.
/// </summary>
internal static class IncidentQueryParser
{
    public const int MaxLimit = 200;
    public const int MaxTextLength = 200;

    /// <summary>As many as the store looks for.</summary>
    public const int MaxWords = 10;

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>By name, with what the OpenAPI document says of it.</summary>
    public static IReadOnlyList<QueryParameter> Parameters { get; } =
    [
        new("status", "One or more statuses; repeated or separated by commas, like all filters.", Names<IncidentStatus>(), Repeats: true),
        new("severity", "One or more severities.", Names<Severity>(), Repeats: true),
        new("type", "One or more types.", Enum.GetNames<IncidentType>(), Repeats: true),
        new("family", "One or more failure families.", Names<FailureFamily>(), Repeats: true),
        new("namespace", "One or more namespaces.", Repeats: true),
        new("cluster", "One or more clusters, by name or id.", Repeats: true),
        new("workload", "One or more workloads, by name.", Repeats: true),
        new("storm", "The incidents of one storm, by its id; /api/status lists the storms of now."),
        new("since", "Seen last at this time or later: RFC 3339, or a duration back from now like 90s, 15m, 24h, 7d, 2w."),
        new("until", "Seen last at this time or before; written like since."),
        new("q", $"Words that must all stand in workload, namespace, pod, description or signature; at most {MaxWords} words and {MaxTextLength} characters."),
        new("sort", "The order; a leading '-' is descending. Default: -last_seen.", [.. SortNames(), .. SortNames().Select(name => "-" + name)]),
        new("limit", $"Rows a page, 1 to {MaxLimit}. Default: {IncidentQuery.All.Limit}."),
        new("cursor", "From next or previous of another page."),
    ];

    private static readonly HashSet<string> Known = [.. Parameters.Select(p => p.Name)];

    /// <exception cref="InvalidQueryException">With one sentence for the caller.</exception>
    public static IncidentQuery Parse(IQueryCollection query, DateTimeOffset now)
    {
        foreach (var name in query.Keys.Where(name => !Known.Contains(name)))
        {
            throw new InvalidQueryException($"There is no query parameter '{name}'; use {string.Join(", ", Parameters.Select(p => p.Name))}.");
        }

        var (sort, ascending) = Sort(Single(query, "sort"));
        var parsed = new IncidentQuery(
            Enums<IncidentStatus>(query, "status", JsonNamingPolicy.SnakeCaseLower),
            Enums<Severity>(query, "severity", JsonNamingPolicy.SnakeCaseLower),
            Enums<IncidentType>(query, "type", policy: null),
            Enums<FailureFamily>(query, "family", JsonNamingPolicy.SnakeCaseLower),
            Values(query["namespace"]),
            Values(query["cluster"]),
            Values(query["workload"]),
            Time(Single(query, "since"), "since", now),
            Time(Single(query, "until"), "until", now),
            Text(Single(query, "q")),
            sort,
            ascending,
            Single(query, "cursor"),
            Limit(Single(query, "limit")),
            Id(Single(query, "storm"), "storm"));
        return parsed is { Since: { } since, Until: { } until } && since > until
            ? throw new InvalidQueryException("since is later than until; swap them.")
            : parsed;
    }

    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string[] Names<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(NameOf)];

    private static string[] Values(StringValues values) =>
        [.. values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()];

    private static string? Single(IQueryCollection query, string name) => query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => string.IsNullOrWhiteSpace(one[0]) ? null : one[0]!.Trim(),
        _ => throw new InvalidQueryException($"{name} stands {query[name].Count} times in the query; give it once."),
    };

    private static T[] Enums<T>(IQueryCollection query, string name, JsonNamingPolicy? policy)
        where T : struct, Enum
    {
        var byName = Enum.GetValues<T>().ToDictionary(v => policy?.ConvertName(v.ToString()) ?? v.ToString(), StringComparer.OrdinalIgnoreCase);
        return [.. Values(query[name]).Select(text => byName.TryGetValue(text, out var value)
            ? value
            : throw new InvalidQueryException($"{name} '{text}' is not known; use one of {string.Join(", ", byName.Keys)}."))];
    }

    private static IEnumerable<string> SortNames() => Enum.GetValues<IncidentSort>().Select(NameOf);

    private static (IncidentSort Sort, bool Ascending) Sort(string? text)
    {
        if (text is null)
        {
            return (IncidentSort.LastSeen, false);
        }

        foreach (var sort in Enum.GetValues<IncidentSort>())
        {
            var name = NameOf(sort);
            if (text == name || text == "-" + name)
            {
                return (sort, text == name);
            }
        }

        throw new InvalidQueryException($"sort '{text}' is not known; use one of {string.Join(", ", SortNames())}, with a leading '-' for descending.");
    }

    private static string? Text(string? text) =>
        text is { Length: > MaxTextLength } ? throw new InvalidQueryException($"q is too long; use at most {MaxTextLength} characters.")
        : text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > MaxWords ? throw new InvalidQueryException($"q has too many words; use at most {MaxWords}.")
        : text;

    private static int Limit(string? text) => text is null
        ? IncidentQuery.All.Limit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit
            ? limit
            : throw new InvalidQueryException($"limit '{text}' is not a number from 1 to {MaxLimit}.");

    private static long? Id(string? text, string name) => text is null
        ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new InvalidQueryException($"{name} '{text}' is not an id; write its number.");

    private static DateTimeOffset? Time(string? text, string name, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        if (Duration(text) is { } ago)
        {
            return now - ago;
        }

        return DateTimeOffset.TryParseExact(Normal(text), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime()
            : throw new InvalidQueryException($"{name} '{text}' is not a time; write RFC 3339 like 2026-01-31T08:00:00Z, or a duration like 15m, 24h, 7d.");
    }

    /// <summary>
    /// RFC 3339 lets t and z be small and T a space. A plus sign that was not escaped arrives as a space, too: <c>2026-01-02T03:04:05 01:00</c>.
    /// </summary>
    private static string Normal(string text)
    {
        var upper = text.ToUpperInvariant();
        return upper.Length > 11 && (upper[10] is ' ' or 'T') ? $"{upper[..10]}T{upper[11..].Replace(' ', '+')}" : upper;
    }

    /// <summary>Like 90s, 15m, 24h, 7d, 2w, at most ten years; null where it is none.</summary>
    internal static TimeSpan? Duration(string text)
    {
        double? seconds = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => null,
        };
        return seconds is { } unit && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n * unit <= 3650 * 86_400.0
            ? TimeSpan.FromSeconds(n * unit)
            : null;
    }
}

internal sealed class InvalidQueryException(string message) : Exception(message);

/// <param name="Allowed">Its values, where they are few; null: any.</param>
/// <param name="Repeats">It takes several values, each of which may fit.</param>
internal sealed record QueryParameter(string Name, string Description, IReadOnlyList<string>? Allowed = null, bool Repeats = false);
