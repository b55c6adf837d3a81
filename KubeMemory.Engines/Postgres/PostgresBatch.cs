using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>Statements that go to the server together. Columns of many rows go as arrays, one parameter a column.</summary>
internal sealed class PostgresBatch(NpgsqlConnection connection) : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch = new(connection);

    public bool IsEmpty => _batch.BatchCommands.Count == 0;

    /// <param name="values">An array of strings that is the only value must be given as an object: it would be taken for the list of values.</param>
    public void Add(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(PostgresSession.Parameter(value));
        }

        _batch.BatchCommands.Add(command);
    }

    public Task RunAsync(CancellationToken cancellationToken) =>
        IsEmpty ? Task.CompletedTask : _batch.ExecuteNonQueryAsync(cancellationToken);

    /// <summary>The answers, in the order of the statements.</summary>
    public Task<NpgsqlDataReader> ReadAsync(CancellationToken cancellationToken) => _batch.ExecuteReaderAsync(cancellationToken);

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}
