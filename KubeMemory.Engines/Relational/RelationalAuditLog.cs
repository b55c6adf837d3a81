using System.Data.Common;
using KubeMemory.Core.Audit;
using KubeMemory.Core.Signals;

namespace KubeMemory.Engines.Relational;

/// <summary>The table <c>audit</c>. An entry is a transaction of its own, so that it stands whatever becomes of the change.</summary>
internal sealed class RelationalAuditLog(RelationalDatabase database) : IAuditLog
{
    /// <summary>Characters of any text: what a caller sends must not fill the store.</summary>
    private const int LongestText = 500;

    private const int MaxLimit = 200;

    public async Task<long> BeginAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return await database.WriteAsync(
            session => session.FirstAsync(
                """
                INSERT INTO audit (at, user_name, role, action, target, address, trace_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
                RETURNING id
                """,
                row => row.GetInt64(0),
                entry.At,
                Text(entry.User),
                Text(entry.Role),
                Text(entry.Action),
                Text(entry.Target),
                TextOrNull(entry.From),
                TextOrNull(entry.TraceId)),
            cancellationToken).ConfigureAwait(false);
    }

    public Task EndAsync(long id, int status, string? detail, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return database.WriteAsync(
            // The first end is what happened; nothing of an entry is changed after it.
            session => session.RunAsync(
                "UPDATE audit SET status = $2, detail = $3 WHERE id = $1 AND status IS NULL", id, status, TextOrNull(detail)),
            cancellationToken);
    }

    public Task<AuditPage> ListAsync(long? before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        return database.ReadAsync(
            async session =>
            {
                var count = await session.NumberAsync("SELECT COUNT(*) FROM audit").ConfigureAwait(false) ?? 0;
                // One more than asked for says whether there is another page.
                var items = await session.ListAsync(
                    """
                    SELECT id, at, user_name, role, action, target, address, trace_id, status, detail FROM audit
                    WHERE id < $1 ORDER BY id DESC LIMIT $2
                    """,
                    Item,
                    before ?? long.MaxValue,
                    limit + 1).ConfigureAwait(false);
                return items.Count > limit ? new AuditPage(count, items[limit - 1].Id, items[..limit]) : new AuditPage(count, null, items);
            },
            cancellationToken);
    }

    public Task<int> DropAsync(DateTimeOffset before, int max, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return database.WriteAsync(
            session => session.RunAsync(
                $"DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 ORDER BY at, id LIMIT $2 {session.Dialect.SkipLocked})", before, max),
            cancellationToken);
    }

    private static AuditItem Item(DbDataReader row) =>
        new(
            row.GetInt64(0),
            new AuditEntry(row.Time(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.Text(6), row.Text(7)),
            row.Int(8),
            row.Text(9));

    /// <summary>The same in both databases, of which one would take what the other does not.</summary>
    private static string Text(string text) => StorableText.Of(Texts.Cut(text, LongestText));

    private static string? TextOrNull(string? text) => text is null ? null : Text(text);
}
