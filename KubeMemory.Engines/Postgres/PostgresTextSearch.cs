using Microsoft.EntityFrameworkCore.Migrations;

namespace KubeMemory.Engines.Postgres;

/// <summary>
/// What the text search stands on. An index over the incidents' own rows would be rewritten with every batch, so their texts have a table
/// beside them, which triggers keep: what is said in one row, the pod (which changes more often) in another. Evidence changes rarely, so
/// its words are an index of its own table. Part of the migrations: what changes here takes a migration of its own.
/// </summary>
internal static class PostgresTextSearch
{
    private const string Tables =
        """
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE TABLE incident_texts (incident_id bigint NOT NULL, is_pod boolean NOT NULL, text text NOT NULL, PRIMARY KEY (incident_id, is_pod));
        CREATE INDEX ix_incident_texts ON incident_texts USING gin (text gin_trgm_ops);
        """;

    private const string Triggers =
        """
        CREATE FUNCTION keep_incident_text() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO incident_texts VALUES (NEW.id, FALSE, concat_ws(E'\n', NEW.workload, NEW.namespace, NEW.description, NEW.signature))
            ON CONFLICT (incident_id, is_pod) DO UPDATE SET text = excluded.text;
            RETURN NULL;
        END $$;
        CREATE FUNCTION keep_incident_pod() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO incident_texts VALUES (NEW.id, TRUE, COALESCE(NEW.pod_name, ''))
            ON CONFLICT (incident_id, is_pod) DO UPDATE SET text = excluded.text;
            RETURN NULL;
        END $$;
        CREATE FUNCTION drop_incident_texts() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM incident_texts WHERE incident_id = OLD.id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER incident_text_added AFTER INSERT ON incidents FOR EACH ROW EXECUTE FUNCTION keep_incident_text();
        CREATE TRIGGER incident_pod_added AFTER INSERT ON incidents FOR EACH ROW EXECUTE FUNCTION keep_incident_pod();
        CREATE TRIGGER incident_text_changed AFTER UPDATE OF description, signature ON incidents FOR EACH ROW
            WHEN (OLD.description <> NEW.description OR OLD.signature <> NEW.signature) EXECUTE FUNCTION keep_incident_text();
        CREATE TRIGGER incident_pod_changed AFTER UPDATE OF pod_name ON incidents FOR EACH ROW
            WHEN (OLD.pod_name IS DISTINCT FROM NEW.pod_name) EXECUTE FUNCTION keep_incident_pod();
        CREATE TRIGGER incident_gone AFTER DELETE ON incidents FOR EACH ROW EXECUTE FUNCTION drop_incident_texts();
        """;

    /// <summary>
    /// PostgreSQL's own parser takes addresses, paths and host names whole; here a word is letters and digits. A word is cut to 100
    /// characters and a text to 200,000, because a tsvector that grows beyond its limits is an error.
    /// </summary>
    private const string Words =
        """
        CREATE FUNCTION words_of(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT array_to_tsvector(ARRAY(
                SELECT DISTINCT left(word, 100) FROM regexp_split_to_table(lower(left(content, 200000)), '[^[:alnum:]]+') AS word WHERE word <> ''))
        $$;
        CREATE FUNCTION query_of(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT (string_agg('''' || left(word, 100) || '''', ' & ' ORDER BY n) || ':*')::tsquery
            FROM regexp_split_to_table(lower(typed), '[^[:alnum:]]+') WITH ORDINALITY AS words (word, n) WHERE word <> ''
        $$;
        CREATE INDEX ix_evidence_words ON evidence USING gin (words_of(title || ' ' || text));
        """;

    public static void Create(MigrationBuilder migration)
    {
        migration.Sql(Tables);
        migration.Sql(Triggers);
        migration.Sql(Words);
    }

    /// <summary>Fixes change rarely as well; they came later, and their index goes with their table.</summary>
    public static void CreateFixes(MigrationBuilder migration) =>
        migration.Sql("CREATE INDEX ix_fixes_words ON fixes USING gin (words_of(text || ' ' || COALESCE(correction, '')))");

    public static void Drop(MigrationBuilder migration)
    {
        migration.Sql("DROP INDEX ix_evidence_words; DROP FUNCTION words_of; DROP FUNCTION query_of");
        migration.Sql("DROP FUNCTION keep_incident_text CASCADE; DROP FUNCTION keep_incident_pod CASCADE; DROP FUNCTION drop_incident_texts CASCADE");
        migration.Sql("DROP TABLE incident_texts");
    }
}
