using System.Data.Common;
using System.Globalization;
using KubeMemory.Core.Memory;

namespace KubeMemory.Engines.Relational.Vectors;

/// <summary>
/// The tables <c>vectors</c> and <c>vector_spaces</c>. A space's version has two halves: the low one counts the writes, the high one how
/// often the space was dropped; whoever knows another high half knows nothing of what is there now.
/// </summary>
internal sealed class VectorTable(RelationalDatabase database)
{
    private const int DropBits = 40;
    private const int SharedValues = 2;
    private const int RowValues = 9;

    /// <summary>Statements are kept once prepared, so there are few of them.</summary>
    private static readonly (int Rows, string Sql)[] Upserts = [.. new[] { 64, 8, 1 }.Select(rows => (rows, UpsertOf(rows)))];

    private const string Columns = "id, version, kind, incident_id, cluster_id, namespace, workload, type, vector";

    public static bool SameLife(long version, long other) => version >> DropBits == other >> DropBits;

    /// <summary>Before the first write after the drop that made this life.</summary>
    public static long BirthOf(long version) => version >> DropBits << DropBits;

    /// <summary>Null where the space has never been.</summary>
    public Task<long?> VersionAsync(VectorSpace space, CancellationToken cancellationToken) =>
        database.ReadAsync(session => VersionAsync(session, space), cancellationToken);

    /// <summary>
    /// Hands over what was written after a place, in the order of the writes, deletions included. What is written meanwhile comes behind,
    /// so that nothing is missed from page to page.
    /// </summary>
    /// <returns>The last row, and the space's version if there are no more.</returns>
    public Task<VectorPage> ReadAfterAsync(
        VectorSpace space, long version, string id, int max, Action<StoredVector> take, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session =>
            {
                var now = await VersionAsync(session, space).ConfigureAwait(false) ?? 0;
                var places = await session.ListAsync(
                    $"""
                    SELECT {Columns} FROM vectors
                    WHERE space = $1 AND version >= $2 AND (version > $2 OR id > $3) ORDER BY version, id LIMIT $4
                    """,
                    row =>
                    {
                        var stored = StoredOf(row);
                        take(stored);
                        return (stored.Version, stored.Id);
                    },
                    space.ToString(),
                    version,
                    id,
                    max).ConfigureAwait(false);
                return places.Count < max ? new VectorPage(now, now, "", Last: true) : new VectorPage(now, places[^1].Version, places[^1].Id, Last: false);
            },
            cancellationToken);

    /// <summary>The nearest of the ids' records as they are now, with their documents, of one snapshot.</summary>
    /// <param name="similarity">Null where the record is not wanted.</param>
    /// <returns>Nearest first, at most <paramref name="max"/>; and which of the ids have a record at all.</returns>
    public Task<(List<VectorMatch> Matches, HashSet<string> Found)> NearestAsync(
        VectorSpace space, string[] ids, Func<StoredVector, double?> similarity, int max, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async session =>
            {
                var found = await session.ListAsync(
                    $"SELECT {Columns} FROM vectors WHERE space = $1 AND {session.Dialect.In("id", 2)} AND vector IS NOT NULL",
                    row =>
                    {
                        var stored = StoredOf(row);
                        return (Row: stored with { Vector = null }, Similarity: similarity(stored));
                    },
                    space.ToString(),
                    ids).ConfigureAwait(false);
                var nearest = found.Where(match => match.Similarity is not null)
                    .OrderByDescending(match => match.Similarity).ThenBy(match => match.Row.IncidentId).ThenBy(match => match.Row.Id, StringComparer.Ordinal)
                    .Take(max).ToList();
                var documents = await DocumentsAsync(session, space, [.. nearest.Select(match => match.Row.Id)]).ConfigureAwait(false);
                return (
                    nearest.ConvertAll(match => new VectorMatch(
                        match.Row.Id, match.Row.Kind, match.Row.IncidentId, documents[match.Row.Id], match.Similarity!.Value)),
                    found.Select(match => match.Row.Id).ToHashSet(StringComparer.Ordinal));
            },
            cancellationToken);

    public Task<byte[]?> VectorAsync(VectorSpace space, string id, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync<byte[]>(
                "SELECT vector FROM vectors WHERE space = $1 AND id = $2 AND vector IS NOT NULL", row => row.Bytes(0), space.ToString(), id),
            cancellationToken);

    public Task<Dictionary<string, string>> DocumentsAsync(VectorSpace space, string[] ids, CancellationToken cancellationToken) =>
        database.ReadAsync(session => DocumentsAsync(session, space, ids), cancellationToken);

    public async Task<long> CountAsync(VectorSpace space, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.NumberAsync("SELECT COUNT(*) FROM vectors WHERE space = $1 AND vector IS NOT NULL", space.ToString()),
            cancellationToken).ConfigureAwait(false) ?? 0;

