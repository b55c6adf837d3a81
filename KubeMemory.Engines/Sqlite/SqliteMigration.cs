using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KubeMemory.Engines.Sqlite;

/// <summary>Brings the file up to the model. The caller holds the data folder.</summary>
internal static partial class SqliteMigration
{
    public static async Task RunAsync(string file, ILogger logger, CancellationToken cancellationToken)
    {
        using (var connection = new SqliteConnection(SqliteDatabase.ConnectionString(file)))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            Check(connection);
            ClearLock(connection, logger);
        }

        var options = new DbContextOptionsBuilder<KubeMemoryContext>()
            .UseSqlite(SqliteDatabase.ConnectionString(file))
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.NonTransactionalMigrationOperationWarning))
            .Options;
        using var context = new KubeMemoryContext(options);
        await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Enough to tell a damaged file from a good one at once; a full integrity check would read all of it at every start.</summary>
    private static void Check(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_schema; PRAGMA journal_mode = WAL;";
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// A process that was killed during a migration leaves the row of EF's lock behind, and every later start would wait for it for ever
    /// (https://learn.microsoft.com/ef/core/providers/sqlite/limitations#concurrent-migrations-protection). Whoever holds the folder is
    /// alone, so a row that stands there now is nobody's.
    /// </summary>
    private static void ClearLock(SqliteConnection connection, ILogger logger)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '__EFMigrationsLock'";
        if ((long)command.ExecuteScalar()! == 0)
        {
            return;
        }

        command.CommandText = "DELETE FROM \"__EFMigrationsLock\"";
        if (command.ExecuteNonQuery() > 0)
        {
            Log.ClearedLock(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "Cleared the migration lock that a killed process left behind")]
        public static partial void ClearedLock(ILogger logger);
    }
}
