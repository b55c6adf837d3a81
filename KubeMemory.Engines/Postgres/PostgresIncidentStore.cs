using System.Data;
using KubeMemory.Core.Incidents;
using KubeMemory.Engines.Relational;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>
/// The incident store's writing side. A change holds the clusters that it names, so that two replicas never race on one key, while
/// different clusters go in parallel; it loads and saves in a handful of round trips, whatever the number of rows.
/// </summary>
internal sealed class PostgresIncidentStore(PostgresDatabase database, Wakeup outboxWakeup, TimeProvider time) : IIncidentStore
{
    /// <summary>Set aside beyond what a change should need, when it has needed more.</summary>
    private const int MoreIds = 64;

    private readonly UnsettledReader _unsettled = new(database);
    private readonly PostgresIds _incidentIds = new();
    private readonly PostgresIds _stormIds = new();

    public async Task<T> ChangeAsync<T>(ChangeScope scope, Func<IncidentWorkingSet, T> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(change);
        for (var extraIds = 0; ; extraIds = Math.Max(MoreIds, extraIds * 4))
        {
            try
            {
                var (result, toProject) = await database.RunAsync(
                    IsolationLevel.ReadCommitted,
                    connection => ChangeAsync(connection, scope, change, extraIds, cancellationToken),
                    cancellationToken).ConfigureAwait(false);
                if (toProject)
                {
                    outboxWakeup.Ring();
                }

                return result;
            }
            catch (IdsUsedUpException)
            {
                // Rolled back; again with more ids.
            }
        }
    }

    public Task<IReadOnlyList<UnsettledIncident>> ListUnsettledAsync(CancellationToken cancellationToken) => _unsettled.ListIncidentsAsync(cancellationToken);

    public Task<IReadOnlyList<HeldSeries>> ListHeldAsync(CancellationToken cancellationToken) => _unsettled.ListHeldAsync(cancellationToken);

    private async Task<(T Result, bool ToProject)> ChangeAsync<T>(
        NpgsqlConnection connection, ChangeScope scope, Func<IncidentWorkingSet, T> change, int extraIds, CancellationToken cancellationToken)
    {
        Queue<long> incidentIds = [], stormIds = [];
        var set = new IncidentWorkingSet(() => Next(incidentIds), () => Next(stormIds));
        await new PostgresIncidentLoader(connection, scope, set, cancellationToken).LoadAsync().ConfigureAwait(false);
        try
        {
            // A key without an unresolved incident may open one; a cause that many come to share is one storm.
            var opening = scope.Keys.Keys.Count(key => !(set.ByKey.TryGetValue(key, out var known) && known.Exists(incident => incident.Unresolved)));
            incidentIds = await ReserveAsync(connection, _incidentIds, PostgresContext.IncidentIds, opening + extraIds, cancellationToken).ConfigureAwait(false);
            stormIds = await ReserveAsync(connection, _stormIds, PostgresContext.StormIds, scope.Causes.Count + extraIds, cancellationToken).ConfigureAwait(false);
            var result = change(set);
            var batch = new PostgresBatch(connection);
            await using (batch.ConfigureAwait(false))
            {
                await new PostgresIncidentWriter(connection, batch, time.GetUtcNow(), cancellationToken).SaveAsync(set).ConfigureAwait(false);
                await batch.RunAsync(cancellationToken).ConfigureAwait(false);
            }

            return (result, set.Outbox.Count + set.StormJoins.Count > 0);
        }
        finally
        {
            _incidentIds.Return(incidentIds);
            _stormIds.Return(stormIds);
        }
    }

    private static long Next(Queue<long> ids) => ids.TryDequeue(out var id) ? id : throw new IdsUsedUpException();

    /// <summary>Sequences know no rollback, so an id that was drawn is this process's own, whatever becomes of the transaction.</summary>
    private static async Task<Queue<long>> ReserveAsync(
        NpgsqlConnection connection, PostgresIds pool, string sequence, int wanted, CancellationToken cancellationToken)
    {
        var ids = pool.Take(wanted);
        if (ids.Count == wanted)
        {
            return ids;
        }

        var draw = new NpgsqlCommand("SELECT nextval($1::regclass) FROM generate_series(1, $2)", connection)
        {
            Parameters = { new NpgsqlParameter { Value = sequence }, new NpgsqlParameter { Value = wanted - ids.Count } },
        };
        await using (draw.ConfigureAwait(false))
        {
            var row = await draw.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (row.ConfigureAwait(false))
            {
                while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    ids.Enqueue(row.GetInt64(0));
                }
            }
        }

        return ids;
    }
}
