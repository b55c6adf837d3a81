using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using KubeMemory.Core.Analysis;
using KubeMemory.Core.Contracts;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Relational;

/// <summary>
/// The tables <c>analysis_requests</c>, <c>analyses</c> and <c>analysis_days</c>, locked in this order. A claim is a token on the request's row,
/// and every step begins by changing the row that has it: who has lost the claim changes nothing. A key is reserved for an incident, not for a
/// claim: the claim that replaces a lost one goes on with what that had reserved.
/// </summary>
internal sealed class RelationalAnalyses(RelationalDatabase database, TimeProvider time) : IAnalyses
{
    /// <summary>Characters.</summary>
    private const int LongestReason = 500;

    /// <summary>As the filter of the index says it, or SQLite does not take that.</summary>
    private const string IsOpen = "state IN ('Queued', 'Running')";

    /// <summary>What was asked while it ran counts from now on.</summary>
    private const string TakeNext =
        """
        priority = CASE WHEN next_priority > priority THEN next_priority ELSE priority END, force = force OR next_force,
        next_priority = NULL, next_force = FALSE
        """;

    /// <summary>It has ended; what was asked while it ran is queued, in place of the end.</summary>
    private const string EndOrNext =
        """
        token = NULL, attempts = 0, priority = COALESCE(next_priority, priority), force = next_force, visible_at = $4,
        queued_at = CASE WHEN next_priority IS NULL THEN queued_at ELSE $4 END,
        started_at = CASE WHEN next_priority IS NULL THEN started_at ELSE NULL END, next_priority = NULL, next_force = FALSE
        """;

