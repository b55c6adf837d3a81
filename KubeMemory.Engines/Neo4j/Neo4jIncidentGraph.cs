using KubeMemory.Core.Memory;
using KubeMemory.Engines.Graph;

namespace KubeMemory.Engines.Neo4j;

/// <summary>
/// The incident graph as nodes and relationships in Neo4j. A batch is one transaction that puts in and one that takes off; whoever is cut off
/// between them projects again, and nothing is left behind. Constraints come first, and again after the server was away.
/// </summary>
internal sealed class Neo4jIncidentGraph(Neo4jClient client) : IIncidentGraph
{
    private const int MaxIncidents = 500;

    /// <summary>Of <see cref="IncidentRow.Weight"/>: some megabytes of JSON, a second or two of a small server.</summary>
    private const int MaxWeight = 5_000;

    private const int MaxDeleted = 200;
    private const int MaxDropped = 10_000;
    private const int Never = -1;

    /// <summary>The client's absences when the constraints were last made.</summary>
    private int _preparedAt = Never;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        // Read before: an absence meanwhile prepares once more.
        var absences = client.Absences;
        foreach (var statement in CypherStatements.Prepare)
        {
            await client.WriteAsync(statement, null, cancellationToken).ConfigureAwait(false);
        }

        Volatile.Write(ref _preparedAt, absences);
    }

    public async Task UpsertAsync(IReadOnlyList<IncidentFacts> incidents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidents);
        if (incidents.Count == 0)
        {
            return;
        }

        if (Volatile.Read(ref _preparedAt) != client.Absences)
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var rows in Batches(incidents))
        {
            await client.WriteAsync(CypherStatements.Upsert, new { Rows = rows }, cancellationToken).ConfigureAwait(false);
            await client.WriteAsync(CypherStatements.TakeOff, new { Rows = rows.ConvertAll(KeptRow.Of) }, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task DeleteAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidentIds);
        foreach (var ids in incidentIds.Distinct().Order().Chunk(MaxDeleted))
        {
            await client.WriteAsync(CypherStatements.Delete, new { Ids = ids }, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<CoOccurrence>> FindCoOccurringAsync(long incidentId, TimeSpan within, int max, CancellationToken cancellationToken)
    {
        var parameters = new { Id = incidentId, WithinUs = within.Ticks / TimeSpan.TicksPerMicrosecond, Max = max };
        var found = await client.ReadAsync(CypherStatements.CoOccurring, parameters, cancellationToken).ConfigureAwait(false);
        return [.. found.Rows.Select(row => new CoOccurrence(row.Number("id"), TimeSpan.FromMicroseconds(row.Number("apart_us")), SharedOf(row)))];
    }

    public async Task<GraphNeighbourhood?> GetNeighbourhoodAsync(long incidentId, int maxIncidents, CancellationToken cancellationToken)
    {
        var neighbours = await client.ReadAsync(CypherStatements.Neighbours, new { Id = incidentId, Max = maxIncidents }, cancellationToken).ConfigureAwait(false);
        long[] others = [.. neighbours.Rows.Select(row => row.Number("id"))];
        var found = await client.ReadAsync(CypherStatements.Parts, new { Ids = others.Prepend(incidentId) }, cancellationToken).ConfigureAwait(false);
        var parts = found.Rows.ToLookup(row => row.Number("incident"));
        if (!parts.Contains(incidentId))
        {
            return null;
        }

        // One that was taken out between the two questions is no neighbour any more.
        return Neighbourhood.Around(PartsOf(incidentId, parts[incidentId]), [.. others.Where(parts.Contains).Select(other => PartsOf(other, parts[other]))]);
    }

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        var counted = await client.ReadAsync(CypherStatements.Count, null, cancellationToken).ConfigureAwait(false);
        return counted.Rows.Single().Number("incidents");
    }

    public async Task DropAsync(CancellationToken cancellationToken)
    {
        long dropped;
        do
        {
            var some = await client.WriteAsync(CypherStatements.Drop, new { Max = MaxDropped }, cancellationToken).ConfigureAwait(false);
            dropped = some.Rows.Single().Number("dropped");
        }
        while (dropped > 0);
    }

    /// <summary>One row an incident, its newest version, in the order of the keys, in which concurrent batches lock them.</summary>
    private static IEnumerable<List<IncidentRow>> Batches(IReadOnlyList<IncidentFacts> incidents)
    {
        var newest = incidents.GroupBy(facts => facts.Id).Select(versions => versions.MaxBy(facts => facts.Version)!).OrderBy(facts => facts.Id);
        List<IncidentRow> batch = [];
        var weight = 0;
        foreach (var row in newest.Select(IncidentRow.Of))
        {
            if (batch.Count == MaxIncidents || (batch.Count > 0 && weight + row.Weight > MaxWeight))
            {
                yield return batch;
                (batch, weight) = ([], 0);
            }

            batch.Add(row);
            weight += row.Weight;
        }

        yield return batch;
    }

    private static List<string> SharedOf(Neo4jRow row)
    {
        List<string> shared = [];
        foreach (var label in CoOccurrences.SharedLabels)
        {
            if (row.Flag(label.ToLowerInvariant()))
            {
                shared.Add(label);
            }
        }

        return shared;
    }

    private static IncidentParts PartsOf(long incidentId, IEnumerable<Neo4jRow> rows)
    {
        var nodes = new OrderedDictionary<string, GraphNode>();
        List<GraphEdge> edges = [];
        GraphNode? incident = null;
        foreach (var row in rows)
        {
            var (from, to) = (NodeOf(row, "from"), NodeOf(row, "to"));
            edges.Add(new GraphEdge(from.Key, to.Key, row.Text("type")));
            foreach (var node in (GraphNode[])[from, to])
            {
                if (node.IncidentId == incidentId)
                {
                    incident = node;
                }
                else if (node.IncidentId is null)
                {
                    nodes.TryAdd(node.Key, node);
                }
            }
        }

        return new IncidentParts([incident!, .. nodes.Values], edges);
    }

    private static GraphNode NodeOf(Neo4jRow row, string end) =>
        new(row.Text($"{end}_key"), row.Text($"{end}_label"), row.Text($"{end}_name"), row.NumberOrNull($"{end}_id"));
}
