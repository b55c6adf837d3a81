using KubeMemory.Core.Signals;
using Npgsql;
using NpgsqlTypes;

namespace KubeMemory.Engines.Postgres;

/// <summary>One value of a row, as it goes to the server: in an array with those of the other rows, or as a field of a COPY.</summary>
/// <param name="type">As SQL names it.</param>
internal abstract class PostgresColumn<TRow>(string name, string type)
{
    public string Name => name;

    public string Type => type;

    public abstract object Array(List<TRow> rows);

    public abstract Task WriteAsync(NpgsqlBinaryImporter copy, TRow row, CancellationToken cancellationToken);
}

internal sealed class PostgresColumn<TRow, TValue>(string name, string type, NpgsqlDbType sentAs, Func<TRow, TValue> value) : PostgresColumn<TRow>(name, type)
{
    public override object Array(List<TRow> rows)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return values;
    }

    public override Task WriteAsync(NpgsqlBinaryImporter copy, TRow row, CancellationToken cancellationToken) => value(row) switch
    {
        null => copy.WriteNullAsync(cancellationToken),
        string text => copy.WriteAsync(StorableText.Of(text), sentAs, cancellationToken),
        DateTimeOffset at => copy.WriteAsync(at.ToUniversalTime(), sentAs, cancellationToken),
        long number => copy.WriteAsync(number, sentAs, cancellationToken),
        int number => copy.WriteAsync(number, sentAs, cancellationToken),
        bool flag => copy.WriteAsync(flag, sentAs, cancellationToken),
        byte[] bytes => copy.WriteAsync(bytes, sentAs, cancellationToken),
        var other => throw new NotSupportedException($"Of type {other.GetType()}."),
    };
}

/// <summary>The columns of a table's rows.</summary>
internal sealed class PostgresColumns<TRow>
{
    private readonly List<PostgresColumn<TRow>> _all = [];

    public IReadOnlyList<PostgresColumn<TRow>> All => _all;

    public PostgresColumns<TRow> Text(string name, Func<TRow, string?> value) => Add(name, "text", NpgsqlDbType.Text, value);

    public PostgresColumns<TRow> Bytes(string name, Func<TRow, byte[]?> value) => Add(name, "bytea", NpgsqlDbType.Bytea, value);

    public PostgresColumns<TRow> Flag(string name, Func<TRow, bool> value) => Add(name, "boolean", NpgsqlDbType.Boolean, value);

    public PostgresColumns<TRow> Int(string name, Func<TRow, int?> value) => Add(name, "integer", NpgsqlDbType.Integer, value);

    public PostgresColumns<TRow> Long(string name, Func<TRow, long?> value) => Add(name, "bigint", NpgsqlDbType.Bigint, value);

    public PostgresColumns<TRow> Time(string name, Func<TRow, DateTimeOffset?> value) => Add(name, "timestamp with time zone", NpgsqlDbType.TimestampTz, value);

    private PostgresColumns<TRow> Add<TValue>(string name, string type, NpgsqlDbType sentAs, Func<TRow, TValue> value)
    {
        _all.Add(new PostgresColumn<TRow, TValue>(name, type, sentAs, value));
        return this;
    }
}
