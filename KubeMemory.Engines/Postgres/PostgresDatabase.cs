using System.Data;
using System.Globalization;
using KubeMemory.Core.Contracts;
using KubeMemory.Engines.Relational;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>A pool of connections to one database, and what its faults mean. Thread-safe.</summary>
internal sealed class PostgresDatabase(NpgsqlDataSource source, string name) : RelationalDatabase
{
    /// <summary>Conflicts are rare: whoever loses this often has met something else.</summary>
    private const int Tries = 6;

    /// <summary>For people, with its address.</summary>
    public string Name => name;

    public override SqlDialect Dialect => PostgresDialect.Instance;

    /// <summary>The pool for a connection string, with this project's defaults where the string says nothing.</summary>
    /// <exception cref="ArgumentException">It is not a connection string; the message says why.</exception>
    public static NpgsqlDataSource Pool(string connectionString)
    {
        var settings = PostgresSettings.Of(connectionString);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString)
        {
            // What traces and metrics call it; without it they would carry the connection string.
            Name = "postgres",
        };
        var first = PostgresSettings.First(settings) + Staging.Create;
        builder.UsePhysicalConnectionInitializer(connection => Begin(connection, first), connection => BeginAsync(connection, first));
        return builder.ConfigureTracing(PostgresSpans.Configure).Build();
    }

    /// <summary>Like <c>PostgreSQL at db:5432</c>; never with credentials.</summary>
    public static string NameOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return settings.Host?.Contains(',', StringComparison.Ordinal) == true
            ? $"PostgreSQL at {settings.Host}"
            : string.Create(CultureInfo.InvariantCulture, $"PostgreSQL at {settings.Host}:{settings.Port}");
    }

    public override Task<T> ReadAsync<T>(Func<RelationalSession, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(
            IsolationLevel.RepeatableRead,
            async connection =>
            {
                var session = new PostgresSession(connection, cancellationToken);
                await session.RunAsync("SET TRANSACTION READ ONLY").ConfigureAwait(false);
                return await work(session).ConfigureAwait(false);
            },
            cancellationToken);

    public override Task<T> WriteAsync<T>(Func<RelationalSession, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(IsolationLevel.ReadCommitted, connection => work(new PostgresSession(connection, cancellationToken)), cancellationToken);

    /// <summary>One transaction, committed where the work ends well, and run again after a conflict.</summary>
    /// <exception cref="EngineUnavailableException">The server is not there, or took too long. Whether a commit reached it is then unknown.</exception>
    public async Task<T> RunAsync<T>(IsolationLevel isolation, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(isolation, work, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException conflict) when (attempt < Tries && PostgresFaults.IsConflict(conflict))
            {
                // Run again, at once: the server has let the other one through.
            }
            catch (PostgresException stale) when (attempt < Tries && PostgresFaults.IsStale(stale))
            {
                // Another version of the program has changed a table since the statement was prepared: again on connections that have not.
                source.Clear();
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested && PostgresFaults.IsUnavailable(fault))
            {
                // What else lies in the pool leads to the same dead server, and would fail one caller each after it is back.
                source.Clear();
                throw new EngineUnavailableException(name, PostgresFaults.Reason(fault));
            }
        }
    }

    private async Task<T> OnceAsync<T>(IsolationLevel isolation, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                var result = await work(connection).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return result;
            }
        }
    }

    private static void Begin(NpgsqlConnection connection, string statements)
    {
#pragma warning disable CA2100 // This project's own.
        using var command = new NpgsqlCommand(statements, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static async Task BeginAsync(NpgsqlConnection connection, string statements)
    {
#pragma warning disable CA2100 // This project's own.
        var command = new NpgsqlCommand(statements, connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }
}
