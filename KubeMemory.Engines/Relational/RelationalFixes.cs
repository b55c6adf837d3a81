using System.Data.Common;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Fixes;
using KubeMemory.Core.Incidents;

namespace KubeMemory.Engines.Relational;

/// <summary>
/// The table <c>fixes</c>. What a fix says of its incident (signature, workload) is read from the incident, whose type may still become more
/// specific after a fix was recorded on it.
/// </summary>
internal sealed class RelationalFixes(RelationalDatabase database, Wakeup wakeup, RelationalAnalyses analyses, TimeProvider time) : IFixes
{
    private const int MaxPage = 200;

    private const string Columns =
        """
        f.id, f.incident_id, f.text, f.worked, f.correction, i.signature, f.signature_id, COALESCE(c.name, i.cluster_id), i.namespace, i.workload,
        f.by_name, f.at, f.edited_at
        """;

    private const string Tables = "fixes f JOIN incidents i ON i.id = f.incident_id LEFT JOIN clusters c ON c.id = i.cluster_id";

    public async Task<FixDto?> AddAsync(long incidentId, FixDraft draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var now = time.GetUtcNow();
        var correction = TextOrNull(draft.Correction);
        var added = await database.WriteAsync(
            async session =>
            {
                // Neither is it deleted meanwhile.
                await session.HoldClustersAsync([incidentId]).ConfigureAwait(false);
                if (await session.NumberAsync("SELECT id FROM incidents WHERE id = $1", incidentId).ConfigureAwait(false) is null)
                {
                    return null;
                }

                var id = await session.NumberAsync(
                    """
                    INSERT INTO fixes (incident_id, text, worked, correction, signature_id, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    RETURNING id
                    """,
                    incidentId,
                    draft.Text,
                    draft.Worked,
                    correction,
                    draft.SignatureId,
                    draft.By,
                    now).ConfigureAwait(false);
                await ChangedAsync(session, incidentId, corrected: correction is not null, now).ConfigureAwait(false);
                return await FixAsync(session, id!.Value).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        Ring(added is not null, corrected: correction is not null);
        return added;
    }

    public async Task<FixDto?> EditAsync(long fixId, FixPatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var now = time.GetUtcNow();
        var (edited, corrected) = await database.WriteAsync(
            async session =>
            {
                if (await HeldAsync(session, fixId).ConfigureAwait(false) is not { } before)
                {
                    return (null, false);
                }

                var correction = patch.Correction is null ? before.Correction : TextOrNull(patch.Correction);
                await session.RunAsync(
                    "UPDATE fixes SET text = $2, worked = $3, correction = $4, edited_at = $5 WHERE id = $1",
                    fixId,
                    patch.Text ?? before.Text,
                    patch.Worked ?? before.Worked,
                    correction,
                    now).ConfigureAwait(false);
                var changed = correction != before.Correction;
                await ChangedAsync(session, before.IncidentId, changed, now).ConfigureAwait(false);
                return (await FixAsync(session, fixId).ConfigureAwait(false), changed);
            },
            cancellationToken).ConfigureAwait(false);
        Ring(edited is not null, corrected);
        return edited;
    }

    public async Task<bool> DeleteAsync(long fixId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var gone = await database.WriteAsync(
            async session =>
            {
                if (await HeldAsync(session, fixId).ConfigureAwait(false) is not { } before)
                {
                    return null;
                }

                await session.RunAsync("DELETE FROM fixes WHERE id = $1", fixId).ConfigureAwait(false);
                await ChangedAsync(session, before.IncidentId, corrected: before.Correction is not null, now).ConfigureAwait(false);
                return before;
            },
            cancellationToken).ConfigureAwait(false);
        Ring(gone is not null, corrected: gone?.Correction is not null);
        return gone is not null;
    }

    public Task<FixDto?> GetAsync(long fixId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FixAsync(session, fixId), cancellationToken);

    public Task<(long Count, IReadOnlyList<FixDto> Fixes)> ListAsync(string? signature, long? before, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, MaxPage);
        return database.ReadAsync<(long, IReadOnlyList<FixDto>)>(
            async session => signature is null
                ? (await session.NumberAsync("SELECT COUNT(*) FROM fixes").ConfigureAwait(false) ?? 0,
                    await session.ListAsync(
                        $"SELECT {Columns} FROM {Tables} WHERE f.id < $1 ORDER BY f.id DESC LIMIT $2", FixOf, before ?? long.MaxValue, max).ConfigureAwait(false))
                : (await session.NumberAsync(
                        "SELECT COUNT(*) FROM fixes f JOIN incidents i ON i.id = f.incident_id WHERE i.signature = $1", signature).ConfigureAwait(false) ?? 0,
                    await session.ListAsync(
                        $"SELECT {Columns} FROM {Tables} WHERE i.signature = $3 AND f.id < $1 ORDER BY f.id DESC LIMIT $2",
                        FixOf,
                        before ?? long.MaxValue,
                        max,
                        signature).ConfigureAwait(false)),
            cancellationToken);
    }

    public Task<IReadOnlyList<FixDto>> OfIncidentAsync(long incidentId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<FixDto>>(
            async session => await session.ListAsync(
                $"SELECT {Columns} FROM {Tables} WHERE f.incident_id = $1 ORDER BY f.id DESC LIMIT {MaxPage}", FixOf, incidentId).ConfigureAwait(false),
            cancellationToken);

    public Task<FixGuidance> GuidanceAsync(long incidentId, string? signatureId, IReadOnlyList<long> similar, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(similar);
        var now = time.GetUtcNow();
        return database.ReadAsync(session => new GuidanceReader(session, incidentId, signatureId, [.. similar], now).ReadAsync(), cancellationToken);
    }

    /// <summary>A fix is <c>f</c>, its incident <c>i</c>; the first columns are those of <see cref="FixOf"/>.</summary>
    internal static string Select(string more, string rest) => $"SELECT {Columns}{more} FROM {Tables} {rest}";

        internal static FixDto FixOf(DbDataReader row) =>
        new(
            row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.Flag(3), row.Text(4), row.GetString(5), row.Text(6), row.GetString(7), row.GetString(8),
            row.GetString(9), row.GetString(10), row.Time(11), row.TimeOrNull(12));

    private static Task<FixDto?> FixAsync(RelationalSession session, long fixId) =>
        session.FirstAsync($"SELECT {Columns} FROM {Tables} WHERE f.id = $1", FixOf, fixId);

    /// <summary>As it is, with its incident's cluster held; null where there is none.</summary>
    private static async Task<FixDto?> HeldAsync(RelationalSession session, long fixId)
    {
        if (await session.NumberAsync("SELECT incident_id FROM fixes WHERE id = $1", fixId).ConfigureAwait(false) is not { } incidentId)
        {
            return null;
        }

        await session.HoldClustersAsync([incidentId]).ConfigureAwait(false);
        return await FixAsync(session, fixId).ConfigureAwait(false);
    }

    /// <summary>Another version of the incident, or a graph that has this one would not take it again.</summary>
    private static async Task ChangedAsync(RelationalSession session, long incidentId, bool corrected, DateTimeOffset now)
    {
        long[] self = [incidentId];
        var signature = await session.FirstAsync("SELECT signature FROM incidents WHERE id = $1", row => row.GetString(0), incidentId).ConfigureAwait(false);
        await session.RunAsync("UPDATE incidents SET version = version + 1 WHERE id = $1", incidentId).ConfigureAwait(false);
        await RelationalOutbox.ProjectAsync(session, self, LiveChangeKinds.Updated, now).ConfigureAwait(false);
        await RelationalOutbox.WriteAsync(session, Projectors.Live, self, LiveChangeKinds.Updated, now).ConfigureAwait(false);
        if (corrected && signature is not null)
        {
            await RelationalAnalyses.AskAgainAsync(session, signature, now).ConfigureAwait(false);
        }
    }

    private static string? TextOrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private void Ring(bool changed, bool corrected)
    {
        if (changed)
        {
            wakeup.Ring();
        }

        if (changed && corrected)
        {
            analyses.Ring();
        }
    }
}
