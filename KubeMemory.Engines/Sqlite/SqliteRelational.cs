using System.Data.Common;
using KubeMemory.Engines.Relational;

namespace KubeMemory.Engines.Sqlite;

/// <summary>The file as a relational database. SQLite has no asynchronous IO: what is awaited inside is always done already.</summary>
internal sealed class SqliteRelational(SqliteDatabase database) : RelationalDatabase
{
    public override SqlDialect Dialect => SqliteDialect.Instance;

    public override Task<T> ReadAsync<T>(Func<RelationalSession, Task<T>> work, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Finished(work(new Session(session))), cancellationToken);

    public override Task<T> WriteAsync<T>(Func<RelationalSession, Task<T>> work, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Finished(work(new Session(session))), cancellationToken);

    private static T Finished<T>(Task<T> work) =>
        work.IsCompleted ? work.GetAwaiter().GetResult() : throw new InvalidOperationException("Work on the file awaited something else.");

    private sealed class Session(SqliteSession session) : RelationalSession
    {
        public override SqlDialect Dialect => SqliteDialect.Instance;

        public override Task<int> RunAsync(string sql, params object?[] values) => Task.FromResult(session.Run(sql, values));

        protected override Task<DbDataReader> ReadAsync(string sql, object?[] values) => Task.FromResult<DbDataReader>(session.Read(sql, values));
    }
}

internal sealed class SqliteDialect : SqlDialect
{
    private static readonly string[] Searched = ["i.workload", "i.namespace", "COALESCE(i.pod_name, '')", "i.description", "i.signature"];

    public static SqliteDialect Instance { get; } = new();

    public override string SkipLocked => "";

    public override string In(string column, int parameter) => $"{column} IN (SELECT value FROM json_each(${parameter}))";

    public override string HasWord(string word, Func<object?, string> parameter)
    {
        var pattern = parameter($"%{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%");
        return $"({string.Join(" OR ", Searched.Select(column => $@"{column} LIKE {pattern} ESCAPE '\'"))})";
    }
}
