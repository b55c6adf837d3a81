using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Projection;

/// <summary>
/// The steps of a rebuild beside the projecting itself. Each is one transaction that holds whoever else takes it at the same time, so any
/// number of processes may, without a lease.
/// </summary>
internal sealed partial class Rebuild(IProjections projections, IOutbox outbox, IVectorMemory memory, ILogger<Rebuild> logger)
{
    /// <summary>So many incidents may wait in the outbox for a rebuild to put more into it.</summary>
    private const int Ahead = 4000;

    private const int Page = 1000;

    /// <summary>How many incidents pass between two lines of the log.</summary>
    private const int Told = 10_000;

    private readonly Dictionary<string, long> _told = [];

    /// <summary>Puts the next page in, or settles. True where the next step may follow at once.</summary>
    public async Task<bool> StepAsync(string projector, CancellationToken cancellationToken)
    {
        if (await projections.GetAsync(projector, cancellationToken).ConfigureAwait(false) is not { Rebuilding: true } state)
        {
            return false;
        }

        Tell(state);
        var counts = await outbox.CountAsync(cancellationToken).ConfigureAwait(false);
        var waiting = counts.FirstOrDefault(count => count.Projector == projector)?.Waiting ?? 0;
        if (waiting >= Ahead || await projections.EnqueueAsync(projector, Page, cancellationToken).ConfigureAwait(false))
        {
            return waiting < Ahead;
        }

        if (await projections.SettleAsync(projector, cancellationToken).ConfigureAwait(false) is { Rebuilding: false } settled)
        {
            Log.Complete(logger, projector, settled.Target, settled.Total);
            _told.Remove(projector);
            await DropOldSpacesAsync(cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Forgets the vectors of models that neither serve nor are being rebuilt.</summary>
    public async Task DropOldSpacesAsync(CancellationToken cancellationToken)
    {
        if (await KeptAsync(cancellationToken).ConfigureAwait(false) is not { } kept)
        {
            return;
        }

        foreach (var space in await memory.ListSpacesAsync(cancellationToken).ConfigureAwait(false))
        {
            // Asked again each time: another model's rebuild may have begun meanwhile.
            if (space.ToString() != kept && await KeptAsync(cancellationToken).ConfigureAwait(false) == kept)
            {
                Log.Drops(logger, space.ToString());
                await memory.DropAsync(space, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null while there is more than one.</summary>
    private async Task<string?> KeptAsync(CancellationToken cancellationToken) =>
        await projections.GetPlacesAsync(Projectors.Vectors, cancellationToken).ConfigureAwait(false) is { } places && places.Serving == places.Target
            ? places.Target
            : null;

    private void Tell(ProjectionState state)
    {
        if (!_told.TryGetValue(state.Projector, out var told) || state.Done >= told + Told || state.Done < told)
        {
            _told[state.Projector] = state.Done;
            Log.Progress(logger, state.Projector, state.Target, state.Done, state.Total);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3121, LogLevel.Information, "Rebuilding {Projector} into {Target}: {Done} of {Total} incidents")]
        public static partial void Progress(ILogger logger, string projector, string target, long done, long total);

        [LoggerMessage(3122, LogLevel.Information, "{Projector} is rebuilt and served from {Target}: {Total} incidents")]
        public static partial void Complete(ILogger logger, string projector, string target, long total);

        [LoggerMessage(3123, LogLevel.Information, "Forgetting the vectors of {Space}, which serve no more")]
        public static partial void Drops(ILogger logger, string space);
    }
}
