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
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Default("Timeout", 5);
        Default("Command Timeout", 10);
        // A server that does not answer the question does not answer its cancellation either.
        Default("Cancellation Timeout", 500);
        // Of a server's usual hundred: several replicas share them.
        Default("Maximum Pool Size", 20);
        Default("Max Auto Prepare", 200);
        Default("Auto Prepare Min Usages", 2);
        Default("Application Name", "KubeMemory");
        return NpgsqlDataSource.Create(settings);

        void Default(string key, object value)
        {
            if (!settings.ContainsKey(key) || !connectionString.Contains(key, StringComparison.OrdinalIgnoreCase))
            {
                settings[key] = value;
            }
        }
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

    /// <summary>
    /// A process that is suspended in the middle of a transaction, or cut off from the network, must not keep its locks from the others:
    /// the server ends what has been idle for longer than any step between two statements takes.
    /// </summary>
    private static async Task BoundAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var bound = new NpgsqlCommand("SET LOCAL idle_in_transaction_session_timeout = '10s'", connection);
        await using (bound.ConfigureAwait(false))
        {
            await bound.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

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
                if (isolation != IsolationLevel.RepeatableRead)
                {
                    await BoundAsync(connection, cancellationToken).ConfigureAwait(false);
                }

                var result = await work(connection).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return result;
            }
        }
    }
}
