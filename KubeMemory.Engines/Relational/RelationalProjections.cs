using System.Data.Common;
using System.Globalization;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Relational;

/// <summary>
/// The table <c>projections</c>. Every step is one transaction and tolerates another process that does the same at the same time: the cursor
/// moves first and only from where it was read, and a row of the outbox that is enqueued again gets another version, so that whoever
/// projects it at the moment, perhaps to an older target, does not complete it.
/// </summary>
internal sealed class RelationalProjections(RelationalDatabase database, Wakeup wakeup, TimeProvider time) : IProjections
{
    private const int PodsRead = 100;

    /// <summary>Of each kind, those seen last.</summary>
    private const int EvidenceRead = 8;

    /// <summary>Characters of each text: the end of a log, the beginning of everything else.</summary>
    private const int TextRead = 4096;

    /// <summary>Recorded on an incident, the newest.</summary>
    private const int FixesRead = 20;

    public Task<IReadOnlyList<IncidentFacts>> ReadAsync(IReadOnlyList<long> incidentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(incidentIds);
        var ids = incidentIds.Distinct().ToArray();
        return ids.Length == 0
            ? Task.FromResult<IReadOnlyList<IncidentFacts>>([])
            : database.ReadAsync(session => ReadAsync(session, ids), cancellationToken);
    }

    public Task<long> CountAsync(CancellationToken cancellationToken) => database.ReadAsync(CountAsync, cancellationToken);

    public Task<ProjectionPlaces?> GetPlacesAsync(string projector, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync(
                "SELECT target, serving FROM projections WHERE projector = $1", row => new ProjectionPlaces(row.GetString(0), row.Text(1)), projector),
            cancellationToken);

    public Task<ProjectionState?> GetAsync(string projector, CancellationToken cancellationToken) =>
        database.ReadAsync(session => StateAsync(session, projector), cancellationToken);

