using System.Globalization;
using System.Text;
using KubeMemory.Core.Contracts;
using KubeMemory.Standalone.Logging;

namespace KubeMemory.Standalone.Import;

/// <summary>What an import prints at its end.</summary>
internal static class ImportSummary
{
    private const int MaxRows = 100;

    private static readonly string[] Header = ["NAMESPACE", "WORKLOAD", "TYPE", "OCCURRENCES", "PODS", "SEVERITY", "STATUS", ""];

    public static string Text(ImportResult result)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{result.Cluster}, as of {result.Capture.CapturedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {Count(result.Sync.Received, "event and state", "events and states")} read, {Verdict(result)}.");
        if (result.Incidents.Count > 0)
        {
            var rows = result.Incidents
                .OrderBy(i => i.Namespace, StringComparer.Ordinal).ThenBy(i => i.Workload, StringComparer.Ordinal).ThenBy(i => i.Id)
                .Take(MaxRows).Select(i => Row(i, result.Known.Contains(i.Id))).Prepend(Header).ToList();
            Table(text.AppendLine(), rows);
            if (result.Incidents.Count > MaxRows)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"… and {result.Incidents.Count - MaxRows} more.");
            }
        }

        foreach (var warning in result.Capture.Warnings.Concat(result.Sync.Warnings))
        {
            text.AppendLine().Append("note: ").Append(warning);
        }

        return TerminalText.Plain(text.ToString().TrimEnd()) + Environment.NewLine;
    }

    private static string Verdict(ImportResult result)
    {
        var added = result.Incidents.Count(i => !result.Known.Contains(i.Id));
        return result.Incidents.Count == 0 ? "no incident"
            : added == 0 && result.Changed == 0 ? $"nothing new: {Count(result.Incidents.Count, "incident", "incidents")} already known"
            : $"{Count(result.Incidents.Count, "incident", "incidents")}, {added} new";
    }

    private static string Count(long n, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{n} {(n == 1 ? one : many)}");

    private static string[] Row(IncidentSummary i, bool known) =>
    [
        i.Namespace.Length == 0 ? "-" : i.Namespace,
        i.Container.Length == 0 || i.Container == i.Workload ? i.Workload : $"{i.Workload}/{i.Container}",
        i.IncidentType.ToString(),
        i.Occurrences.ToString(CultureInfo.InvariantCulture),
        i.AffectedPods.ToString(CultureInfo.InvariantCulture),
        i.Severity.ToString().ToLowerInvariant(),
        i.Status.ToString().ToLowerInvariant(),
        known ? "already known" : "new",
    ];

    private static void Table(StringBuilder text, List<string[]> rows)
    {
        var widths = Enumerable.Range(0, Header.Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, c) => c is 3 or 4 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        }
    }
}
