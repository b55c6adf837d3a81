namespace KubeMemory.Core.Clusters;

public enum WatchState
{
    /// <summary>Not reached yet, or backing off after an error.</summary>
    Disconnected,

    /// <summary>Listing.</summary>
    Syncing,

    /// <summary>Watching on every scope.</summary>
    Watching,

    /// <summary>Watching, with permissions missing.</summary>
    Degraded,

    /// <summary>Imported from a capture: nothing to watch.</summary>
    Imported,
}

/// <summary>How the watch of one cluster stands, as its watcher last said.</summary>
/// <param name="ClusterId">Empty until the cluster has been reached.</param>
/// <param name="Connection">The connection's name; the environment's is <c>environment</c>.</param>
/// <param name="Name">What people call the cluster: the context's name.</param>
/// <param name="Scopes">Namespaces watched; <c>*</c> is all.</param>
/// <param name="Since">Since when it has been in this state.</param>
/// <param name="LastEventAt">Of the newest Event seen, by the Event's own time.</param>
/// <param name="Lag">From an Event's arrival to its committed append, of the last batch.</param>
/// <param name="LastError">One sentence in plain words with what to do; null while all is well.</param>
/// <param name="MissingPermissions">Like <c>get, list, watch pods in shop</c>: one entry for each resource and place.</param>
public sealed record WatchStatus(
    string Connection,
    string ClusterId,
    string Name,
    string? Server,
    string? ServerVersion,
    WatchState State,
    IReadOnlyList<string> Scopes,
    DateTimeOffset Since,
    DateTimeOffset ReportedAt,
    DateTimeOffset? LastEventAt,
    TimeSpan? Lag,
    string? LastError,
    IReadOnlyList<string> MissingPermissions,
    long Relists)
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromDays(1);

    /// <summary>Nobody has spoken of it for a day: there is no such connection any more. Imported clusters stay.</summary>
    public bool IsForgotten(DateTimeOffset now) => State != WatchState.Imported && now - ReportedAt > RememberedFor;

    /// <summary>What a newer report replaces: two watchers may each call another cluster <c>environment</c>.</summary>
    public string Place() => Server is null ? Connection : $"{Connection} {Server}";
}

/// <summary>Where watchers say how they do, and everyone reads it. Lives in the stream engine.</summary>
public interface IWatchStatusBoard
{
    /// <summary>Replaces what was said of the connection before, at this server or before the server was known.</summary>
    Task ReportAsync(WatchStatus status, CancellationToken cancellationToken);

    /// <summary>The last word about each connection and server, unless it is older than a day.</summary>
    Task<IReadOnlyList<WatchStatus>> ListAsync(CancellationToken cancellationToken);
}
