using System.Globalization;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Graph;

namespace KubeMemory.Engines.Neo4j;

/// <summary>One row of <see cref="CypherStatements.Upsert"/>; what its properties are called there, in snake_case, is what they are called here.</summary>
internal sealed record IncidentRow(
    string Key,
    long Version,
    IncidentProperties Properties,
    string OccurredAt,
    string LastSeenAt,
    string? ResolvedAt,
    ThingRow Cluster,
    ThingRow Namespace,
    ThingRow Workload,
    IReadOnlyList<PodThing> Pods,
    IReadOnlyList<ThingRow> Images,
    IReadOnlyList<RolloutThing> Rollouts,
    IReadOnlyList<FixThing> Fixes)
{
    /// <summary>Roughly how many nodes and edges it touches.</summary>
    public int Weight => 1 + Pods.Count + Images.Count + Rollouts.Count + Fixes.Count;

    public static IncidentRow Of(IncidentFacts facts) => new(
        IncidentParts.IncidentOf(facts).Key,
        facts.Version,
        IncidentProperties.Of(facts),
        Iso(facts.OccurredAt),
        Iso(facts.LastSeenAt),
        facts.ResolvedAt is { } resolved ? Iso(resolved) : null,
        new(GraphKeys.Cluster(facts.ClusterId), facts.ClusterName),
        new(GraphKeys.Namespace(facts.ClusterId, facts.Namespace), facts.Namespace),
        ThingRow.Of(IncidentParts.WorkloadOf(facts)),
        [.. facts.Pods.Select(pod => PodThing.Of(facts, pod)).DistinctBy(pod => pod.Key)],
        IncidentParts.ImageOf(facts) is { } image ? [ThingRow.Of(image)] : [],
        [.. IncidentParts.RolloutsBefore(facts).Select(rollout => RolloutThing.Of(facts, rollout)).DistinctBy(rollout => rollout.Key)],
        [.. facts.Fixes.Select(fix => FixThing.Of(facts, fix)).DistinctBy(fix => fix.Key)]);

    /// <summary>To the microsecond, as the store has it.</summary>
    public static string Iso(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}

/// <param name="Previous">The key of the incident before it, in the graph or not.</param>
internal sealed record IncidentProperties(
    long Id,
    string Name,
    string Cluster,
    string Namespace,
    string Container,
    string Family,
    string Type,
    string Severity,
    string Status,
    string Signature,
    long Occurrences,
    long OccurredAtUs,
    long LastSeenAtUs,
    string? Previous,
    long? Storm)
{
    public static IncidentProperties Of(IncidentFacts facts) => new(
        facts.Id,
        IncidentParts.IncidentOf(facts).Name,
        GraphKeys.Cluster(facts.ClusterId),
        GraphKeys.Namespace(facts.ClusterId, facts.Namespace),
        facts.Container,
        facts.Family.ToString(),
        facts.Type.ToString(),
        facts.Severity.ToString(),
        facts.Status.ToString(),
        facts.Signature,
        facts.Occurrences,
        Microseconds.Of(facts.OccurredAt),
        Microseconds.Of(facts.LastSeenAt),
        facts.PreviousId is { } previous ? GraphKeys.Incident(facts.ClusterId, previous) : null,
        facts.StormId);
}

internal sealed record ThingRow(string Key, string Name)
{
    public static ThingRow Of(GraphNode node) => new(node.Key, node.Name);
}

/// <param name="Nodes">None or one.</param>
internal sealed record PodThing(string Key, string Name, IReadOnlyList<ThingRow> Nodes)
{
    public static PodThing Of(IncidentFacts facts, PodFact pod)
    {
        var (key, _, name, _) = IncidentParts.PodOf(facts, pod);
        return new PodThing(key, name, IncidentParts.NodeOf(facts, pod) is { } node ? [ThingRow.Of(node)] : []);
    }
}

internal sealed record RolloutThing(string Key, string Name, string At)
{
    public static RolloutThing Of(IncidentFacts facts, RolloutFact rollout)
    {
        var (key, _, name, _) = IncidentParts.RolloutOf(facts, rollout);
        return new RolloutThing(key, name, IncidentRow.Iso(rollout.At));
    }
}

internal sealed record FixThing(string Key, string Name, bool? Worked)
{
    public static FixThing Of(IncidentFacts facts, FixFact fix)
    {
        var (key, _, name, _) = IncidentParts.FixOf(facts, fix);
        return new FixThing(key, name, fix.Worked);
    }
}

/// <summary>One row of <see cref="CypherStatements.TakeOff"/>.</summary>
internal sealed record KeptRow(string Key, long Version, IReadOnlyList<string> Keep, IReadOnlyList<IReadOnlyList<string>> Said)
{
    public static KeptRow Of(IncidentRow row) => new(
        row.Key,
        row.Version,
        [.. row.Pods.Select(pod => pod.Key), .. row.Images.Select(image => image.Key), .. row.Rollouts.Select(rollout => rollout.Key), .. row.Fixes.Select(fix => fix.Key)],
        [.. row.Pods.SelectMany(pod => pod.Nodes.Select(node => node.Key).Prepend(row.Workload.Key), (pod, target) => (string[])[pod.Key, target])]);
}