    /// <summary>One that waits for another try is tried at once where it is more urgent now, or somebody waits for it.</summary>
    private static readonly string Again = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        ON CONFLICT (incident_id) DO UPDATE SET
            state = CASE WHEN r.state = 'Running' THEN r.state ELSE 'Queued' END,
            next_priority = CASE WHEN r.state <> 'Running' THEN NULL WHEN r.next_priority > excluded.priority THEN r.next_priority ELSE excluded.priority END,
            next_force = (r.state = 'Running' AND (r.next_force OR excluded.force)),
            priority = CASE WHEN r.state = 'Running' OR (r.state = 'Queued' AND r.priority > excluded.priority) THEN r.priority ELSE excluded.priority END,
            force = CASE WHEN r.state = 'Running' THEN r.force WHEN r.state = 'Queued' THEN r.force OR excluded.force ELSE excluded.force END,
            visible_at = CASE WHEN r.state = 'Running' OR (r.state = 'Queued' AND excluded.priority <= r.priority AND excluded.priority < {AnalysisPriority.OnDemand})
                THEN r.visible_at ELSE excluded.visible_at END,
            attempts = CASE WHEN r.state = 'Running' OR (r.state = 'Queued' AND excluded.priority <= r.priority AND excluded.priority < {AnalysisPriority.OnDemand})
                THEN r.attempts ELSE 0 END,
            reason = CASE WHEN r.state = 'Queued' AND excluded.priority <= r.priority AND excluded.priority < {AnalysisPriority.OnDemand} THEN r.reason ELSE NULL END,
            queued_at = CASE WHEN r.state IN ('Queued', 'Running') THEN r.queued_at ELSE excluded.queued_at END,
            started_at = CASE WHEN r.state = 'Running' THEN r.started_at ELSE NULL END
        """);

    /// <summary>$1 incident, $2 priority, $3 force, $4 now.</summary>
    private static readonly string Ask =
        $"""
        INSERT INTO analysis_requests AS r (incident_id, state, priority, force, visible_at, attempts, queued_at, next_force)
        VALUES ($1, 'Queued', $2, $3, $4, 0, $4, FALSE)
        {Again}
        """;

    /// <summary>What is to be had at once.</summary>
    private static readonly DateTimeOffset AtOnce = DateTimeOffset.UnixEpoch;

    private readonly Wakeup _wakeup = new(time);

    /// <summary>For the start of an engine that belongs to this process alone: whoever was at something before is dead.</summary>
    public static Task ReclaimAsync(RelationalDatabase database, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                await session.RunAsync($"UPDATE analysis_requests SET visible_at = $1 WHERE {IsOpen} AND token IS NOT NULL", AtOnce).ConfigureAwait(false);
                await session.RunAsync("UPDATE analyses SET reserved_by = NULL, reserved_until = NULL WHERE reserved_by IS NOT NULL").ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>
    /// Part of a change of corrections: asks again for all unresolved incidents of the signature, each by its severity. <see cref="Ring"/> when it is
    /// committed.
    /// </summary>
    public static Task AskAgainAsync(RelationalSession session, string signature, DateTimeOffset now) =>
        session.ListAsync(
            $"""
            INSERT INTO analysis_requests AS r (incident_id, state, priority, force, visible_at, attempts, queued_at, next_force)
            SELECT i.id, 'Queued', i.severity, FALSE, $2, 0, $2, FALSE FROM incidents i
            WHERE i.signature = $1 AND i.status <> 'Resolved' ORDER BY i.id {session.Dialect.KeyShare}
            {Again}
            RETURNING incident_id
            """,
            row => row.GetInt64(0),
            signature,
            now);

    /// <summary>Part of the deletion of an incident.</summary>
    public static async Task ForgetAsync(RelationalSession session, long incidentId)
    {
        await session.RunAsync("DELETE FROM analysis_requests WHERE incident_id = $1", incidentId).ConfigureAwait(false);
        await FreeAsync(session, incidentId).ConfigureAwait(false);
    }

    public void Ring() => _wakeup.Ring();

    public async Task<bool> RequestAsync(long incidentId, int priority, bool force, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asked = await database.WriteAsync(
            async session =>
                await session.NumberAsync($"SELECT id FROM incidents WHERE id = $1 {session.Dialect.KeyShare}", incidentId).ConfigureAwait(false) is not null
                && await session.RunAsync(Ask, incidentId, priority, force, now).ConfigureAwait(false) > 0,
            cancellationToken).ConfigureAwait(false);
        if (asked)
        {
            Ring();
        }

        return asked;
    }

    public async Task<IReadOnlyList<AnalysisClaim>> ClaimAsync(int max, TimeSpan visibleAfter, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        var now = time.GetUtcNow();
        var token = Guid.NewGuid().ToString("N");
        var claimed = await database.WriteAsync(
            session => session.ListAsync(
                $"""
                UPDATE analysis_requests SET state = 'Running', token = $1, visible_at = $3, started_at = $2, attempts = attempts + 1, reason = NULL,
                    {TakeNext}
                WHERE incident_id IN (
                    SELECT incident_id FROM analysis_requests WHERE {IsOpen} AND visible_at <= $2
                    ORDER BY priority DESC, queued_at, incident_id LIMIT $4 {session.Dialect.SkipLocked})
                RETURNING incident_id, priority, force, attempts - 1, queued_at
                """,
                row => (Claim: new AnalysisClaim(row.GetInt64(0), token, row.GetInt32(1), row.GetBoolean(2), row.GetInt32(3)), QueuedAt: row.Time(4)),
                token,
                now,
                now + visibleAfter,
                max),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. claimed.OrderByDescending(one => one.Claim.Priority).ThenBy(one => one.QueuedAt).ThenBy(one => one.Claim.IncidentId).Select(one => one.Claim),
        ];
    }

    public Task<bool> ExtendAsync(AnalysisClaim claim, TimeSpan visibleAfter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var until = time.GetUtcNow() + visibleAfter;
        return database.WriteAsync(
            async session =>
            {
                if (await session.RunAsync(
                    "UPDATE analysis_requests SET visible_at = $3 WHERE incident_id = $1 AND token = $2", claim.IncidentId, claim.Token, until).ConfigureAwait(false) == 0)
                {
                    return false;
                }

                // What it is at must not go to somebody else while it goes on.
                await session.RunAsync(
                    "UPDATE analyses SET reserved_until = $2 WHERE reserved_by = $1 AND reserved_until < $2", claim.IncidentId, until).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
    }

    public Task<(AnalysisResult? Known, bool Reserved)> BeginAsync(
        AnalysisClaim claim, string analysisKey, bool force, TimeSpan reservedFor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentException.ThrowIfNullOrWhiteSpace(analysisKey);
        var now = time.GetUtcNow();
        return database.WriteAsync(session => BeginAsync(session, claim, analysisKey, force, now, now + reservedFor), cancellationToken);
    }

    public async Task<bool> CompleteAsync(AnalysisClaim claim, AnalysisResult result, bool reused, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(result);
        var now = time.GetUtcNow();
        var done = await database.WriteAsync(session => CompleteAsync(session, claim, result, reused, now), cancellationToken).ConfigureAwait(false);
        if (done)
        {
            // What waited for the key, or was asked while it ran.
            Ring();
        }

        return done;
    }

    public async Task ReleaseAsync(AnalysisClaim claim, string? reason, TimeSpan retryAfter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var due = time.GetUtcNow() + retryAfter;
        await database.WriteAsync(
            async session =>
            {
                // Who merely waits has not tried.
                if (await session.RunAsync(
                    $"""
                    UPDATE analysis_requests SET state = 'Queued', token = NULL, visible_at = $3, reason = $4, attempts = attempts - $5, started_at = NULL,
                        {TakeNext}
                    WHERE incident_id = $1 AND token = $2
                    """,
                    claim.IncidentId,
                    claim.Token,
                    due,
                    Bounded(reason),
                    reason is null ? 1 : 0).ConfigureAwait(false) > 0)
                {
                    await FreeAsync(session, claim.IncidentId).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        Ring();
    }

    public async Task FailAsync(AnalysisClaim claim, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var now = time.GetUtcNow();
        await database.WriteAsync(
            async session =>
            {
                if (await session.RunAsync(
                    $"""
                    UPDATE analysis_requests SET state = CASE WHEN next_priority IS NULL THEN 'Failed' ELSE 'Queued' END,
                        reason = CASE WHEN next_priority IS NULL THEN $3 ELSE NULL END, {EndOrNext}
                    WHERE incident_id = $1 AND token = $2
                    """,
                    claim.IncidentId,
                    claim.Token,
                    Bounded(reason),
                    now).ConfigureAwait(false) > 0)
                {
                    await FreeAsync(session, claim.IncidentId).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        Ring();
    }

    public Task<bool> CancelAsync(long incidentId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                if (await session.RunAsync(
                    $"""
                    UPDATE analysis_requests SET state = 'Cancelled', token = NULL, reason = NULL, started_at = NULL, next_priority = NULL, next_force = FALSE
                    WHERE incident_id = $1 AND {IsOpen}
                    """,
                    incidentId).ConfigureAwait(false) == 0)
                {
                    return false;
                }

                await FreeAsync(session, incidentId).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<AnalysisView?> GetAsync(long incidentId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.ReadAsync(
            session => session.FirstAsync(
                """
                SELECT r.state, a.result, r.reason, r.queued_at, r.started_at, r.visible_at FROM incidents i
                LEFT JOIN analysis_requests r ON r.incident_id = i.id
                LEFT JOIN analyses a ON a.analysis_key = r.analysis_key
                WHERE i.id = $1
                """,
                row => ViewOf(row, incidentId, now),
                incidentId),
            cancellationToken);
    }

    public Task<AnalysisCounts> CountAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.ReadAsync(session => CountAsync(session, now), cancellationToken);
    }

    public Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) => _wakeup.WaitAsync(_wakeup.Next, wait, cancellationToken);

    /// <summary>Both statements are one step to everybody else: the first one takes the request's row, the reservation is decided on the key's own row.</summary>
    private static async Task<(AnalysisResult? Known, bool Reserved)> BeginAsync(
        RelationalSession session, AnalysisClaim claim, string analysisKey, bool force, DateTimeOffset now, DateTimeOffset until)
    {
        if (await session.RunAsync(
            "UPDATE analysis_requests SET token = token WHERE incident_id = $1 AND token = $2", claim.IncidentId, claim.Token).ConfigureAwait(false) == 0)
        {
            return (null, false);
        }

        // Of a claim before, when the evidence was another one.
        await session.RunAsync(
            "UPDATE analyses SET reserved_by = NULL, reserved_until = NULL WHERE reserved_by = $1 AND analysis_key <> $2", claim.IncidentId, analysisKey).ConfigureAwait(false);
        if (await session.RunAsync(
            """
            INSERT INTO analyses AS a (analysis_key, reserved_by, reserved_until) VALUES ($1, $2, $3)
            ON CONFLICT (analysis_key) DO UPDATE SET reserved_by = excluded.reserved_by, reserved_until = excluded.reserved_until
            WHERE (a.result IS NULL OR $5) AND (a.reserved_by IS NULL OR a.reserved_by = excluded.reserved_by OR a.reserved_until <= $4)
            """,
            analysisKey,
            claim.IncidentId,
            until,
            now,
            force).ConfigureAwait(false) > 0)
        {
            return (null, true);
        }

        var known = force
            ? null
            : await session.FirstAsync("SELECT result FROM analyses WHERE analysis_key = $1", row => row.Text(0), analysisKey).ConfigureAwait(false);
        return (ResultOf(known), false);
    }

    private static async Task<bool> CompleteAsync(RelationalSession session, AnalysisClaim claim, AnalysisResult result, bool reused, DateTimeOffset now)
    {
        if (await session.RunAsync(
            $"""
            UPDATE analysis_requests SET state = CASE WHEN next_priority IS NULL THEN 'Done' ELSE 'Queued' END, analysis_key = $3, reason = NULL, {EndOrNext}
            WHERE incident_id = $1 AND token = $2
            """,
            claim.IncidentId,
            claim.Token,
            result.AnalysisKey,
            now).ConfigureAwait(false) == 0)
        {
            return false;
        }

        // One that is reused is there, unless it was forgotten a moment ago.
        await session.RunAsync(
            """
            INSERT INTO analyses AS a (analysis_key, result, completed_at) VALUES ($1, $2, $3)
            ON CONFLICT (analysis_key) DO UPDATE SET result = excluded.result, completed_at = excluded.completed_at WHERE a.result IS NULL OR NOT $4
            """,
            result.AnalysisKey,
            JsonSerializer.Serialize(result, ContractJson.Options),
            now,
            reused).ConfigureAwait(false);
        await FreeAsync(session, claim.IncidentId).ConfigureAwait(false);
        await session.RunAsync(
            """
            INSERT INTO analysis_days AS d (day, completed, reused, tokens) VALUES ($1, $2, $3, $4)
            ON CONFLICT (day) DO UPDATE SET completed = d.completed + excluded.completed, reused = d.reused + excluded.reused, tokens = d.tokens + excluded.tokens
            """,
            DayOf(now),
            reused ? 0L : 1L,
            reused ? 1L : 0L,
            reused ? 0L : (long)result.PromptTokens + result.AnswerTokens).ConfigureAwait(false);
        return true;
    }

    private static Task<int> FreeAsync(RelationalSession session, long incidentId) =>
        session.RunAsync("UPDATE analyses SET reserved_by = NULL, reserved_until = NULL WHERE reserved_by = $1", incidentId);

    private static async Task<AnalysisCounts> CountAsync(RelationalSession session, DateTimeOffset now)
    {
        // A claim that is lost waits again, though nobody has said so.
        var open = await session.ListAsync(
            $"SELECT state, visible_at > $1, COUNT(*) FROM analysis_requests WHERE {IsOpen} GROUP BY state, visible_at > $1",
            row => (State: row.Name<AnalysisState>(0), Later: row.GetBoolean(1), Count: row.GetInt64(2)),
            now).ConfigureAwait(false);
        var failed = await session.NumberAsync("SELECT COUNT(*) FROM analysis_requests WHERE state = 'Failed'").ConfigureAwait(false) ?? 0;
        var today = await session.FirstAsync(
            "SELECT completed, reused, tokens FROM analysis_days WHERE day = $1",
            row => (Completed: row.GetInt64(0), Reused: row.GetInt64(1), Tokens: row.GetInt64(2)),
            DayOf(now)).ConfigureAwait(false);
        var running = open.Where(one => one.State == AnalysisState.Running && one.Later).Sum(one => one.Count);
        var waiting = open.Where(one => one.State == AnalysisState.Queued && one.Later).Sum(one => one.Count);
        return new AnalysisCounts(open.Sum(one => one.Count) - running, waiting, running, failed, today.Completed, today.Reused, today.Tokens);
    }

    private static AnalysisView ViewOf(DbDataReader row, long incidentId, DateTimeOffset now)
    {
        if (row.IsDBNull(0))
        {
            return new AnalysisView(incidentId, AnalysisState.None, null);
        }

        var (state, later) = (row.Name<AnalysisState>(0), row.Time(5) > now);
        return new AnalysisView(
            incidentId,
            state == AnalysisState.Running && !later ? AnalysisState.Queued : state,
            ResultOf(row.Text(1)),
            row.Text(2),
            row.Time(3),
            row.TimeOrNull(4),
            state == AnalysisState.Queued && later ? row.Time(5) : null);
    }

    private static AnalysisResult? ResultOf(string? json) => json is null ? null : JsonSerializer.Deserialize<AnalysisResult>(json, ContractJson.Options);

    private static DateTimeOffset DayOf(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);

    private static string? Bounded(string? reason) => reason is null ? null : StorableText.Of(Texts.Cut(reason, LongestReason));
}
