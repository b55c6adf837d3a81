using System.Net.Sockets;
using Npgsql;

namespace KubeMemory.Engines.Postgres;

/// <summary>What an exception of the driver means to the caller.</summary>
internal static class PostgresFaults
{
    /// <summary>The driver's list does not have it.</summary>
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>Two transactions stood in each other's way, and the server ended this one: it is to be run again.</summary>
    public static bool IsConflict(Exception fault) =>
        fault is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary><c>cached plan must not change result type</c>: a prepared statement's table was altered since.</summary>
    public static bool IsStale(PostgresException fault) =>
        fault is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

    /// <summary>The server is not there, starts, shuts down, has no connection left or took too long: the moment is to blame, not the statement.</summary>
    public static bool IsUnavailable(Exception fault) => fault switch
    {
        PostgresException said => said.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction
            // What the server ends because it has waited too long, for this client or for a lock.
            or IdleInTransactionSessionTimeout or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.IoError
            || said.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => true,
        NpgsqlException { IsTransient: true } => true,
        // The driver lets what the resolver says of a name through as it is.
        SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>One sentence for people.</summary>
    public static Exception Reason(Exception fault) => fault switch
    {
        PostgresException said => new InvalidOperationException(said.MessageText, fault),
        NpgsqlException { InnerException: TimeoutException } => new TimeoutException("it took too long", fault),
        NpgsqlException { InnerException: { } inner } => inner,
        _ => fault,
    };

    /// <summary>What an operator can put right where the server refuses.</summary>
    public static string Advice(PostgresException refused, string? database) => refused.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"it refuses the user or the password of the connection string ({refused.MessageText})",
        PostgresErrorCodes.InvalidCatalogName => $"there is no database \"{database}\" there: create it, or correct Database in the connection string",
        PostgresErrorCodes.InsufficientPrivilege => $"the user may not do what is needed ({refused.MessageText}): let it own its database",
        _ => refused.MessageText,
    };
}