    public async Task<ProjectionState> BeginAsync(string projector, string target, bool again, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        var now = time.GetUtcNow();
        return await database.WriteAsync(
            async session =>
            {
                await session.RunAsync(
                    """
                    INSERT INTO projections (projector, target, serving, cursor, total, started_at, finished_at) VALUES ($1, $2, NULL, 0, $3, $4, NULL)
                    ON CONFLICT (projector) DO UPDATE SET target = excluded.target, cursor = 0, total = excluded.total,
                        started_at = excluded.started_at, finished_at = NULL
                    WHERE $5 OR projections.target <> excluded.target OR projections.finished_at IS NOT NULL
                    """,
                    projector,
                    target,
                    await CountAsync(session).ConfigureAwait(false),
                    now,
                    again).ConfigureAwait(false);
                return (await StateAsync(session, projector).ConfigureAwait(false))!;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> EnqueueAsync(string projector, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var now = time.GetUtcNow();
        var more = await database.WriteAsync(session => EnqueueAsync(session, projector, max, now), cancellationToken).ConfigureAwait(false);
        if (more)
        {
            wakeup.Ring();
        }

        return more;
    }

    public Task<ProjectionState?> SettleAsync(string projector, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync(
            async session =>
            {
                await session.RunAsync(
                    """
                    UPDATE projections SET serving = target, finished_at = $2, total = $4
                    WHERE projector = $1 AND finished_at IS NULL AND cursor IS NULL
                        AND NOT EXISTS (SELECT 1 FROM outbox WHERE projector = $1 AND kind = $3 AND dead_reason IS NULL)
                    """,
                    projector,
                    now,
                    OutboxKinds.Rebuild,
                    await CountAsync(session).ConfigureAwait(false)).ConfigureAwait(false);
                return await StateAsync(session, projector).ConfigureAwait(false);
            },
            cancellationToken);
    }

    private static async Task<long> CountAsync(RelationalSession session) =>
        await session.NumberAsync("SELECT COUNT(*) FROM incidents").ConfigureAwait(false) ?? 0;

    private static async Task<ProjectionState?> StateAsync(RelationalSession session, string projector)
    {
        var row = await session.FirstAsync(
            "SELECT target, serving, cursor, total, started_at, finished_at FROM projections WHERE projector = $1",
            row => new ProjectionRow
            {
                Projector = projector,
                Target = row.GetString(0),
                Serving = row.Text(1),
                Cursor = row.Long(2),
                Total = row.GetInt64(3),
                StartedAt = row.Time(4),
                FinishedAt = row.TimeOrNull(5),
            },
            projector).ConfigureAwait(false);
        if (row is null)
        {
            return null;
        }

        if (row.FinishedAt is not null)
        {
            return new ProjectionState(projector, row.Target, row.Serving, row.Total, row.Total, row.StartedAt, row.FinishedAt);
        }

        // Those put aside, too: they are not in the target.
        var left = await session.NumberAsync(
            "SELECT COUNT(*) FROM outbox WHERE projector = $1 AND kind = $2", projector, OutboxKinds.Rebuild).ConfigureAwait(false) ?? 0;
        var enqueued = row.Cursor is { } cursor
            ? await session.NumberAsync("SELECT COUNT(*) FROM incidents WHERE id <= $1", cursor).ConfigureAwait(false) ?? 0
            : row.Total;
        return new ProjectionState(
            projector, row.Target, row.Serving, Math.Clamp(enqueued - left, 0, row.Total), row.Total, row.StartedAt, row.FinishedAt);
    }

    /// <summary>
    /// The next ids, whether there is such an incident or not: what the target still holds of one that is gone vanishes with the rebuild,
    /// without the target having been emptied before.
    /// </summary>
    private static async Task<bool> EnqueueAsync(RelationalSession session, string projector, int max, DateTimeOffset now)
    {
        var cursor = await session.NumberAsync("SELECT cursor FROM projections WHERE projector = $1 AND finished_at IS NULL", projector).ConfigureAwait(false);
        if (cursor is not { } from)
        {
            return false;
        }

        var last = await session.NumberAsync("SELECT MAX(id) FROM incidents").ConfigureAwait(false) ?? 0;
        var to = Math.Min(from + max, last);
        long? next = to < last ? to : null;
        var moved = await session.RunAsync(
            "UPDATE projections SET cursor = $3 WHERE projector = $1 AND cursor = $2 AND finished_at IS NULL", projector, from, next).ConfigureAwait(false);
        if (moved > 0 && to > from)
        {
            // Random, not counted: see the outbox. One that waits keeps its place.
            await session.RunAsync(
                """
                INSERT INTO outbox (projector, subject, kind, history, version, attempts, visible_at)
                WITH RECURSIVE page (id) AS (SELECT $2 UNION ALL SELECT id + 1 FROM page WHERE id < $3)
                SELECT $1, id, $4, $5, $6, 0, $7 FROM page WHERE true
                ON CONFLICT (projector, subject) DO UPDATE SET kind = excluded.kind, version = excluded.version, dead_reason = NULL, dead_at = NULL
                """,
                projector,
                from + 1,
                to,
                OutboxKinds.Rebuild,
                true,
                Random.Shared.NextInt64(),
                now).ConfigureAwait(false);
        }

        // Where another process has moved it, there may be more.
        return moved == 0 || next is not null;
    }

    private static async Task<IReadOnlyList<IncidentFacts>> ReadAsync(RelationalSession session, long[] ids)
    {
        var pods = await PodsAsync(session, ids).ConfigureAwait(false);
        var evidence = await EvidenceAsync(session, ids).ConfigureAwait(false);
        var fixes = await FixesAsync(session, ids).ConfigureAwait(false);
        return await session.ListAsync(
            $"""
            SELECT i.id, i.cluster_id, COALESCE(c.name, i.cluster_id), i.namespace, i.workload_kind, i.workload, i.container, i.family, i.type,
                   i.severity, i.status, i.description, i.signature, i.image, i.occurred_at, i.last_seen_at, i.resolved_at, i.occurrences,
                   i.previous_id, i.storm_id, i.version
            FROM incidents i LEFT JOIN clusters c ON c.id = i.cluster_id WHERE {session.Dialect.In("i.id", 1)}
            """,
            row => FactsOf(row, pods[row.GetInt64(0)], fixes[row.GetInt64(0)], evidence[row.GetInt64(0)]),
            ids).ConfigureAwait(false);
    }

    private static async Task<ILookup<long, PodFact>> PodsAsync(RelationalSession session, long[] ids) =>
        (await session.ListAsync(
            $"""
            SELECT incident_id, subject, node_name FROM (
                SELECT incident_id, subject, node_name, ROW_NUMBER() OVER (PARTITION BY incident_id ORDER BY last_seen_at DESC, subject) AS place
                FROM subjects WHERE {session.Dialect.In("incident_id", 1)} AND is_pod) ranked
            WHERE place <= $2 ORDER BY incident_id, place
            """,
            row => (Id: row.GetInt64(0), Pod: new PodFact(row.GetString(1), row.Text(2))),
            ids,
            PodsRead).ConfigureAwait(false)).ToLookup(row => row.Id, row => row.Pod);

    private static async Task<ILookup<long, EvidenceFact>> EvidenceAsync(RelationalSession session, long[] ids) =>
        (await session.ListAsync(
            $"""
            SELECT incident_id, kind, title, text FROM (
                SELECT incident_id, ordinal, kind, title,
                       CASE WHEN LENGTH(text) <= $3 THEN text WHEN kind = 'Log' THEN SUBSTR(text, LENGTH(text) - $3 + 1) ELSE SUBSTR(text, 1, $3) END AS text,
                       ROW_NUMBER() OVER (PARTITION BY incident_id, kind ORDER BY observed_at DESC, ordinal DESC) AS place
                FROM evidence WHERE {session.Dialect.In("incident_id", 1)}) ranked
            WHERE place <= $2 ORDER BY incident_id, ordinal
            """,
            row => (Id: row.GetInt64(0), Evidence: new EvidenceFact(row.Name<EvidenceKind>(1), row.GetString(2), row.GetString(3))),
            ids,
            EvidenceRead,
            TextRead).ConfigureAwait(false)).ToLookup(row => row.Id, row => row.Evidence);

    /// <summary>Where nothing but an analysis was corrected nothing was done.</summary>
    private static async Task<ILookup<long, FixFact>> FixesAsync(RelationalSession session, long[] ids) =>
        (await session.ListAsync(
            $"""
            SELECT incident_id, id, text, worked FROM (
                SELECT incident_id, id, text, worked, ROW_NUMBER() OVER (PARTITION BY incident_id ORDER BY id DESC) AS place
                FROM fixes WHERE {session.Dialect.In("incident_id", 1)} AND text <> '') ranked
            WHERE place <= $2 ORDER BY incident_id, place
            """,
            row => (Id: row.GetInt64(0), Fix: new FixFact(row.GetInt64(1), row.GetString(2), row.Flag(3))),
            ids,
            FixesRead).ConfigureAwait(false)).ToLookup(row => row.Id, row => row.Fix);

    private static IncidentFacts FactsOf(
        DbDataReader row, IEnumerable<PodFact> pods, IEnumerable<FixFact> fixes, IEnumerable<EvidenceFact> evidence)
    {
        var told = evidence.ToList();
        return new IncidentFacts(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
            row.Name<FailureFamily>(7), row.Name<IncidentType>(8), (Severity)row.GetInt32(9), row.Name<IncidentStatus>(10), row.GetString(11),
            row.GetString(12), row.Text(13), row.Time(14), row.Time(15), row.TimeOrNull(16), row.GetInt64(17), row.Long(18), row.Long(19),
            row.GetInt64(20), [.. pods], RolloutsOf(told), [.. fixes], told);
    }

    private static List<RolloutFact> RolloutsOf(List<EvidenceFact> evidence) =>
    [
        .. evidence.Where(fact => fact.Kind == EvidenceKind.Rollout)
            .SelectMany(fact => fact.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(RolloutOf).OfType<RolloutFact>().DistinctBy(rollout => rollout.Key),
    ];

    /// <summary>
    /// <c>revision 3: web-6c8f7d9b54, created 2025-03-01T11:58:00Z, replicas 2 wanted 0 ready, image registry.example.com/web:3</c>; null
    /// where it is no such line, or nobody knows since when it is.
    /// </summary>
    internal static RolloutFact? RolloutOf(string line)
    {
        const string Created = ", created ";
        const string Image = ", image ";
        var name = line.IndexOf(": ", StringComparison.Ordinal);
        var created = line.IndexOf(Created, StringComparison.Ordinal);
        if (name < 0 || created < name)
        {
            return null;
        }

        var rest = line[(created + Created.Length)..];
        var time = rest.Split(',', 2)[0];
        var image = rest.IndexOf(Image, StringComparison.Ordinal);
        return DateTimeOffset.TryParseExact(time, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new RolloutFact(line[(name + 2)..created], line[..name], at) { Images = image < 0 ? null : rest[(image + Image.Length)..] }
            : null;
    }
}
