using System.Globalization;
using System.Text;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace KubeMemory.Web.Incidents;

/// <summary>
/// What the list shows, as it stands in the page's address: the same names as the API's. Values that are not known are left out, so
/// that an old link still opens.
/// </summary>
public sealed record IncidentFilter
{
    public const int PageSize = 25;

    public const string DefaultSort = "-last_seen";

    /// <summary>The API's limit on <c>q</c>.</summary>
    private const int MaxText = 200;

    public static IncidentFilter All { get; } = new();

    public static IReadOnlyList<IncidentStatus> Unresolved { get; } = [IncidentStatus.Open, IncidentStatus.Investigating, IncidentStatus.Stale];

    public IReadOnlyList<IncidentStatus> Status { get; init; } = [];

    public IReadOnlyList<Severity> Severity { get; init; } = [];

    public IReadOnlyList<IncidentType> Type { get; init; } = [];

    public IReadOnlyList<FailureFamily> Family { get; init; } = [];

    public IReadOnlyList<string> Namespace { get; init; } = [];

    public IReadOnlyList<string> Cluster { get; init; } = [];

    public IReadOnlyList<string> Workload { get; init; } = [];

    /// <summary>A storm's id.</summary>
    public long? Storm { get; init; }

    /// <summary>RFC 3339, or a span back from now like <c>24h</c> or <c>7d</c>, which stays true in a saved link.</summary>
    public string? Since { get; init; }

    public string? Until { get; init; }

    public string? Text { get; init; }

    /// <summary>The API's name of an order; a leading '-' is descending.</summary>
    public string Sort { get; init; } = DefaultSort;

    /// <summary>Of the page; null is the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether anything but order and page restricts the list.</summary>
    public bool IsRestricted => Status.Count + Severity.Count + Type.Count + Family.Count + Namespace.Count + Cluster.Count + Workload.Count > 0
        || Storm is not null || Since is not null || Until is not null || Text is not null;

    public static IncidentFilter Parse(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return new IncidentFilter
        {
            Status = Known(values, "status", Wire.Statuses),
            Severity = Known(values, "severity", Wire.Severities),
            Type = Known(values, "type", Wire.Types),
            Family = Known(values, "family", Wire.Families),
            Namespace = Words(values, "namespace"),
            Cluster = Words(values, "cluster"),
            Workload = Words(values, "workload"),
            Storm = long.TryParse(One(values, "storm"), NumberStyles.None, CultureInfo.InvariantCulture, out var storm) ? storm : null,
            Since = One(values, "since") is { } since && IsTime(since) ? since : null,
            Until = One(values, "until") is { } until && IsTime(until) ? until : null,
            Text = One(values, "q") is { } text ? text[..Math.Min(text.Length, MaxText)] : null,
            Sort = One(values, "sort") is { } sort && Sorts.Any(s => s.Name == sort.TrimStart('-')) ? sort : DefaultSort,
            Cursor = One(values, "cursor"),
        };
    }

    /// <summary>The orders a reader can choose: the API's name without direction, and what it is called.</summary>
    public static IReadOnlyList<(string Name, string Label)> Sorts { get; } =
        [("last_seen", "Last seen"), ("occurred_at", "First seen"), ("severity", "Severity"), ("occurrences", "Occurrences")];

    /// <summary>With the leading '?', or empty. A default is left out.</summary>
    public string ToQueryString()
    {
        var query = new StringBuilder();
        Add(query, "status", Status.Select(s => s.ToWire()));
        Add(query, "severity", Severity.Select(s => s.ToWire()));
        Add(query, "type", Type.Select(t => t.ToString()));
        Add(query, "family", Family.Select(f => f.ToWire()));
        Add(query, "namespace", Namespace);
        Add(query, "cluster", Cluster);
        Add(query, "workload", Workload);
        Add(query, "storm", Storm?.ToString(CultureInfo.InvariantCulture));
        Add(query, "since", Since);
        Add(query, "until", Until);
        Add(query, "q", Text);
        Add(query, "sort", Sort == DefaultSort ? null : Sort);
        Add(query, "cursor", Cursor);
        return query.ToString();
    }

    public string ToAddress() => "incidents" + ToQueryString();

    /// <summary>Whether the list would hold this incident, judged as the API does.</summary>
    public bool Holds(IncidentSummary incident, DateTimeOffset now) =>
        Any(Status, incident.Status)
        && Any(Severity, incident.Severity)
        && Any(Type, incident.IncidentType)
        && Any(Family, incident.Family)
        && Any(Namespace, incident.Namespace)
        && (Any(Cluster, incident.Cluster) || Any(Cluster, incident.ClusterId))
        && Any(Workload, incident.Workload)
        && (Storm is null || incident.StormId == Storm)
        && (Instant(Since, now) is not { } since || incident.LastSeenAt >= since)
        && (Instant(Until, now) is not { } until || incident.LastSeenAt <= until)
        && HoldsText(incident);

    /// <summary>The cursor in an address that the API gave as its next or previous page.</summary>
    public static string? CursorOf(string? address)
    {
        var start = address?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        return start < 0 ? null : One(QueryHelpers.ParseQuery(address![start..]), "cursor");
    }

    private bool HoldsText(IncidentSummary incident) =>
        Text is null || Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(word =>
            new[] { incident.Workload, incident.Namespace, incident.PodName, incident.Description, incident.Signature }
                .Any(field => field?.Contains(word, StringComparison.OrdinalIgnoreCase) == true));

    private static bool Any<T>(IReadOnlyList<T> wanted, T value) => wanted.Count == 0 || wanted.Contains(value);

    private static bool IsTime(string text) => Instant(text, DateTimeOffset.UnixEpoch) is not null;

    private static DateTimeOffset? Instant(string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        if (unit is not null && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 10_000)
        {
            return now - (count * unit);
        }

        return text.Length >= 10 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private static List<T> Known<T>(Dictionary<string, StringValues> values, string name, IReadOnlyDictionary<string, T> known) =>
        [.. Words(values, name).Where(known.ContainsKey).Select(word => known[word]).Distinct()];

    private static List<string> Words(Dictionary<string, StringValues> values, string name) =>
        values.TryGetValue(name, out var found)
            ? [.. found.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()]
            : [];

    private static string? One(Dictionary<string, StringValues> values, string name) =>
        values.TryGetValue(name, out var found) && !string.IsNullOrWhiteSpace(found[0]) ? found[0]!.Trim() : null;

    private static void Add(StringBuilder query, string name, IEnumerable<string> values) =>
        Add(query, name, string.Join(',', values));

    private static void Add(StringBuilder query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            // A comma may stand in a query as it is, and reads better.
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=')
                .Append(Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal));
        }
    }
}
