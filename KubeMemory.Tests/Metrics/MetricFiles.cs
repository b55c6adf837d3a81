using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KubeMemory.Tests.Metrics;

/// <summary>A row of the table in docs/metrics.md.</summary>
internal sealed record DocumentedMetric(string Name, string Kind, string Unit, IReadOnlyList<string> Labels);

/// <summary>What the repository says about metrics: the table, the dashboard, the rules.</summary>
internal static partial class MetricFiles
{
    /// <summary><c>cluster</c> in the table.</summary>
    private static readonly string[] Cluster = ["k8s_cluster_name", "k8s_cluster_uid"];

    /// <summary>| `kubememory_stream_depth` | gauge, sampled | entry | `topic`, cluster (of `evidence-requests`) | entries that … |</summary>
    public static IReadOnlyList<DocumentedMetric> Documented() =>
    [
        .. File.ReadAllLines(PathOf("docs/metrics.md"))
            .Where(line => line.StartsWith("| `kubememory_", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', 5, StringSplitOptions.TrimEntries))
            .Select(cells => new DocumentedMetric(cells[0].Trim('`'), cells[1].Split(',')[0], cells[2], LabelsOf(cells[3]))),
    ];

    /// <summary>The queries of the dashboard, those of its variables too.</summary>
    public static IReadOnlyList<string> DashboardQueries()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(PathOf("deploy/grafana/kubememory.json")))!;
        var queries = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => (string)target!["expr"]!);
        return [.. queries, .. dashboard["templating"]!["list"]!.AsArray().Select(variable => variable!["query"]).OfType<JsonObject>().Select(query => (string)query["query"]!)];
    }

    public static string AlertsText() => File.ReadAllText(PathOf("deploy/grafana/alerts.yaml"));

    /// <summary>The metrics of a query or of a text full of them.</summary>
    public static IEnumerable<string> MetricsIn(string query) => Metric().Matches(Grouping().Replace(query, "")).Select(match => match.Value);

    /// <summary>The labels that a query chooses or groups by.</summary>
    public static IEnumerable<string> LabelsIn(string query) =>
        Grouping().Matches(query).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Concat(Selected().Matches(query).Select(match => match.Groups[1].Value));

    private static List<string> LabelsOf(string cell) =>
        [.. BracketsAway().Replace(cell, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(label => label == "cluster" ? Cluster : [label.Trim('`')])];

    private static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KubeMemory.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, file);
    }

    [GeneratedRegex(@"\b(?:kubememory|gen_ai|dotnet|http|kestrel|aspnetcore|process)_[a-z0-9_]+\b(?=[\s{[(),]|$)(?!\s*(?:=|!))")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\b(?:by|on) \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("([a-z_][a-z0-9_]*)(?:=~|!~|!=|=)\"")]
    private static partial Regex Selected();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex BracketsAway();
}
