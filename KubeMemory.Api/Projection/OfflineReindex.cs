using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;

namespace KubeMemory.Api.Projection;

/// <summary>A rebuild without a running API: by the process that asks for it. Ended before its time it goes on with the next run.</summary>
public sealed class OfflineReindex
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Reindex _reindex;
    private readonly Rebuild _rebuild;
    private readonly IProjections _projections;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, ProjectorLoop> _loops;

    internal OfflineReindex(
        Reindex reindex, Rebuild rebuild, IProjections projections, IOutbox outbox, VectorProjector vectors, GraphProjector graph, TimeProvider time, ILogger<ProjectorLoop> logger)
    {
        (_reindex, _rebuild, _projections, _time) = (reindex, rebuild, projections, time);
        _loops = new()
        {
            [Projectors.Vectors] = new ProjectorLoop(outbox, vectors, time, logger),
            [Projectors.Graph] = new ProjectorLoop(outbox, graph, time, logger),
        };
    }

    /// <param name="projector"><c>vectors</c> or <c>graph</c>.</param>
    /// <param name="progress">Told after every batch; with a sentence while something is waited for.</param>
    /// <returns>How it stood at the end.</returns>
    public async Task<ReindexProgress> RunAsync(string projector, bool again, Action<ReindexProgress, string?> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var loop = _loops[projector];
        await _reindex.BeginAsync(projector, again, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var more = await _rebuild.StepAsync(projector, cancellationToken).ConfigureAwait(false);
            var projected = await loop.StepAsync(cancellationToken).ConfigureAwait(false);
            var state = Reindex.ProgressOf((await _projections.GetAsync(projector, cancellationToken).ConfigureAwait(false))!);
            progress(state, loop.Fault);
            if (!state.Rebuilding)
            {
                return state;
            }

            if (loop.Pause > TimeSpan.Zero || (!more && projected == 0))
            {
                await Task.Delay(loop.Pause > Poll ? loop.Pause : Poll, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
