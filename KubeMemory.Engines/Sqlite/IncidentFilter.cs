using System.Text.Json;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Engines.Sqlite;

/// <summary>A query as a condition over <c>incidents i LEFT JOIN clusters c</c>. What users type arrives as parameters only.</summary>
internal static class IncidentFilter
{
    /// <summary>More words than anyone searches for.</summary>
    private const int WordsUsed = 10;

    private static readonly string[] Searched = ["i.workload", "i.namespace", "COALESCE(i.pod_name, '')", "i.description", "i.signature"];

    public static (string Where, List<object?> Values) Of(IncidentQuery query)
    {
        var where = new List<string> { "1 = 1" };
        var values = new List<object?>();

        string Parameter(object? value)
        {
            values.Add(value);
            return "$" + values.Count;
        }

        void Any<T>(string column, IReadOnlyList<T> wanted, Func<T, object> stored)
        {
            if (wanted.Count > 0)
            {
                where.Add($"{column} IN (SELECT value FROM json_each({Parameter(JsonSerializer.Serialize(wanted.Select(stored)))}))");
            }
        }

        Any("i.status", query.Status, status => status.ToString());
        Any("i.severity", query.Severity, severity => (int)severity);
        Any("i.type", query.Type, type => type.ToString());
        Any("i.family", query.Family, family => family.ToString());
        Any("i.namespace", query.Namespace, name => name);
        Any("i.workload", query.Workload, name => name);
        if (query.Cluster.Count > 0)
        {
            var clusters = Parameter(JsonSerializer.Serialize(query.Cluster));
            where.Add($"(i.cluster_id IN (SELECT value FROM json_each({clusters})) OR c.name IN (SELECT value FROM json_each({clusters})))");
        }

        if (query.Storm is { } storm)
        {
            where.Add($"i.storm_id = {Parameter(storm)}");
        }

        if (query.Since is { } since)
        {
            where.Add($"i.last_seen_at >= {Parameter(since)}");
        }

        if (query.Until is { } until)
        {
            where.Add($"i.last_seen_at <= {Parameter(until)}");
        }

        foreach (var word in (query.Text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(WordsUsed))
        {
            var pattern = Parameter($"%{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%");
            where.Add($"({string.Join(" OR ", Searched.Select(column => $@"{column} LIKE {pattern} ESCAPE '\'"))})");
        }

        return (string.Join(" AND ", where), values);
    }
}
