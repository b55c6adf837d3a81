using KubeMemory.Core.Incidents;

namespace KubeMemory.Engines.Relational;

/// <summary>A query as a condition over <c>incidents i</c>. What users type arrives as parameters only.</summary>
internal static class IncidentFilter
{
    /// <summary>More words than anyone searches for.</summary>
    private const int WordsUsed = 10;

    public static (string Where, List<object?> Values) Of(IncidentQuery query, SqlDialect dialect)
    {
        var where = new List<string> { "1 = 1" };
        var values = new List<object?>();

        string Parameter(object? value)
        {
            values.Add(value);
            return "$" + values.Count;
        }

        string In(string column, Array wanted)
        {
            values.Add(wanted);
            return dialect.In(column, values.Count);
        }

        void Any<T>(string column, IReadOnlyList<T> wanted, Func<T, string> stored)
        {
            if (wanted.Count > 0)
            {
                where.Add(In(column, wanted.Select(stored).ToArray()));
            }
        }

        Any("i.status", query.Status, status => status.ToString());
        if (query.Severity.Count > 0)
        {
            where.Add(In("i.severity", query.Severity.Select(severity => (int)severity).ToArray()));
        }

        Any("i.type", query.Type, type => type.ToString());
        Any("i.family", query.Family, family => family.ToString());
        Any("i.namespace", query.Namespace, name => name);
        Any("i.workload", query.Workload, name => name);
        if (query.Cluster.Count > 0)
        {
            var clusters = query.Cluster.ToArray();
            where.Add($"({In("i.cluster_id", clusters)} OR i.cluster_id IN (SELECT id FROM clusters WHERE {In("name", clusters)}))");
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
            where.Add(dialect.HasWord(word, Parameter));
        }

        return (string.Join(" AND ", where), values);
    }
}
