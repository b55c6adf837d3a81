using Microsoft.EntityFrameworkCore.Migrations;

namespace KubeMemory.Engines.Sqlite;

/// <summary>
/// What the text search stands on: two FTS5 indexes that keep no text of their own, followed by triggers that fire only where a text
/// changes (an incident's row is written with every batch). An incident has two rows in its index, so that its pod, which changes more
/// often, does not drag the rest along: <c>2 * id</c> for what is said, <c>2 * id + 1</c> for the pod. A fact's row is
/// <c>incident * 2^24 + ordinal</c>, because the rowid of a table without an integer key may change with a VACUUM.
/// Part of the migrations: what changes here takes a migration of its own.
/// </summary>
internal static class SqliteTextSearch
{
    private const string Said = "NEW.workload || char(10) || NEW.namespace || char(10) || NEW.description || char(10) || NEW.signature";

    private static readonly string[] Statements =
    [
        "CREATE VIRTUAL TABLE incident_texts USING fts5(text, tokenize = 'trigram', content = '', contentless_delete = 1)",
        "CREATE VIRTUAL TABLE evidence_texts USING fts5(text, tokenize = 'unicode61 remove_diacritics 0', content = '', contentless_delete = 1)",
        $"""
        CREATE TRIGGER incident_texts_added AFTER INSERT ON incidents BEGIN
            INSERT INTO incident_texts (rowid, text) VALUES (NEW.id * 2, {Said}), (NEW.id * 2 + 1, COALESCE(NEW.pod_name, ''));
        END
        """,
        $"""
        CREATE TRIGGER incident_text_changed AFTER UPDATE OF description, signature ON incidents
        WHEN OLD.description <> NEW.description OR OLD.signature <> NEW.signature BEGIN
            DELETE FROM incident_texts WHERE rowid = NEW.id * 2;
            INSERT INTO incident_texts (rowid, text) VALUES (NEW.id * 2, {Said});
        END
        """,
        """
        CREATE TRIGGER incident_pod_changed AFTER UPDATE OF pod_name ON incidents WHEN OLD.pod_name IS NOT NEW.pod_name BEGIN
            DELETE FROM incident_texts WHERE rowid = NEW.id * 2 + 1;
            INSERT INTO incident_texts (rowid, text) VALUES (NEW.id * 2 + 1, COALESCE(NEW.pod_name, ''));
        END
        """,
        """
        CREATE TRIGGER incident_texts_gone AFTER DELETE ON incidents BEGIN
            DELETE FROM incident_texts WHERE rowid IN (OLD.id * 2, OLD.id * 2 + 1);
        END
        """,
        """
        CREATE TRIGGER evidence_text_added AFTER INSERT ON evidence BEGIN
            INSERT INTO evidence_texts (rowid, text) VALUES ((NEW.incident_id << 24) | NEW.ordinal, NEW.title || char(10) || NEW.text);
        END
        """,
        """
        CREATE TRIGGER evidence_text_changed AFTER UPDATE OF title, text ON evidence WHEN OLD.title <> NEW.title OR OLD.text <> NEW.text BEGIN
            DELETE FROM evidence_texts WHERE rowid = (OLD.incident_id << 24) | OLD.ordinal;
            INSERT INTO evidence_texts (rowid, text) VALUES ((NEW.incident_id << 24) | NEW.ordinal, NEW.title || char(10) || NEW.text);
        END
        """,
        """
        CREATE TRIGGER evidence_text_gone AFTER DELETE ON evidence BEGIN
            DELETE FROM evidence_texts WHERE rowid = (OLD.incident_id << 24) | OLD.ordinal;
        END
        """,
        """
        INSERT INTO incident_texts (rowid, text)
        SELECT id * 2, workload || char(10) || namespace || char(10) || description || char(10) || signature FROM incidents
        UNION ALL SELECT id * 2 + 1, COALESCE(pod_name, '') FROM incidents
        """,
        "INSERT INTO evidence_texts (rowid, text) SELECT (incident_id << 24) | ordinal, title || char(10) || text FROM evidence",
    ];

    /// <summary>Fixes, by their number; they came later.</summary>
    private static readonly string[] Fixes =
    [
        "CREATE VIRTUAL TABLE fix_texts USING fts5(text, tokenize = 'unicode61 remove_diacritics 0', content = '', contentless_delete = 1)",
        """
        CREATE TRIGGER fix_text_added AFTER INSERT ON fixes BEGIN
            INSERT INTO fix_texts (rowid, text) VALUES (NEW.id, NEW.text || char(10) || COALESCE(NEW.correction, ''));
        END
        """,
        """
        CREATE TRIGGER fix_text_changed AFTER UPDATE OF text, correction ON fixes WHEN OLD.text <> NEW.text OR OLD.correction IS NOT NEW.correction BEGIN
            DELETE FROM fix_texts WHERE rowid = OLD.id;
            INSERT INTO fix_texts (rowid, text) VALUES (NEW.id, NEW.text || char(10) || COALESCE(NEW.correction, ''));
        END
        """,
        """
        CREATE TRIGGER fix_text_gone AFTER DELETE ON fixes BEGIN
            DELETE FROM fix_texts WHERE rowid = OLD.id;
        END
        """,
    ];

    public static void CreateFixes(MigrationBuilder migration)
    {
        foreach (var statement in Fixes)
        {
            migration.Sql(statement);
        }
    }

    /// <summary>Before its table, whose triggers go with it.</summary>
    public static void DropFixes(MigrationBuilder migration) => migration.Sql("DROP TABLE fix_texts");

    public static void Create(MigrationBuilder migration)
    {
        foreach (var statement in Statements)
        {
            migration.Sql(statement);
        }
    }

    public static void Drop(MigrationBuilder migration)
    {
        foreach (var trigger in (string[])["incident_texts_added", "incident_text_changed", "incident_pod_changed", "incident_texts_gone",
            "evidence_text_added", "evidence_text_changed", "evidence_text_gone"])
        {
            migration.Sql($"DROP TRIGGER {trigger}");
        }

        migration.Sql("DROP TABLE incident_texts");
        migration.Sql("DROP TABLE evidence_texts");
    }
}
