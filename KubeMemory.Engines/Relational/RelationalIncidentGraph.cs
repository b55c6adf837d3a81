using KubeMemory.Core.Memory;
using KubeMemory.Engines.Graph;

namespace KubeMemory.Engines.Relational;

/// <summary>
/// The incident graph where there is no graph database: the store itself, asked in another way. It is never behind and nothing is projected, so
/// that preparing, putting in, taking out and emptying are nothing here. The store knows no more of a graph than its columns say, and the indexes
/// that the lists have serve it: both questions go along one of them and stop when they have enough.
/// </summary>
internal sealed class RelationalIncidentGraph(RelationalDatabase database, IProjections projections) : IIncidentGraph
{
    /// <summary>
    /// Not by the index on clusters, which has few to tell apart and would sort all of one's incidents: along the order that is asked for, until
    /// there are enough. At 100,000 incidents that is some milliseconds in place of half a second.
    /// </summary>
    private const string OfCluster = "i.cluster_id || '' = $1";

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task UpsertAsync(IReadOnlyList<IncidentFacts> incidents, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DropAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<long> CountAsync(CancellationToken cancellationToken) => projections.CountAsync(cancellationToken);

    public async Task<IReadOnlyList<CoOccurrence>> FindCoOccurringAsync(long incidentId, TimeSpan within, int max, CancellationToken cancellationToken)
    {
        var near = await database.ReadAsync(session => NearAsync(session, incidentId, within, max), cancellationToken).ConfigureAwait(false);
        var parts = await PartsAsync([incidentId, .. near.Select(other => other.Id)], cancellationToken).ConfigureAwait(false);
        return parts.TryGetValue(incidentId, out var asked)
            ? [.. near.Where(other => parts.ContainsKey(other.Id)).Select(other => new CoOccurrence(other.Id, other.Apart, SharedOf(asked, parts[other.Id])))]
            : [];
    }

    public async Task<GraphNeighbourhood?> GetNeighbourhoodAsync(long incidentId, int maxIncidents, CancellationToken cancellationToken)
    {
        var found = await projections.ReadAsync([incidentId], cancellationToken).ConfigureAwait(false);
        if (found is not [var facts])
        {
            return null;
        }

        var others = await database.ReadAsync(session => NeighboursAsync(session, facts, maxIncidents), cancellationToken).ConfigureAwait(false);
        var parts = await PartsAsync(others, cancellationToken).ConfigureAwait(false);
        // One that was deleted between the two questions is no neighbour any more.
        return Neighbourhood.Around(IncidentParts.Of(facts), [.. others.Where(parts.ContainsKey).Select(other => parts[other])]);
    }

    private static async Task<List<(long Id, TimeSpan Apart)>> NearAsync(RelationalSession session, long incidentId, TimeSpan within, int max)
    {
        var asked = await session.FirstAsync(
            "SELECT cluster_id, occurred_at FROM incidents WHERE id = $1", row => (ClusterId: row.GetString(0), Began: row.Time(1)), incidentId).ConfigureAwait(false);
        if (asked.ClusterId is null)
        {
            return [];
        }

        // Each side along the index; the nearest of both are among the nearest of each. The databases subtract times differently: this does not ask them to.
        List<(long Id, TimeSpan Apart)> near = [];
        near.AddRange(await session.ListAsync(
            $"""
            SELECT i.id, i.occurred_at FROM incidents i WHERE {OfCluster} AND i.occurred_at <= $2 AND i.occurred_at >= $3 AND i.id <> $4
            ORDER BY i.occurred_at DESC, i.id LIMIT $5
            """,
            row => (row.GetInt64(0), row.Time(1) - asked.Began),
            asked.ClusterId,
            asked.Began,
            within < asked.Began - DateTimeOffset.UnixEpoch ? asked.Began - within : DateTimeOffset.UnixEpoch,
            incidentId,
            max).ConfigureAwait(false));
        near.AddRange(await session.ListAsync(
            $"""
            SELECT i.id, i.occurred_at FROM incidents i WHERE {OfCluster} AND i.occurred_at > $2 AND i.occurred_at <= $3
            ORDER BY i.occurred_at, i.id LIMIT $4
            """,
            row => (row.GetInt64(0), row.Time(1) - asked.Began),
            asked.ClusterId,
            asked.Began,
            within < DateTimeOffset.MaxValue - asked.Began ? asked.Began + within : DateTimeOffset.MaxValue,
            max).ConfigureAwait(false));
        return [.. near.OrderBy(other => other.Apart.Duration()).ThenBy(other => other.Id).Take(max)];
    }

    /// <summary>From those seen last on; pods and nodes are looked up by incident, because no index leads from them.</summary>
    private static Task<List<long>> NeighboursAsync(RelationalSession session, IncidentFacts facts, int max)
    {
        string[] pods = [.. facts.Pods.Select(pod => pod.Name)];
        string[] nodes = [.. facts.Pods.Select(pod => pod.NodeName).Where(node => !string.IsNullOrEmpty(node)).Distinct()!];
        return session.ListAsync(
            $"""
            SELECT i.id FROM incidents i
            WHERE {OfCluster} AND i.id <> $2 AND (
                (i.namespace = $3 AND i.workload_kind = $4 AND i.workload = $5)
                OR i.image = $6
                OR EXISTS (SELECT 1 FROM subjects s WHERE s.incident_id = i.id AND s.is_pod AND (
                    (i.namespace = $3 AND {session.Dialect.In("s.subject", 7)}) OR {session.Dialect.In("s.node_name", 8)})))
            ORDER BY i.last_seen_at DESC, i.id LIMIT $9
            """,
            row => row.GetInt64(0),
            facts.ClusterId,
            facts.Id,
            facts.Namespace,
            facts.WorkloadKind,
            facts.Workload,
            // No image is called so: nothing is like nothing.
            string.IsNullOrEmpty(facts.Image) ? "\u0001" : facts.Image,
            pods,
            nodes,
            max);
    }

    private static List<string> SharedOf(IncidentParts asked, IncidentParts other)
    {
        var keys = other.Nodes.Select(node => node.Key).ToHashSet();
        var labels = asked.Nodes.Where(node => keys.Contains(node.Key)).Select(node => node.Label).ToHashSet();
        return [.. CoOccurrences.SharedLabels.Where(labels.Contains)];
    }

    private async Task<Dictionary<long, IncidentParts>> PartsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var found = await projections.ReadAsync(ids, cancellationToken).ConfigureAwait(false);
        return found.ToDictionary(facts => facts.Id, IncidentParts.Of);
    }
}
