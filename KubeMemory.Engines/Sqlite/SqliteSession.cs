using System.Text.Json;
using KubeMemory.Core.Incidents;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KubeMemory.Engines.Sqlite;

/// <summary>A connection that keeps what it has prepared. Parameters are <c>$1</c>, <c>$2</c>, … in the order of the values. One thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    /// <summary>Far above the number of statements in the code; reads with filters make texts of their own.</summary>
    private const int KeptStatements = 256;

    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    private readonly Dictionary<string, sqlite3_stmt> _writes = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// One statement, a literal of the code. Returns the rows changed. It goes past the provider, which looks up every parameter by its
    /// name at every execution: writing is what takes the time of the ingest.
    /// </summary>
    public int Run(string sql, params ReadOnlySpan<object?> values)
    {
        var database = connection.Handle!;
        if (!_writes.TryGetValue(sql, out var statement))
        {
            // To SQLite $2 is a name, numbered by its first appearance; ?2 is the second one.
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql.Replace('$', '?'), out statement), database);
            _writes[sql] = statement;
        }

        for (var i = 0; i < values.Length; i++)
        {
            SqliteException.ThrowExceptionForRC(Bind(statement, i + 1, values[i]), database);
        }

        // A pragma may answer with rows; they are of no interest here.
        int step;
        do
        {
            step = raw.sqlite3_step(statement);
        }
        while (step == raw.SQLITE_ROW);

        var changes = raw.sqlite3_changes(database);
        // Resets in any case, and repeats the code of the failed step.
        var outcome = raw.sqlite3_reset(statement);
        SqliteException.ThrowExceptionForRC(step == raw.SQLITE_DONE ? outcome : step, database);
        return changes;
    }

    public SqliteDataReader Read(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteReader();

    public List<T> List<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using var reader = Read(sql, values);
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    /// <summary>The first column of the first row; the default where there is none or it is null.</summary>
    public long? Number(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Read(sql, values);
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;
    }

    public void RollBack()
    {
        // SQLite may have rolled back by itself already (full disk, IO error).
        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            Run("ROLLBACK");
        }
    }

    public void Dispose()
    {
        Forget();
        foreach (var statement in _writes.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        string text => raw.sqlite3_bind_text(statement, index, text),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        bool flag => raw.sqlite3_bind_int64(statement, index, flag ? 1 : 0),
        DateTimeOffset at => raw.sqlite3_bind_int64(statement, index, Microseconds.Of(at)),
        Severity severity => raw.sqlite3_bind_int64(statement, index, (int)severity),
        Enum name => raw.sqlite3_bind_text(statement, index, name.ToString()),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        ReadOnlyMemory<byte> bytes => raw.sqlite3_bind_blob(statement, index, bytes.Span),
        TimeSpan span => raw.sqlite3_bind_int64(statement, index, span.Ticks / TimeSpan.TicksPerMicrosecond),
        float number => raw.sqlite3_bind_double(statement, index, number),
        double number => raw.sqlite3_bind_double(statement, index, number),
        long[] or int[] or string[] => raw.sqlite3_bind_text(statement, index, JsonSerializer.Serialize(value, value.GetType())),
        _ => throw new ArgumentException($"SQLite keeps no {value.GetType()}.", nameof(value)),
    };

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            if (_prepared.Count >= KeptStatements)
            {
                Forget();
            }

            command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this project's own; what users type arrives as parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
            }

            _prepared[sql] = command;
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                DateTimeOffset at => Microseconds.Of(at),
                Severity severity => (int)severity,
                Enum name => name.ToString(),
                bool flag => flag ? 1 : 0,
                TimeSpan span => span.Ticks / TimeSpan.TicksPerMicrosecond,
                Array list and not byte[] => JsonSerializer.Serialize(list, list.GetType()),
                var value => value,
            };
        }

        return command;
    }

    private void Forget()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _prepared.Clear();
    }
}
