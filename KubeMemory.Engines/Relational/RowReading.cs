using System.Data.Common;
using KubeMemory.Core.Incidents;
using Microsoft.Data.Sqlite;

namespace KubeMemory.Engines.Relational;

/// <summary>Columns as the rows mean them, of either database.</summary>
internal static class RowReading
{
    public static string? Text(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>SQLite keeps microseconds since 1970, which order and subtract; PostgreSQL has a type for it.</summary>
    public static DateTimeOffset Time(this DbDataReader row, int column) =>
        row is SqliteDataReader ? Microseconds.At(row.GetInt64(column)) : row.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static int? Int(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static long? Long(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static bool? Flag(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetBoolean(column);

    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static T Name<T>(this DbDataReader row, int column)
        where T : struct, Enum => Enum.Parse<T>(row.GetString(column));
}
