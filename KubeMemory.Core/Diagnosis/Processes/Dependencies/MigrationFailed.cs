using System.Text.RegularExpressions;

namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class MigrationFailed
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "migration-failed",
        Title = "A database migration fails",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"(?i)migration (?:of |file |script |version )?[""'`\[]?(?<migration>[\w./-]*[0-9_][\w./-]*)[""'`\]]? (?:has )?failed"),
            Clue.Log(@"Migration (?:checksum|description|type) mismatch for migration (?:version )?(?<migration>[\w.]+)|Detected (?:failed migration to version|resolved migration not applied to database:|applied migration not resolved locally:) (?<migration>[\w.]+)"),
            Clue.Log(@"Migration failed for change ?set (?<migration>\S+?):*(?:\s|$)"),
            Clue.Log("(?i)Dirty database version (?<migration>[0-9]+)"),
            // What creates a thing finds it there: it ran before, by half.
            Clue.Log(@"\bpsycopg2?\.errors\.Duplicate(?:Column|Table|Object)\b|\bSQLSTATE[ =:]*(?:42701|42P07|42710)\b"),
            Clue.Log(@"(?:ERROR|error):? (?:goose run: )?ERROR (?<migration>[\w.-]+\.(?:sql|go)):|goose run: ERROR (?<migration>[\w.-]+\.(?:sql|go))"),
            Clue.Log("Can't locate revision identified by '(?<migration>[^']+)'"),
            Clue.Log(@"The `(?<migration>[\w-]+)` migration started at .* failed|Migration name: (?<migration>[\w-]+)"),
            Clue.Log(@"InconsistentMigrationHistory: Migration (?<migration>[\w.]+)|NodeNotFoundError: Migration (?<migration>[\w.]+)"),
            Clue.Log(@"(?i)(?:FlywayMigrate|FlywayValidate|Flyway\w*Exception|Migrations? (?:have )?failed validation|MigrationFailedException|ValidationFailedException|\bP3009\b|\bP3018\b|Multiple head revisions|Target database is not up to date|all later migrations canceled|error occurred (?:while|during) migrat|failed executing DbCommand|migration directory is corrupt|could not acquire change log lock|migrations? (?:have |has )?failed\b|(?:failed|unable|error|could not|cannot|errors?) (?:to )?(?:run|running|apply|applying|execut\w+|perform\w*|in|during|while running) (?:\w+ ){0,3}migrations?\b|migrate(?:: | failed| error))"),
        ],
        Specificity = 66,
        Verdict = Verdict.Confirmed,
        Cause = "A migration of the database fails[: {migration}]. The database may be left half migrated; each restart tries it again.",
        Thing = "migration",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            new("See whether two pods migrate at the same time.", "kubectl get pods,jobs -n {namespace}"),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Run migrations once, in a Job before the rollout, and try them on a copy of the data.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/workloads/controllers/job/"),
        Refine = Read,
        Samples =
        [
            ProcessCase.Crash("error: Dirty database version 37. Fix and force version.", "37"),
            ProcessCase.Crash(
                """
                org.flywaydb.core.internal.exception.FlywayMigrateException: Schema "public" has a failed migration
                Migration V12__add_tax.sql failed
                -----------------------------
                SQL State  : 42701
                Message    : ERROR: column "tax" of relation "orders" already exists
                """, "V12__add_tax.sql"),
            ProcessCase.Crash("alembic.util.exc.CommandError: Can't locate revision identified by '8f2c1d' ", "8f2c1d"),
            ProcessCase.Crash("liquibase.exception.MigrationFailedException: Migration failed for changeset db/changelog/0042.xml::add-index::mia:", "db/changelog/0042.xml::add-index::mia"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR running migrations: dial tcp 10.0.3.7:5432: connect: connection refused"),
            ProcessCase.Crash("ERROR migration of customer 12 to tariff B was refused by rule 4"),
        ],
    };

    // A migration that does not reach its database, or is not let in, is not what fails.
    private static readonly Regex NotReached = new(
        @"(?i)connection refused|econnrefused|refused\.|no such host|enotfound|UnknownHost|name or service not known|name resolution|i/o timeout|timed out|etimedout|no route to host|authentication failed|access denied for user|certificate|could not translate host|can't connect|unable to obtain connection|unknown database|database ""[^""]+"" does not exist",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static IReadOnlyDictionary<string, string>? Read(DiagnosisCase incident, IReadOnlyDictionary<string, string> facts) =>
        NotReached.IsMatch(facts.GetValueOrDefault(FailureSignature.StatementFact, "")) ? null : facts;
}
