namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class SchemaOutOfDate
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "schema-out-of-date",
        Title = "The database's schema is not the one that the process expects",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"\b(?:relation|table|column|type|schema|sequence|view) ""(?<object>[^""]+)"" does not exist|\bcolumn (?<object>[\w.]+) does not exist"),
            Clue.Log("Table '(?<object>[^']+)' doesn't exist|Unknown column '(?<object>[^']+)'"),
            Clue.Log(@"no such (?:table|column): (?<object>[\w.]+)"),
            Clue.Log("Invalid (?:object|column) name '(?<object>[^']+)'"),
            Clue.Log(@"(?i)schema[- ]validation: (?:missing|wrong column type encountered in) (?:table|column|sequence)? ?(?:\[(?<object>[^\]]+)\])?"),
            Clue.Log(@"(?i)(?:PendingMigrationError|pending (?:database )?migrations?|migrations? (?:are|is) pending|unapplied migration|have \d+ unapplied|database schema (?:version )?.{0,40}(?:out of date|older|not up[ -]to[ -]date|outdated|too old|does not match)|schema version mismatch|ORA-00942|run .{0,30}migrat\w+ to (?:update|resolve))"),
        ],
        Specificity = 64,
        Verdict = Verdict.Confirmed,
        Cause = "The database lacks what the process expects of its schema[: {object}]; a migration was not run, or another version of the program runs against it.",
        Thing = "object",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Rollouts,
            new("See whether the Job that migrates has run.", "kubectl get jobs -n {namespace}"),
            ProcessSteps.RollBack,
        ],
        Prevention =
        [
            "Run migrations before the new version starts, and keep each version able to run on the schema before it.",
        ],
        Documentation = new Uri("https://kubernetes.io/docs/concepts/workloads/controllers/job/"),
        Samples =
        [
            ProcessCase.Crash(
                """
                ERROR:  relation "cart_items" does not exist at character 15
                fatal: cannot load cart
                """, "cart_items"),
            ProcessCase.Crash("Caused by: org.hibernate.tool.schema.spi.SchemaManagementException: Schema-validation: missing table [audit_log]", "audit_log"),
            ProcessCase.Crash("ActiveRecord::PendingMigrationError: Migrations are pending. To resolve this issue, run: bin/rails db:migrate"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR relation between order 3 and parcel 9 does not exist"),
        ],
    };
}