    /// <summary>Those that hold something.</summary>
    public Task<List<string>> ListSpacesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.ListAsync(
                """
                SELECT s.space FROM vector_spaces s
                WHERE EXISTS (SELECT 1 FROM vectors v WHERE v.space = s.space AND v.vector IS NOT NULL) ORDER BY s.space
                """,
                row => row.GetString(0)),
            cancellationToken);

    /// <summary>Writes the records, whose ids are all different, and clears away what is known to be deleted; the space's new version.</summary>
    public Task<long> UpsertAsync(
        VectorSpace space, IReadOnlyList<(VectorRecord Record, byte[] Vector)> records, string[] deleted, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                var name = space.ToString();
                var version = await RaiseAsync(session, name).ConfigureAwait(false);
                if (deleted.Length > 0)
                {
                    await session.RunAsync(
                        $"DELETE FROM vectors WHERE space = $1 AND {session.Dialect.In("id", 2)} AND vector IS NULL", name, deleted).ConfigureAwait(false);
                }

                for (var start = 0; start < records.Count;)
                {
                    var (rows, sql) = Upserts.First(upsert => upsert.Rows <= records.Count - start);
                    await session.RunAsync(sql, ValuesOf(name, version, records.Skip(start).Take(rows))).ConfigureAwait(false);
                    start += rows;
                }

                return version;
            },
            cancellationToken);

    /// <summary>Leaves of the incidents' records what tells other processes that they are gone. The spaces that had some.</summary>
    public Task<List<string>> DeleteAsync(long[] incidentIds, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                // In one order, so that two who delete do not wait for each other.
                var spaces = await session.ListAsync(
                    $"SELECT DISTINCT space FROM vectors WHERE {session.Dialect.In("incident_id", 1)} AND vector IS NOT NULL ORDER BY space",
                    row => row.GetString(0),
                    incidentIds).ConfigureAwait(false);
                foreach (var space in spaces)
                {
                    var version = await RaiseAsync(session, space).ConfigureAwait(false);
                    await session.RunAsync(
                        $"""
                        UPDATE vectors SET vector = NULL, document = '', version = $2
                        WHERE space = $1 AND {session.Dialect.In("incident_id", 3)} AND vector IS NOT NULL
                        """,
                        space,
                        version,
                        incidentIds).ConfigureAwait(false);
                }

                return spaces;
            },
            cancellationToken);

    public Task DropAsync(VectorSpace space, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                await session.RunAsync(
                    "UPDATE vector_spaces SET version = $2 * (version / $2 + 1) WHERE space = $1", space.ToString(), 1L << DropBits).ConfigureAwait(false);
                await session.RunAsync("DELETE FROM vectors WHERE space = $1", space.ToString()).ConfigureAwait(false);
            },
            cancellationToken);

    private static async Task<Dictionary<string, string>> DocumentsAsync(RelationalSession session, VectorSpace space, string[] ids) =>
        (await session.ListAsync(
            $"SELECT id, document FROM vectors WHERE space = $1 AND {session.Dialect.In("id", 2)} AND vector IS NOT NULL",
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            space.ToString(),
            ids).ConfigureAwait(false)).ToDictionary(StringComparer.Ordinal);

    private static Task<long?> VersionAsync(RelationalSession session, VectorSpace space) =>
        session.NumberAsync("SELECT version FROM vector_spaces WHERE space = $1", space.ToString());

    /// <summary>Whoever writes the same space next waits here for this transaction, so that versions are committed in their order.</summary>
    private static async Task<long> RaiseAsync(RelationalSession session, string space) =>
        await session.NumberAsync(
            """
            INSERT INTO vector_spaces (space, version) VALUES ($1, 1)
            ON CONFLICT (space) DO UPDATE SET version = vector_spaces.version + 1 RETURNING version
            """,
            space).ConfigureAwait(false) ?? throw new InvalidOperationException($"The vector space {space} has no version.");

    private static StoredVector StoredOf(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetString(4),
        row.GetString(5),
        row.GetString(6),
        row.GetString(7),
        row.IsDBNull(8) ? null : row.Bytes(8));

    private static string UpsertOf(int rows)
    {
        var values = Enumerable.Range(0, rows).Select(row =>
            "($1, $2, " + string.Join(", ", Enumerable.Range((row * RowValues) + SharedValues + 1, RowValues)
                .Select(number => "$" + number.ToString(CultureInfo.InvariantCulture))) + ")");
        return $"""
            INSERT INTO vectors (space, version, id, kind, incident_id, cluster_id, namespace, workload, type, vector, document)
            VALUES {string.Join(", ", values)}
            ON CONFLICT (space, id) DO UPDATE SET version = excluded.version, kind = excluded.kind, incident_id = excluded.incident_id,
                cluster_id = excluded.cluster_id, namespace = excluded.namespace, workload = excluded.workload, type = excluded.type,
                vector = excluded.vector, document = excluded.document
            """;
    }

    private static object?[] ValuesOf(string space, long version, IEnumerable<(VectorRecord Record, byte[] Vector)> records) =>
    [
        space, version,
        .. records.SelectMany<(VectorRecord Record, byte[] Vector), object?>(row =>
        [
            row.Record.Id, row.Record.Kind, row.Record.IncidentId, row.Record.ClusterId, row.Record.Namespace, row.Record.Workload,
            row.Record.Type, row.Vector, row.Record.Document,
        ]),
    ];
}

/// <param name="SpaceVersion">When the page was read.</param>
/// <param name="Version">With <paramref name="Id"/> the place after which the next page begins; with the last page the space's version.</param>
internal readonly record struct VectorPage(long SpaceVersion, long Version, string Id, bool Last);
