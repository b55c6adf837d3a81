using KubeMemory.Core.Memory;
using KubeMemory.Engines.Relational;

namespace KubeMemory.Engines.Postgres;

internal sealed class PostgresDialect : SqlDialect
{
    private const int Trigram = 3;

    public static PostgresDialect Instance { get; } = new();

    public override string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public override string KeyShare => "FOR KEY SHARE";

    public override string In(string column, int parameter) => $"{column} = ANY(${parameter})";

    public override string HasWord(string word, Func<object?, string> parameter)
    {
        var pattern = parameter($"%{TextSearch.Escape(word)}%");
        var literally = TextSearch.HasSpecials(word) ? $" AND (e.title ILIKE {pattern} OR e.text ILIKE {pattern})" : "";
        var recorded = TextSearch.HasSpecials(word) ? $" AND (f.text ILIKE {pattern} OR f.correction ILIKE {pattern})" : "";
        var typed = parameter(word);
        return $"""
            i.id IN (
                SELECT t.incident_id FROM incident_texts t WHERE t.text ILIKE {pattern}
                UNION
                SELECT e.incident_id FROM evidence e WHERE words_of(e.title || ' ' || e.text) @@ query_of({typed}){literally}
                UNION
                SELECT f.incident_id FROM fixes f WHERE words_of(f.text || ' ' || COALESCE(f.correction, '')) @@ query_of({typed}){recorded})
            """;
    }

    /// <summary>An index of trigrams knows too little of a shorter word and would read everything.</summary>
    public override string? WordIn(WordPlace place, string word, Func<object?, string> parameter, Func<string, string> counts, int max) => place switch
    {
        WordPlace.Incident when word.Length < Trigram => null,
        WordPlace.Incident =>
            $"SELECT t.incident_id, 0 AS number FROM incident_texts t WHERE t.text ILIKE {parameter($"%{TextSearch.Escape(word)}%")}{counts("t.incident_id")} LIMIT {max}",
        WordPlace.Fix =>
            $"""
            SELECT f.incident_id, f.id AS number FROM fixes f
            WHERE words_of(f.text || ' ' || COALESCE(f.correction, '')) @@ query_of({parameter(word)}){counts("f.incident_id")} LIMIT {max}
            """,
        _ =>
            $"""
            SELECT e.incident_id, e.ordinal AS number FROM evidence e
            WHERE words_of(e.title || ' ' || e.text) @@ query_of({parameter(word)}){counts("e.incident_id")} LIMIT {max}
            """,
    };
}
