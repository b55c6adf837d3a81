using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Startup;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>Brings the database up to the model, once, however many processes start together.</summary>
internal sealed class PostgresStart(string connectionString) : IEngineStart
{
    /// <summary>Of the advisory lock that a migrating process holds: "kubemem" in ASCII.</summary>
    private const long MigrationLock = 0x6b7562656d656d;

    public string Name { get; } = PostgresDatabase.NameOf(connectionString);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A connection of its own: the lock goes with it, even where the process is killed. It waits for others without a limit.
        var settings = PostgresSettings.Of(connectionString);
        (settings.Pooling, settings.CommandTimeout, settings.ApplicationName) = (false, 0, "KubeMemory start");
        try
        {
            var connection = new NpgsqlConnection(settings.ConnectionString);
            await using (connection.ConfigureAwait(false))
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                await LockAsync(connection, cancellationToken).ConfigureAwait(false);
                await MigrateAsync(settings.ConnectionString, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && PostgresFaults.IsUnavailable(fault))
        {
            throw new EngineUnavailableException(Name, PostgresFaults.Reason(fault));
        }
        catch (PostgresException refused)
        {
            throw new InvalidOperationException(PostgresFaults.Advice(refused, settings.Database), refused);
        }
    }

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { Parameters = { new NpgsqlParameter { Value = MigrationLock } } };
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        var options = new DbContextOptionsBuilder<PostgresContext>().UseNpgsql(connectionString).Options;
        var context = new PostgresContext(options);
        await using (context.ConfigureAwait(false))
        {
            try
            {
                await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException refused) when (refused.MessageText.Contains("pg_trgm", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(
                    $"the extension pg_trgm cannot be created ({refused.MessageText}): let an administrator run CREATE EXTENSION pg_trgm in this database.", refused);
            }
        }
    }
}
