using System.Globalization;
using KubeMemory.Api.Incidents;

namespace KubeMemory.Api.Fixes;

/// <summary>The query string of <c>GET /api/fixes/</c>, as strict as the incidents' list: what is not known is an error.</summary>
/// <param name="Before">The last id of the page before; null for the first page.</param>
internal sealed record FixQuery(string? Signature, long? Before, int Limit)
{
    public const int MaxLimit = 100;
    public const int DefaultLimit = 25;

    private static readonly string[] Known = ["signature", "cursor", "limit"];

    /// <exception cref="InvalidQueryException">With one sentence for the caller.</exception>
    public static FixQuery Parse(IQueryCollection query)
    {
        foreach (var name in query.Keys.Where(name => !Known.Contains(name)))
        {
            throw new InvalidQueryException($"There is no query parameter '{name}'; use {string.Join(", ", Known)}.");
        }

        return new FixQuery(Single(query, "signature"), Cursor(query), Size(query));
    }

    private static long? Cursor(IQueryCollection query) => Single(query, "cursor") is not { } text
        ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var before) && before >= 1
            ? before
            : throw new InvalidQueryException($"cursor '{text}' is none of this list's; use the address in next, or start without one.");

    private static int Size(IQueryCollection query) => Single(query, "limit") is not { } text
        ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit
            ? limit
            : throw new InvalidQueryException($"limit '{text}' is not a number from 1 to {MaxLimit}.");

    private static string? Single(IQueryCollection query, string name) => query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => string.IsNullOrWhiteSpace(one[0]) ? null : one[0]!.Trim(),
        _ => throw new InvalidQueryException($"{name} stands {query[name].Count} times in the query; give it once."),
    };
}
