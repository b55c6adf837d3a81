using System.Data.Common;
using KubeMemory.Core.Memory;
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
    /// <summary>What the index of the incidents' texts is made of: below this it knows nothing.</summary>
    private const int Trigram = 3;

    private static readonly string[] Searched = ["s.workload", "s.namespace", "s.pod_name", "s.description", "s.signature"];

    public static SqliteDialect Instance { get; } = new();

    public override string SkipLocked => "";

    public override string KeyShare => "";

    public override string In(string column, int parameter) => $"{column} IN (SELECT value FROM json_each(${parameter}))";

    public override string HasWord(string word, Func<object?, string> parameter)
    {
        var pattern = parameter($"%{TextSearch.Escape(word)}%");
        var phrase = TextSearch.Phrase(word);
        var names = word.EnumerateRunes().Count() < Trigram
            ? $"SELECT s.id FROM incidents s WHERE {string.Join(" OR ", Searched.Select(column => $@"{column} LIKE {pattern} ESCAPE '\'"))}"
            : $"SELECT rowid >> 1 FROM incident_texts WHERE incident_texts MATCH {parameter(phrase)}";
        var literally = TextSearch.HasSpecials(word) ? $@" AND (e.title LIKE {pattern} ESCAPE '\' OR e.text LIKE {pattern} ESCAPE '\')" : "";
        var recorded = TextSearch.HasSpecials(word) ? $@" AND (f.text LIKE {pattern} ESCAPE '\' OR f.correction LIKE {pattern} ESCAPE '\')" : "";
        var beginning = parameter(phrase + " *");
        return $"""
            i.id IN (
                {names}
                UNION
                SELECT e.incident_id FROM evidence_texts t CROSS JOIN evidence e ON e.incident_id = t.rowid >> 24 AND e.ordinal = t.rowid & 16777215
                WHERE t.evidence_texts MATCH {beginning}{literally}
                UNION
                SELECT f.incident_id FROM fix_texts x CROSS JOIN fixes f ON f.id = x.rowid
                WHERE x.fix_texts MATCH {beginning}{recorded})
            """;
    }

    /// <summary>An incident has two rows in its index, which may both have the word.</summary>
    public override string? WordIn(WordPlace place, string word, Func<object?, string> parameter, Func<string, string> counts, int max) => place switch
    {
        WordPlace.Incident when word.EnumerateRunes().Count() < Trigram => null,
        WordPlace.Incident =>
            $"""
            SELECT rowid >> 1 AS incident_id, 0 AS number FROM incident_texts
            WHERE incident_texts MATCH {parameter(TextSearch.Phrase(word))}{counts("(incident_texts.rowid >> 1)")} ORDER BY rowid DESC LIMIT {max}
            """,
        WordPlace.Fix =>
            $"""
            SELECT f.incident_id, f.id AS number FROM fix_texts CROSS JOIN fixes f ON f.id = fix_texts.rowid
            WHERE fix_texts MATCH {parameter(TextSearch.Phrase(word) + " *")}{counts("f.incident_id")} ORDER BY fix_texts.rowid DESC LIMIT {max}
            """,
        _ =>
            $"""
            SELECT rowid >> 24 AS incident_id, rowid & 16777215 AS number FROM evidence_texts
            WHERE evidence_texts MATCH {parameter(TextSearch.Phrase(word) + " *")}{counts("(evidence_texts.rowid >> 24)")} ORDER BY rowid DESC LIMIT {max}
            """,
    };
}
