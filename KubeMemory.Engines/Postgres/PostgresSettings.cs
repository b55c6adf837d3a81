using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>A connection string with this project's defaults where it says nothing.</summary>
internal static class PostgresSettings
{
    /// <summary>
    /// A process that stands still in the middle of a transaction holds its clusters' locks; its server lets go after this. No transaction
    /// waits for anything but the processor between two statements.
    /// </summary>
    private static readonly TimeSpan IdleInTransaction = TimeSpan.FromSeconds(8);

    /// <summary>What a statement may take beyond the driver's own patience, which says better what was waited for.</summary>
    private static readonly TimeSpan BeyondCommand = TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">It is not a connection string; the message says why.</exception>
    public static NpgsqlConnectionStringBuilder Of(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // The driver takes its keywords with spaces and without, and some under a second name.
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys.Cast<string>()
            .Select(key => key.Replace(" ", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        Default(["Timeout"], () => settings.Timeout = 5);
        Default(["CommandTimeout"], () => settings.CommandTimeout = 10);
        // A server that does not answer the question does not answer its cancellation either.
        Default(["CancellationTimeout"], () => settings.CancellationTimeout = 500);
        // Of a server's usual hundred: several replicas share them.
        Default(["MaximumPoolSize", "MaxPoolSize"], () => settings.MaxPoolSize = Math.Max(20, settings.MinPoolSize));
        Default(["MaxAutoPrepare"], () => settings.MaxAutoPrepare = 200);
        Default(["AutoPrepareMinUsages"], () => settings.AutoPrepareMinUsages = 2);
        Default(["ApplicationName"], () => settings.ApplicationName = "KubeMemory");
        // Nothing is left behind in a session: whatever is set is set for the transaction. A reset would drop the staging tables.
        settings.NoResetOnClose = true;
        return settings;

        void Default(string[] names, Action set)
        {
            if (!names.Any(given.Contains))
            {
                set();
            }
        }
    }

    /// <summary>
    /// What a new connection is told first, unless the connection string's <c>Options</c> say it: how long the server waits for a client that
    /// has gone silent, between two statements of a transaction or in the middle of one.
    /// </summary>
    public static string First(NpgsqlConnectionStringBuilder settings)
    {
        var first = "";
        Set("idle_in_transaction_session_timeout", IdleInTransaction);
        if (settings.CommandTimeout > 0)
        {
            Set("statement_timeout", TimeSpan.FromSeconds(settings.CommandTimeout) + BeyondCommand);
        }

        return first;

        void Set(string name, TimeSpan limit)
        {
            if (settings.Options?.Contains(name, StringComparison.Ordinal) != true)
            {
                first += string.Create(CultureInfo.InvariantCulture, $"SET {name} = {(long)limit.TotalMilliseconds}; ");
            }
        }
    }
}
