using KubeMemory.Core.Streams;
using KubeMemory.Engines.Sqlite;

namespace KubeMemory.Engines.Embedded;

internal sealed class EmbeddedLeases(SqliteDatabase database, TimeProvider time) : ILeases
{
    /// <summary>Once, before anyone asks: the holders of another process are gone with it. The fences go on growing.</summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Run("UPDATE leases SET holder = '', expires_at = 0"), cancellationToken);

    public Task<Lease?> TryAcquireAsync(string resource, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        var now = time.GetUtcNow();
        return database.WriteAsync(
            session => session.List(
                """
                INSERT INTO leases (resource, holder, fence, expires_at) VALUES ($1, $2, 1, $4)
                ON CONFLICT (resource) DO UPDATE SET holder = $2, expires_at = $4,
                    fence = CASE WHEN holder = $2 AND expires_at > $3 THEN fence ELSE fence + 1 END
                WHERE holder = $2 OR holder = '' OR expires_at <= $3
                RETURNING fence
                """,
                row => new Lease(resource, holder, row.GetInt64(0)),
                resource,
                holder,
                now,
                now + duration).FirstOrDefault(),
            cancellationToken);
    }

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var now = time.GetUtcNow();
        return database.WriteAsync(
            session => session.Run(
                "UPDATE leases SET expires_at = $5 WHERE resource = $1 AND holder = $2 AND fence = $3 AND expires_at > $4",
                lease.Resource,
                lease.Holder,
                lease.Fence,
                now,
                now + duration) > 0,
            cancellationToken);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return database.WriteAsync(
            session => session.Run(
                "UPDATE leases SET holder = '', expires_at = 0 WHERE resource = $1 AND holder = $2 AND fence = $3", lease.Resource, lease.Holder, lease.Fence),
            cancellationToken);
    }
}
