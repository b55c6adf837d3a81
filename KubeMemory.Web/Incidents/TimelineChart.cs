using System.Globalization;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Web.Incidents;

/// <summary>How far back the chart goes, and how wide its bars are.</summary>
public sealed record ChartRange(string Name, string Label, TimeSpan Span, TimeSpan Bucket)
{
    public static IReadOnlyList<ChartRange> All { get; } =
    [
        new("1h", "1 h", TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
        new("6h", "6 h", TimeSpan.FromHours(6), TimeSpan.FromMinutes(10)),
        new("24h", "24 h", TimeSpan.FromHours(24), TimeSpan.FromMinutes(30)),
        new("7d", "7 d", TimeSpan.FromDays(7), TimeSpan.FromHours(3)),
    ];

    /// <summary>The range that the address names; otherwise the shortest that holds the whole incident, or the longest.</summary>
    public static ChartRange Of(string? name, DateTimeOffset from, DateTimeOffset to) =>
        All.FirstOrDefault(r => r.Name == name) ?? All.FirstOrDefault(r => to - from < r.Span - r.Bucket) ?? All[^1];
}

/// <param name="Left">0 to 1.</param>
public sealed record ChartBar(double Left, double Width, int Occurrences, DateTimeOffset From);

/// <param name="Left">0 to 1.</param>
public sealed record ChartMarker(double Left, TimelineEntry Entry);

/// <summary>
/// Occurrences over time, ready to draw. Buckets are whole instants, right-open. The chart ends now; where that would leave it empty
/// (an old or imported incident) it ends with what was seen last.
/// </summary>
public sealed record TimelineChart(
    DateTimeOffset From,
    DateTimeOffset To,
    bool EndsNow,
    int Highest,
    long Total,
    IReadOnlyList<ChartBar> Bars,
    IReadOnlyList<ChartMarker> Markers)
{
    private static readonly HashSet<string> Marked = ["opened", "reopened", "resolved", "stale", "status", "type_changed", "severity_changed", "storm"];

    public static TimelineChart Build(IncidentDetail incident, ChartRange range, DateTimeOffset now)
    {
        var endsNow = now - incident.LastSeenAt < range.Span;
        var last = endsNow ? now : incident.LastSeenAt;
        var to = new DateTimeOffset(((last.UtcTicks / range.Bucket.Ticks) + 1) * range.Bucket.Ticks, TimeSpan.Zero);
        var from = to - range.Span;
        var count = (int)(range.Span / range.Bucket);
        var sums = new int[count];
        foreach (var bucket in incident.Activity.Where(b => b.At >= from && b.At < to))
        {
            sums[(int)((bucket.At - from) / range.Bucket)] += bucket.Occurrences;
        }

        return new(
            from,
            to,
            endsNow,
            sums.Max(),
            sums.Sum(s => (long)s),
            [.. sums.Select((sum, i) => new ChartBar((double)i / count, 1d / count, sum, from + (i * range.Bucket))).Where(b => b.Occurrences > 0)],
            [.. incident.Timeline.Where(e => Marked.Contains(e.Kind) && e.At >= from && e.At < to).Select(e => new ChartMarker((e.At - from) / range.Span, e))]);
    }

    /// <summary>A place along the axis, for style and SVG attributes.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
