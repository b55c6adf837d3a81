using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>
/// The way of rows to the statement that merges them into their table: many by a binary COPY into a staging table of the session's own, which
/// the end of the transaction empties; few as arrays, which saves the COPY's two round trips.
/// </summary>
/// <param name="name">Of the staging table.</param>
internal sealed class StagedRows<TRow>(string name, PostgresColumns<TRow> columns)
{
    /// <summary>From so many rows on they are copied.</summary>
    private const int Many = 100;

    private readonly string _names = string.Join(", ", columns.All.Select(column => column.Name));
    private readonly string _arrays = string.Join(", ", columns.All.Select((_, i) => $"${i + 1}"));

    /// <summary>For a new connection.</summary>
    public string Create { get; } =
        $"CREATE TEMPORARY TABLE {name} ({string.Join(", ", columns.All.Select(column => $"{column.Name} {column.Type}"))}) ON COMMIT DELETE ROWS";

    /// <param name="merges">Each makes a statement of the rows, which it reads like a table, in their order.</param>
    public async Task AddAsync(
        PostgresBatch batch, NpgsqlConnection connection, List<TRow> rows, CancellationToken cancellationToken, params Func<string, string>[] merges)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var copied = rows.Count >= Many;
        if (copied)
        {
            await CopyAsync(connection, rows, cancellationToken).ConfigureAwait(false);
        }

        var values = copied ? [] : columns.All.Select(column => column.Array(rows)).ToArray();
        foreach (var merge in merges)
        {
            batch.Add(merge(copied ? $"pg_temp.{name}" : $"unnest({_arrays}) {name} ({_names})"), values);
        }
    }

    private async Task CopyAsync(NpgsqlConnection connection, List<TRow> rows, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginBinaryImportAsync($"COPY pg_temp.{name} ({_names}) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            foreach (var row in rows)
            {
                await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
                foreach (var column in columns.All)
                {
                    await column.WriteAsync(copy, row, cancellationToken).ConfigureAwait(false);
                }
            }

            await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
