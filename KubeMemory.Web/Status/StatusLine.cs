using System.Globalization;
using KubeMemory.Core.Clusters;

namespace KubeMemory.Web.Status;

/// <summary>One item of the status strip.</summary>
/// <param name="Trouble">Somebody should do something.</param>
/// <param name="Idle">Nothing happens here, and that is right.</param>
internal sealed record StatusLine(string Name, string Says, bool Trouble = false, bool Idle = false, DateTimeOffset? Since = null, string SinceWord = "for", string? Lag = null)
{
    /// <summary>More than this many signals on their way are worth a word.</summary>
    private const long ManyPending = 100;

    public static IReadOnlyList<StatusLine> Of(StatusSnapshot snapshot)
    {
        var lines = new List<StatusLine>();
        if (snapshot.Error is not null)
        {
            lines.Add(new("The API does not answer.", "Trying again by itself.", Trouble: true, Since: snapshot.ReadAt, SinceWord: "Silent for"));
        }

        if (snapshot.Status is not { } status)
        {
            return lines;
        }

        // Trouble first, so that it is not cut off.
        lines.AddRange(status.Clusters.Select(Of).OrderByDescending(l => l.Trouble));
        if (status.Clusters.Count == 0)
        {
            lines.Add(new("No cluster is watched.", "", Idle: true));
        }

        lines.AddRange(status.Engines.Where(e => !e.Healthy).Select(e => new StatusLine(e.Engine, "does not answer", Trouble: true)));
        if (status.Stream.Pending > ManyPending)
        {
            lines.Add(new(status.Stream.Pending.ToString("N0", CultureInfo.InvariantCulture), "signals on their way", Idle: true));
        }

        return lines;
    }

    public static string StateWord(WatchState state) => state switch
    {
        WatchState.Disconnected => "not connected",
        WatchState.Syncing => "reading what is there",
        WatchState.Watching => "watching",
        WatchState.Degraded => "watching with permissions missing",
        _ => "imported",
    };

    public static string Scopes(WatchStatus cluster) => cluster.Scopes switch
    {
        [] => "–",
        ["*"] => "all",
        var scopes => string.Join(", ", scopes),
    };

    private static StatusLine Of(WatchStatus cluster) => cluster.State switch
    {
        WatchState.Disconnected => new(cluster.Name, "is not connected", Trouble: true, Since: cluster.Since),
        WatchState.Imported => new(cluster.Name, "was imported", Idle: true),
        WatchState.Degraded => new(cluster.Name, $"watching, {cluster.MissingPermissions.Count} {(cluster.MissingPermissions.Count == 1 ? "permission" : "permissions")} missing", Trouble: true, Since: cluster.Since, Lag: LagText(cluster.Lag)),
        WatchState.Syncing => new(cluster.Name, "reading what is there", Idle: true),
        _ => new(cluster.Name, cluster.LastError is null ? "watching" : "watching, with an error", Trouble: cluster.LastError is not null, Since: cluster.Since, Lag: LagText(cluster.Lag)),
    };

    private static string? LagText(TimeSpan? lag) => lag switch
    {
        null => null,
        { TotalSeconds: < 1 } l => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(l.TotalMilliseconds)} ms"),
        { TotalMinutes: < 1 } l => string.Create(CultureInfo.InvariantCulture, $"{l.TotalSeconds:0.0} s"),
        { } l => string.Create(CultureInfo.InvariantCulture, $"{l.TotalMinutes:0} min"),
    };
}
