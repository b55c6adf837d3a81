using System.Globalization;
using System.Text;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Relational;

/// <summary>What the store finds for the memory, in SQL that both databases understand. Every question stops when it has enough.</summary>
internal sealed class RelationalIncidentSearch(RelationalDatabase database) : IIncidentSearch
{
    private const int MostWords = 40;
    private const int LongestText = 65_536;

    /// <summary>Of one signature, before they are told apart by their keys.</summary>
    private const int SignaturesRead = 500;

    public async Task<IReadOnlyList<IncidentSummary>> ReadAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidentIds);
        if (incidentIds.Count == 0)
        {
            return [];
        }

        var found = await database.ReadAsync(session => RelationalIncidentReader.SummariesAsync(session, [.. incidentIds]), cancellationToken).ConfigureAwait(false);
        var byId = found.ToDictionary(summary => summary.Id);
        return [.. incidentIds.Distinct().Where(byId.ContainsKey).Select(id => byId[id])];
    }

    public Task<string?> FindClusterAsync(string nameOrId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync(
                """
                SELECT id FROM (
                    SELECT id, CASE WHEN id = $1 THEN 0 ELSE 1 END AS place FROM clusters WHERE id = $1 OR name = $1
                    UNION ALL SELECT * FROM (SELECT cluster_id, 2 FROM incidents WHERE cluster_id = $1 LIMIT 1) unnamed) known
                ORDER BY place, id LIMIT 1
                """,
                row => row.GetString(0),
                nameOrId),
            cancellationToken);

    public Task<Kin> FindKinAsync(long incidentId, string? clusterId, int max, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session =>
            {
                var key = await session.ListAsync(
                    "SELECT id FROM incidents WHERE incident_key = (SELECT incident_key FROM incidents WHERE id = $1) AND id <> $1 ORDER BY occurred_at DESC, id DESC LIMIT $2",
                    row => row.GetInt64(0),
                    incidentId,
                    max).ConfigureAwait(false);
                var (ofCluster, values) = clusterId is null ? ("", new object?[] { incidentId, SignaturesRead, max }) : ("AND i.cluster_id = $4", [incidentId, SignaturesRead, max, clusterId]);
                var signature = await session.ListAsync(
                    $"""
                    SELECT MAX(newest.id) FROM (
                        SELECT i.id, i.incident_key FROM incidents i JOIN incidents self ON self.id = $1
                        WHERE i.signature = self.signature AND i.incident_key <> self.incident_key {ofCluster}
                        ORDER BY i.id DESC LIMIT $2) newest
                    GROUP BY newest.incident_key ORDER BY 1 DESC LIMIT $3
                    """,
                    row => row.GetInt64(0),
                    values).ConfigureAwait(false);
                return new Kin(key, signature);
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<long, long>> CountLivesAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidentIds);
        return database.ReadAsync<IReadOnlyDictionary<long, long>>(
            async session => (await session.ListAsync(
                $"""
                SELECT i.id, (SELECT COUNT(*) FROM incidents same WHERE same.incident_key = i.incident_key)
                FROM incidents i WHERE {session.Dialect.In("i.id", 1)}
                """,
                row => (Id: row.GetInt64(0), Lives: row.GetInt64(1)),
                (object)incidentIds.Distinct().ToArray()).ConfigureAwait(false)).ToDictionary(row => row.Id, row => row.Lives),
            cancellationToken);
    }

    public Task<WordHits> FindWordsAsync(IReadOnlyList<string> words, string? clusterId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.Count, MostWords);
        return database.ReadAsync(
            async session =>
            {
                var incidents = await session.NumberAsync("SELECT COUNT(*) FROM incidents").ConfigureAwait(false) ?? 0;
                var (sql, values) = Statement(words, clusterId, session.Dialect);
                return new WordHits(
                    incidents,
                    sql.Length == 0
                        ? []
                        : await session.ListAsync(
                            sql, row => new WordHit(row.GetInt32(0), (WordPlace)row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)), values).ConfigureAwait(false));
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<long>> FindAllWordsAsync(IReadOnlyList<string> words, string? clusterId, int max, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(words);
        return database.ReadAsync<IReadOnlyList<long>>(
            async session =>
            {
                var values = new List<object?>();
                string Parameter(object? value)
                {
                    values.Add(value);
                    return "$" + values.Count;
                }

                var where = words.Take(MostWords).Select(word => session.Dialect.HasWord(word, Parameter)).ToList();
                if (clusterId is not null)
                {
                    where.Add($"i.cluster_id = {Parameter(clusterId)}");
                }

                return await session.ListAsync(
                    $"SELECT i.id FROM incidents i WHERE {string.Join(" AND ", where)} ORDER BY i.last_seen_at DESC, i.id DESC LIMIT {Parameter(max)}",
                    row => row.GetInt64(0),
                    [.. values]).ConfigureAwait(false);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<StoredText>> ReadTextsAsync(IReadOnlyList<TextPlace> places, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(places);
        var evidence = places.Where(place => place.Place == WordPlace.Evidence).ToHashSet();
        var fixes = places.Where(place => place.Place == WordPlace.Fix).Select(place => place.Number).Distinct().ToArray();
        return database.ReadAsync<IReadOnlyList<StoredText>>(
            async session =>
            {
                var texts = new List<StoredText>();
                if (evidence.Count > 0)
                {
                    // By incident and by ordinal apart, because no text means a list of pairs in both databases; some of those read are not wanted.
                    texts.AddRange((await session.ListAsync(
                        $"""
                        SELECT incident_id, ordinal, SUBSTR(text, 1, $3) FROM evidence
                        WHERE {session.Dialect.In("incident_id", 1)} AND {session.Dialect.In("ordinal", 2)}
                        """,
                        row => new StoredText(new TextPlace(WordPlace.Evidence, row.GetInt64(0), row.GetInt32(1)), row.GetString(2)),
                        evidence.Select(place => place.IncidentId).Distinct().ToArray(),
                        evidence.Select(place => (int)place.Number).Distinct().ToArray(),
                        LongestText).ConfigureAwait(false)).Where(text => evidence.Contains(text.Place)));
                }

                if (fixes.Length > 0)
                {
                    texts.AddRange(await session.ListAsync(
                        $"SELECT incident_id, id, text, COALESCE(correction, '') FROM fixes WHERE {session.Dialect.In("id", 1)}",
                        row => new StoredText(new TextPlace(WordPlace.Fix, row.GetInt64(0), row.GetInt64(1)), $"{row.GetString(2)}\n{row.GetString(3)}".Trim()),
                        (object)fixes).ConfigureAwait(false));
                }

                return texts;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<CauseShare>> FindCauseSharesAsync(long incidentId, TimeSpan within, int max, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CauseShare>>(
            async session =>
            {
                var asked = await session.FirstAsync(
                    "SELECT cluster_id, occurred_at, storm_id FROM incidents WHERE id = $1",
                    row => (ClusterId: row.GetString(0), Began: row.Time(1), Storm: row.Long(2)),
                    incidentId).ConfigureAwait(false);
                if (asked.ClusterId is null)
                {
                    return [];
                }

                // The databases subtract times differently: this does not ask them to.
                const string Counts = "(i.status <> 'Resolved' OR (i.occurred_at >= $3 AND i.occurred_at <= $4))";
                var (from, to) = (asked.Began - within, asked.Began + within);
                var shares = await session.ListAsync(
                    $"""
                    SELECT s.cause_key, i.id FROM sightings own
                    JOIN sightings s ON s.cluster_id = own.cluster_id AND s.cause_key = own.cause_key AND s.incident_id <> own.incident_id
                    JOIN incidents i ON i.id = s.incident_id
                    WHERE own.incident_id = $1 AND own.cluster_id = $2 AND {Counts}
                    ORDER BY i.last_seen_at DESC, i.id, s.cause_key LIMIT $5
                    """,
                    row => new CauseShare(row.GetString(0), row.GetInt64(1)),
                    incidentId,
                    asked.ClusterId,
                    from,
                    to,
                    max).ConfigureAwait(false);
                if (asked.Storm is { } storm)
                {
                    shares.AddRange(await session.ListAsync(
                        $"""
                        SELECT st.cause_key, i.id FROM storms st JOIN incidents i ON i.storm_id = st.id AND i.cluster_id = $2 AND i.id <> $1
                        WHERE st.id = $6 AND {Counts} ORDER BY i.last_seen_at DESC, i.id LIMIT $5
                        """,
                        row => new CauseShare("storm:" + row.GetString(0), row.GetInt64(1)),
                        incidentId,
                        asked.ClusterId,
                        from,
                        to,
                        max,
                        storm).ConfigureAwait(false));
                }

                return shares;
            },
            cancellationToken);

    /// <summary>One statement for all words: one part for each word in each place, each bounded by itself.</summary>
    private static (string Sql, object?[] Values) Statement(IReadOnlyList<string> words, string? clusterId, SqlDialect dialect)
    {
        var values = new List<object?>();
        string Parameter(object? value)
        {
            values.Add(value);
            return "$" + values.Count;
        }

        var cluster = clusterId is null ? null : Parameter(clusterId);
        string Counts(string id) => cluster is null ? "" : $" AND EXISTS (SELECT 1 FROM incidents i WHERE i.id = {id} AND i.cluster_id = {cluster})";
        var sql = new StringBuilder();
        for (var word = 0; word < words.Count; word++)
        {
            foreach (var place in Enum.GetValues<WordPlace>())
            {
                if (dialect.WordIn(place, words[word], Parameter, Counts, WordHits.MostOfOne + 1) is { } rows)
                {
                    sql.Append(sql.Length > 0 ? "\nUNION ALL\n" : "").Append(
                        CultureInfo.InvariantCulture, $"SELECT {word} AS word, {(int)place} AS place, part.incident_id, part.number FROM ({rows}) part");
                }
            }
        }

        return (sql.ToString(), [.. values]);
    }
}
