namespace KubeMemory.Engines.Relational;

/// <summary>
/// A SQL database, as those need it who ask the same of SQLite and of PostgreSQL: one snapshot to read, one transaction to write. Thread-safe.
/// Nothing of this is on the ingest's path, where each engine goes its own fastest way.
/// </summary>
internal abstract class RelationalDatabase
{
    public abstract SqlDialect Dialect { get; }

    /// <summary>Runs the work on one snapshot.</summary>
    public abstract Task<T> ReadAsync<T>(Func<RelationalSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Runs the work in one transaction. A failure rolls all of it back; a conflict with another transaction runs it again.</summary>
    public abstract Task<T> WriteAsync<T>(Func<RelationalSession, Task<T>> work, CancellationToken cancellationToken);

    public Task WriteAsync(Func<RelationalSession, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async session =>
            {
                await work(session).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
}
