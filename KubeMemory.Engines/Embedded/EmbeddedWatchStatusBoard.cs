using System.Text.Json;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Relational;
using KubeMemory.Engines.Sqlite;

namespace KubeMemory.Engines.Embedded;

internal sealed class EmbeddedWatchStatusBoard(SqliteDatabase database, TimeProvider time) : IWatchStatusBoard
{
    /// <summary>Once, before anyone reports: the watches of another process ended with it. Imported clusters stay.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ended = (await ReadAsync(cancellationToken).ConfigureAwait(false)).Where(status => status.State != WatchState.Imported);
        await database.WriteAsync(
            session =>
            {
                foreach (var status in ended)
                {
                    session.Run("DELETE FROM watch_status WHERE connection = $1", status.Place());
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task ReportAsync(WatchStatus status, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(status);
        var payload = JsonSerializer.SerializeToUtf8Bytes(status, ContractJson.Options);
        return database.WriteAsync(
            session =>
            {
                session.Run("DELETE FROM watch_status WHERE connection IN ($1, $2)", status.Connection, status.Place());
                session.Run("INSERT INTO watch_status (connection, payload) VALUES ($1, $2)", status.Place(), payload);
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<WatchStatus>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync(cancellationToken).ConfigureAwait(false)).Where(status => !status.IsForgotten(time.GetUtcNow()))];

    private Task<IReadOnlyList<WatchStatus>> ReadAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<WatchStatus>>(
            session => session.List(
                "SELECT payload FROM watch_status ORDER BY connection", row => JsonSerializer.Deserialize<WatchStatus>(row.Bytes(0), ContractJson.Options)!),
            cancellationToken);
}
