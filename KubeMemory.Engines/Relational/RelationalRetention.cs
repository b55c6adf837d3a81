using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Retention;

namespace KubeMemory.Engines.Relational;

/// <summary>Forgets rows, and puts what changed by it into the outbox, in one transaction.</summary>
internal sealed class RelationalRetention(RelationalDatabase database, Wakeup wakeup, TimeProvider time) : IRetention
{
    /// <summary>All that a compacted incident loses, each with the column that names it.</summary>
    private static readonly string[] Details = ["evidence", "timeline", "activity", "subjects", "sightings", "series"];

    /// <summary>Nobody speaks of it any more: resolved, or stale where nobody knows. $1 is the limit.</summary>
    private const string Due = "compacted_at IS NULL AND status IN ('Resolved', 'Stale') AND stored_at < $1";

    public async Task<int> DropLogsAsync(DateTimeOffset storedBefore, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var now = time.GetUtcNow();
        var count = await database.WriteAsync(
            async session =>
            {
                var ids = await session.ListAsync(
                    "SELECT incident_id FROM evidence WHERE kind = 'Log' AND stored_at < $1 GROUP BY incident_id ORDER BY MIN(stored_at), incident_id LIMIT $2",
                    row => row.GetInt64(0),
                    storedBefore,
                    max).ConfigureAwait(false);
                if (ids.Count == 0)
                {
                    return 0;
                }

                var lost = ids.ToArray();
                await session.HoldClustersAsync(lost).ConfigureAwait(false);
                await session.RunAsync(
                    $"DELETE FROM evidence WHERE kind = 'Log' AND stored_at < $2 AND {session.Dialect.In("incident_id", 1)}", lost, storedBefore).ConfigureAwait(false);
                await session.RunAsync($"UPDATE incidents SET version = version + 1 WHERE {session.Dialect.In("id", 1)}", (object)lost).ConfigureAwait(false);
                await RelationalOutbox.ProjectAsync(session, lost, LiveChangeKinds.Updated, now).ConfigureAwait(false);
                return lost.Length;
            },
            cancellationToken).ConfigureAwait(false);
        Ring(count);
        return count;
    }

    public async Task<int> CompactAsync(DateTimeOffset storedBefore, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var now = time.GetUtcNow();
        var count = await database.WriteAsync(
            async session =>
            {
                var due = await session.ListAsync(
                    $"SELECT id FROM incidents WHERE {Due} ORDER BY stored_at, id LIMIT $2", row => row.GetInt64(0), storedBefore, max).ConfigureAwait(false);
                if (due.Count == 0)
                {
                    return 0;
                }

                await session.HoldClustersAsync([.. due]).ConfigureAwait(false);
                // Some may have come back before they were held.
                var old = (await session.ListAsync(
                    $"SELECT id FROM incidents WHERE {Due} AND {session.Dialect.In("id", 2)}", row => row.GetInt64(0), storedBefore, due.ToArray()).ConfigureAwait(false)).ToArray();
                await ForgetDetailsAsync(session, old).ConfigureAwait(false);
                await session.RunAsync(
                    $"UPDATE incidents SET compacted_at = $2, missing_evidence = NULL, version = version + 1 WHERE {session.Dialect.In("id", 1)}",
                    old,
                    now).ConfigureAwait(false);
                await RelationalOutbox.ProjectAsync(session, old, LiveChangeKinds.Updated, now).ConfigureAwait(false);
                return old.Length;
            },
            cancellationToken).ConfigureAwait(false);
        Ring(count);
        return count;
    }

    public Task<int> DropAnalysesAsync(DateTimeOffset before, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return database.WriteAsync(
            async session =>
            {
                await session.RunAsync("DELETE FROM analysis_days WHERE day < $1", before).ConfigureAwait(false);
                // One that was never completed and that nobody is at is of no use.
                return await session.RunAsync(
                    """
                    DELETE FROM analyses WHERE analysis_key IN (
                        SELECT a.analysis_key FROM analyses a
                        WHERE (a.completed_at < $1 OR (a.result IS NULL AND (a.reserved_until IS NULL OR a.reserved_until < $1)))
                            AND NOT EXISTS (SELECT 1 FROM analysis_requests r WHERE r.analysis_key = a.analysis_key)
                        ORDER BY a.completed_at, a.analysis_key LIMIT $2)
                    """,
                    before,
                    max).ConfigureAwait(false);
            },
            cancellationToken);
    }

    public async Task<bool> DeleteAsync(long incidentId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var gone = await database.WriteAsync(session => DeleteAsync(session, incidentId, now), cancellationToken).ConfigureAwait(false);
        Ring(gone ? 1 : 0);
        return gone;
    }

    private static async Task<bool> DeleteAsync(RelationalSession session, long incidentId, DateTimeOffset now)
    {
        await session.HoldClustersAsync([incidentId]).ConfigureAwait(false);
        var found = await session.ListAsync("SELECT storm_id FROM incidents WHERE id = $1", row => row.Long(0), incidentId).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return false;
        }

        long[] self = [incidentId];
        await ForgetDetailsAsync(session, self).ConfigureAwait(false);
        await ForgetFixesAsync(session, incidentId, now).ConfigureAwait(false);
        await RelationalAnalyses.ForgetAsync(session, incidentId).ConfigureAwait(false);
        var followers = await session.ListAsync("SELECT id FROM incidents WHERE previous_id = $1", row => row.GetInt64(0), incidentId).ConfigureAwait(false);
        await session.RunAsync("UPDATE incidents SET previous_id = NULL WHERE previous_id = $1", incidentId).ConfigureAwait(false);
        await session.RunAsync("DELETE FROM incidents WHERE id = $1", incidentId).ConfigureAwait(false);
        await RelationalOutbox.WriteAsync(session, Projectors.Graph, [.. followers], LiveChangeKinds.Updated, now).ConfigureAwait(false);
        if (found[0] is { } storm
            && await session.RunAsync(
                "DELETE FROM storms WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM incidents WHERE storm_id = $1)", storm).ConfigureAwait(false) == 0)
        {
            await RelationalOutbox.WriteAsync(session, Projectors.LiveStorms, [storm], LiveChangeKinds.Storm, now).ConfigureAwait(false);
        }

        await RelationalOutbox.ProjectAsync(session, self, OutboxKinds.Deleted, now).ConfigureAwait(false);
        await RelationalOutbox.WriteAsync(session, Projectors.Live, self, LiveChangeKinds.Deleted, now).ConfigureAwait(false);
        return true;
    }

    /// <summary>Other analyses may stand on its corrections.</summary>
    private static async Task ForgetFixesAsync(RelationalSession session, long incidentId, DateTimeOffset now)
    {
        var corrected = await session.FirstAsync(
            "SELECT i.signature FROM fixes f JOIN incidents i ON i.id = f.incident_id WHERE f.incident_id = $1 AND f.correction IS NOT NULL",
            row => row.GetString(0),
            incidentId).ConfigureAwait(false);
        await session.RunAsync("DELETE FROM fixes WHERE incident_id = $1", incidentId).ConfigureAwait(false);
        if (corrected is not null)
        {
            await RelationalAnalyses.AskAgainAsync(session, corrected, now).ConfigureAwait(false);
        }
    }

    private static async Task ForgetDetailsAsync(RelationalSession session, long[] ids)
    {
        foreach (var table in Details)
        {
            await session.RunAsync($"DELETE FROM {table} WHERE {session.Dialect.In("incident_id", 1)}", (object)ids).ConfigureAwait(false);
        }
    }

    private void Ring(int changed)
    {
        if (changed > 0)
        {
            wakeup.Ring();
        }
    }
}
