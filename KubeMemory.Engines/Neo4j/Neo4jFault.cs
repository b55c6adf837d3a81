using System.Net;

namespace KubeMemory.Engines.Neo4j;

internal enum FaultKind
{
    /// <summary>Passes by itself: asked again at once, and left to the caller's patience when it does not pass.</summary>
    Passing,

    /// <summary>As <see cref="Passing"/>, and what this process has seen of the database no longer holds.</summary>
    Gone,

    /// <summary>Somebody took away or put there what the statement had found; asked again, it finds what is. The same every time: refused.</summary>
    Collision,

    /// <summary>The operator's to mend: credentials, the database's name, a server that is no Neo4j. Nothing about what was sent.</summary>
    Setting,

    /// <summary>About what was sent: the same again is refused again.</summary>
    Refused,
}

/// <param name="Why">A part of a sentence, without a full stop; never a value of the connection string but the database's name.</param>
internal sealed record Neo4jFault(FaultKind Kind, string Why)
{
    // The codes: https://neo4j.com/docs/status-codes/current/errors/all-errors/
    private static readonly HashSet<string> LostBookmarks =
    [
        "Neo.ClientError.Transaction.InvalidBookmark",
        "Neo.ClientError.Transaction.InvalidBookmarkMixture",
        "Neo.TransientError.Transaction.BookmarkTimeout",
    ];

    private static readonly HashSet<string> Collisions =
    [
        "Neo.ClientError.Statement.EntityNotFound",
        "Neo.ClientError.Schema.ConstraintValidationFailed",
        "Neo.ClientError.Schema.ConstraintAlreadyExists",
        "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists",
    ];

    private static readonly string[] OfTheServer = ["Neo.ClientError.Cluster.", "Neo.ClientError.Database.", "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"];

    public static Neo4jFault Of(HttpStatusCode status, Neo4jError? error, string database) => error switch
    {
        { Code: { } code } when LostBookmarks.Contains(code) => new(FaultKind.Gone, $"it does not know what it said before ({code})"),
        { Code: { } code } when Collisions.Contains(code) => new(FaultKind.Collision, Said(error)),
        { Code: { } code } when code.StartsWith("Neo.ClientError.Security.", StringComparison.Ordinal) =>
            new(FaultKind.Setting, $"it refuses the Username and Password of the connection string \"neo4j\" ({code})"),
        { Code: "Neo.ClientError.Database.DatabaseNotFound" } => NoDatabase(database),
        { Code: { } code } when OfTheServer.Any(prefix => code.StartsWith(prefix, StringComparison.Ordinal)) => new(FaultKind.Setting, Said(error)),
        { Code: { } code } when IsRefusal(code) => new(FaultKind.Refused, Said(error)),
        { Code: not null } => new(FaultKind.Passing, Said(error)),
        _ => OfStatus(status, database),
    };

    /// <summary>One that a transaction ended with, by a time limit for example, is about the moment.</summary>
    private static bool IsRefusal(string code) =>
        code.StartsWith("Neo.ClientError.", StringComparison.Ordinal) && !code.StartsWith("Neo.ClientError.Transaction.", StringComparison.Ordinal);

    private static Neo4jFault OfStatus(HttpStatusCode status, string database) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            new(FaultKind.Setting, $"it refuses the Username and Password of the connection string \"neo4j\" ({(int)status})"),
        HttpStatusCode.NotFound => NoDatabase(database),
        HttpStatusCode.RequestEntityTooLarge => new(FaultKind.Refused, "the request is too large for it (413)"),
        _ => new(FaultKind.Passing, $"it answers {(int)status} as Neo4j does not"),
    };

    private static Neo4jFault NoDatabase(string database) =>
        new(FaultKind.Setting, $"it has no database '{database}' with a Query API, which Neo4j has from 5.19 on");

    private static string Said(Neo4jError error) => $"{error.Message?.Trim().TrimEnd('.') ?? "no reason given"} ({error.Code})";
}
