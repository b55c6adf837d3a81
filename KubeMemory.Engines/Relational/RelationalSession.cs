using System.Data.Common;

namespace KubeMemory.Engines.Relational;

/// <summary>
/// Statements within one snapshot or transaction. Parameters are <c>$1</c>, <c>$2</c>, … in the order of the values: text, numbers, booleans,
/// bytes, <see cref="DateTimeOffset"/>, <see cref="TimeSpan"/>, enums (by name; a severity by rank), and arrays of long, int or string for
/// <see cref="SqlDialect.In"/>. One statement at a time.
/// </summary>
internal abstract class RelationalSession
{
    public abstract SqlDialect Dialect { get; }

    /// <summary>
    /// Until the end of the transaction no change of the rules is at work on the incidents' clusters, and what it has changed is to be seen.
    /// Nothing where there is one writer. To be called before a row is locked: the rules do so first of all.
    /// </summary>
    public virtual Task HoldClustersAsync(long[] incidentIds) => Task.CompletedTask;

    /// <summary>Returns the rows changed.</summary>
    public abstract Task<int> RunAsync(string sql, params object?[] values);

    public async Task<List<T>> ListAsync<T>(string sql, Func<DbDataReader, T> row, params object?[] values)
    {
        var rows = new List<T>();
        var reader = await ReadAsync(sql, values).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync().ConfigureAwait(false))
            {
                rows.Add(row(reader));
            }
        }

        return rows;
    }

    /// <summary>The first row; the default where there is none.</summary>
    public async Task<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> row, params object?[] values)
    {
        var reader = await ReadAsync(sql, values).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            return await reader.ReadAsync().ConfigureAwait(false) ? row(reader) : default;
        }
    }

    /// <summary>The first column of the first row; null where there is none or it is null.</summary>
    public Task<long?> NumberAsync(string sql, params object?[] values) => FirstAsync(sql, row => row.Long(0), values);

    protected abstract Task<DbDataReader> ReadAsync(string sql, object?[] values);
}
