namespace KubeMemory.Core.Diagnosis.Processes.Dependencies;

internal static class DatabaseNotFound
{
    public static FailureSignature Signature { get; } = new()
    {
        Id = "database-not-found",
        Title = "The database does not exist on its server",
        Area = SignatureArea.Dependencies,
        Types = ProcessCase.Crashes,
        Clues =
        [
            Clue.Log(@"\bdatabase ""(?<database>[^""]+)"" does not exist"),
            Clue.Log("Unknown database '(?<database>[^']+)'"),
            Clue.Log(@"Cannot open database ""(?<database>[^""]+)"" requested by the login"),
            Clue.Log(@"(?i)\bdatabase [`'""]?(?<database>[\w.-]+)[`'""]? (?:does not exist|doesn't exist|was not found|not found|is unknown)"),
            Clue.Log(@"ORA-12514.*|SID (?<database>\w+) (?:is )?not (?:currently )?known"),
        ],
        Specificity = 69,
        Verdict = Verdict.Confirmed,
        Cause = "The database {database} does not exist on the server that the process connects to.",
        Thing = "database",
        Steps =
        [
            ProcessSteps.PreviousLog,
            ProcessSteps.Environment,
        ],
        Prevention =
        [
            "Create the database in the same change that brings the first workload that needs it.",
        ],
        Documentation = ProcessSteps.Reason,
        Samples =
        [
            ProcessCase.Crash("FATAL:  database \"shop_v4\" does not exist", "shop_v4"),
            ProcessCase.Crash("sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1049, \"Unknown database 'billing'\")", "billing"),
        ],
        NearMisses =
        [
            ProcessCase.Crash("ERROR customer database export 12 does not exist"),
        ],
    };
}
