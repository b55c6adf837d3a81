using System.Globalization;
using KubeMemory.Core.Clusters;
using KubeMemory.Core.Contracts;
using KubeMemory.Web.Layout;

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

        lines.AddRange(status.Clusters.Select(Of));
        if (status.Clusters.Count == 0)
        {
            lines.Add(new("No cluster is watched.", "", Idle: true));
        }

        lines.AddRange(status.Engines.Where(e => !e.Healthy).Select(e => Of(e, status.Models.FirstOrDefault(m => m.Port == e.Port))));
        lines.AddRange(status.Projections.Select(Of).OfType<StatusLine>());
        if (status.Stream.Pending > ManyPending)
        {
            lines.Add(new(status.Stream.Pending.ToString("N0", CultureInfo.InvariantCulture), "signals on their way", Idle: true));
        }

        // Trouble first, so that it is not cut off.
        return [.. lines.OrderByDescending(line => line.Trouble)];
    }

    /// <summary>What a port is called on the page.</summary>
    public static string PartWord(string port) => port switch
    {
        EnginePorts.Incidents => "Incident store",
        EnginePorts.Signals => "Signal stream",
        EnginePorts.Vectors => "Vector memory",
        EnginePorts.Graph => "Incident graph",
        EnginePorts.Chat => "Language model",
        EnginePorts.Embedding => "Embedding model",
        _ => port,
    };

    /// <summary>How an engine does; of a model that is not there yet how far it is.</summary>
    public static string AnswerOf(EngineStatus engine, ModelStatus? model) => (engine.Healthy, model) switch
    {
        (true, _) => $"{engine.Engine} answers",
        (_, { State: ModelState.Pulling or ModelState.Failed, Sentence: var sentence }) => PlainText.Clean(sentence),
        // Most say themselves who does not answer, and where.
        _ when engine.Error?.Contains("does not answer", StringComparison.Ordinal) is true => PlainText.Clean(engine.Error),
        _ => $"{engine.Engine} does not answer: {PlainText.Clean(engine.Error)}",
    };

    /// <summary>What a projection is called on the page.</summary>
    public static string ContentWord(string projector) => projector switch
    {
        EnginePorts.Vectors => "Kept as vectors",
        EnginePorts.Graph => "Kept as graph",
        _ => projector,
    };

    /// <summary>What a projection holds of the incidents, and what keeps it from holding all.</summary>
    public static string ContentOf(ProjectionStatus projection)
    {
        var says = new List<string>
        {
            projection.Present is { } present ? $"{Number(present)} of {Number(projection.Expected)} incidents in {projection.Engine}" : $"{projection.Engine} does not say how many of {Number(projection.Expected)} incidents it has",
        };
        if (projection.Rebuilding)
        {
            says.Add($"being rebuilt, {Number(projection.Done)} of {Number(projection.Total)} done");
        }

        if (projection.Waiting > 0)
        {
            says.Add($"{Number(projection.Waiting)} {(projection.Waiting == 1 ? "change" : "changes")} waiting");
        }

        if (projection.DeadLetters > 0)
        {
            says.Add($"{Number(projection.DeadLetters)} refused and set aside");
        }

        if (projection.Drift != 0)
        {
            says.Add($"{Number(Math.Abs(projection.Drift))} {(projection.Drift > 0 ? "missing" : "too many")}: reindex it");
        }

        return string.Join("; ", says);
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

    private static StatusLine Of(EngineStatus engine, ModelStatus? model) => model switch
    {
        { State: ModelState.Pulling } => new(engine.Engine, model.Percent is { } percent ? string.Create(CultureInfo.InvariantCulture, $"is being pulled, {percent} %") : "is being pulled", Idle: true),
        { State: ModelState.Failed } => new(engine.Engine, "cannot be had", Trouble: true),
        _ => new(engine.Engine, "does not answer", Trouble: true),
    };

    /// <summary>Null while it is as it should be, and where its engine's own line says why it is not.</summary>
    private static StatusLine? Of(ProjectionStatus projection) => projection switch
    {
        { Rebuilding: true } => new(PartWord(projection.Projector), $"is being rebuilt, {Number(projection.Done)} of {Number(projection.Total)}", Idle: true),
        { Drift: not 0 } => new(PartWord(projection.Projector), "is not complete: reindex it", Trouble: true),
        { DeadLetters: > 0 } => new(PartWord(projection.Projector), $"refused {Number(projection.DeadLetters)} incidents", Trouble: true),
        _ => null,
    };

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

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
