using System.Data.Common;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Signals;
using KubeMemory.Engines.Relational;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>Statements within one transaction of one connection.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, CancellationToken cancellationToken) : RelationalSession
{
    public override SqlDialect Dialect => PostgresDialect.Instance;

    public override async Task HoldClustersAsync(long[] incidentIds)
    {
        var clusters = await ListAsync("SELECT DISTINCT cluster_id FROM incidents WHERE id = ANY($1)", row => row.GetString(0), (object)incidentIds).ConfigureAwait(false);
        await RunAsync(
            "SELECT pg_advisory_xact_lock(lock) FROM unnest($1) lock", (object)clusters.Select(PostgresIncidentLoader.LockOf).Order().ToArray()).ConfigureAwait(false);
    }

    public override async Task<int> RunAsync(string sql, params object?[] values)
    {
        var command = Command(sql, values);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override async Task<DbDataReader> ReadAsync(string sql, object?[] values)
    {
        var command = Command(sql, values);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A value as the driver takes it.</summary>
    internal static NpgsqlParameter Parameter(object? value) => new()
    {
        Value = value switch
        {
            null => DBNull.Value,
            string text => StorableText.Of(text),
            string?[] texts => Array.ConvertAll(texts, text => text is null ? null : StorableText.Of(text)),
            DateTimeOffset at => at.ToUniversalTime(),
            DateTimeOffset[] times => Array.ConvertAll(times, at => at.ToUniversalTime()),
            DateTimeOffset?[] times => Array.ConvertAll(times, at => at?.ToUniversalTime()),
            Severity severity => (int)severity,
            Enum name => name.ToString(),
            _ => value,
        },
    };

    private NpgsqlCommand Command(string sql, object?[] values)
    {
#pragma warning disable CA2100 // The texts are this project's own; what users type arrives as parameters.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        return command;
    }
}
