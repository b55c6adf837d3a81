using KubeMemory.Core.Contracts;
using KubeMemory.Core.Incidents;
using KubeMemory.Core.Memory;
using KubeMemory.Engines.Startup;
using Microsoft.Extensions.Options;

namespace KubeMemory.Api.Projection;

/// <summary>Counts both sides of each projection and posts the difference.</summary>
internal sealed partial class Reconciler(
    IProjections projections,
    IOutbox outbox,
    IVectorMemory memory,
    IIncidentGraph graph,
    Rebuild rebuild,
    ProjectionBoard board,
    IEnumerable<EngineName> names,
    IOptions<ProjectionOptions> options,
    TimeProvider time,
    ILogger<Reconciler> logger,
    EnginesReady? ready = null) : BackgroundService
{
    /// <summary>An engine that takes longer does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, string> _names = names.GroupBy(name => name.Port).ToDictionary(group => group.Key, group => group.Last().Engine);
    private readonly Dictionary<string, string> _said = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (ready is not null)
        {
            await ready.WaitAsync(stoppingToken).ConfigureAwait(false);
        }

        using var timer = new PeriodicTimer(options.Value.ReconcileEvery, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>One look at both.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var vectors = LookAsync(Projectors.Vectors, EnginePorts.Vectors, CountVectorsAsync, cancellationToken);
        var incidents = LookAsync(Projectors.Graph, EnginePorts.Graph, (_, stop) => graph.CountAsync(stop), cancellationToken);
        board.Last = [await vectors.ConfigureAwait(false), await incidents.ConfigureAwait(false)];
    }

    private async Task<long> CountVectorsAsync(ProjectionState? state, CancellationToken cancellationToken)
    {
        await rebuild.DropOldSpacesAsync(cancellationToken).ConfigureAwait(false);
        return state is null ? 0 : await memory.CountAsync(VectorSpace.Parse(state.Serving ?? state.Target), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ProjectionStatus> LookAsync(
        string projector, string port, Func<ProjectionState?, CancellationToken, Task<long>> count, CancellationToken cancellationToken)
    {
        var engine = _names.GetValueOrDefault(port, "unnamed");
        var look = new ProjectionStatus(projector, engine, 0, 0, 0, Present: null, 0, null, null, Rebuilding: false, 0, 0, Error: null);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timeout = new CancellationTokenSource(Patience, time);
        using var linked = timeout.Token.Register(patience.Cancel);
        try
        {
            var state = await projections.GetAsync(projector, patience.Token).ConfigureAwait(false);
            // What is missing afterwards was waiting here; what is too much has come since.
            var waiting = (await outbox.CountAsync(patience.Token).ConfigureAwait(false)).FirstOrDefault(one => one.Projector == projector);
            var expected = await projections.CountAsync(patience.Token).ConfigureAwait(false);
            look = look with
            {
                Waiting = waiting?.Waiting ?? 0,
                DeadLetters = waiting?.DeadLetters ?? 0,
                Expected = expected,
                Target = state?.Target,
                Serving = state?.Serving,
                Rebuilding = state?.Rebuilding ?? false,
                Done = state?.Done ?? 0,
                Total = state?.Total ?? 0,
            };
            var present = await count(state, patience.Token).ConfigureAwait(false);
            var later = await projections.CountAsync(patience.Token).ConfigureAwait(false);
            look = look with { Present = present, Drift = state is { Rebuilding: true } ? 0 : DriftOf(present, expected, later, look.Waiting) };
            Tell(projector, look.Drift == 0 ? null : $"{look.Present} of {look.Expected} incidents are there and {look.Waiting} wait: reindex it.");
            return look;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            var error = timeout.IsCancellationRequested ? $"{engine} did not answer within {Patience.TotalSeconds} seconds." : fault.Message;
            Tell(projector, error);
            return look with { Error = error };
        }
    }

    private static long DriftOf(long present, long expected, long later, long waiting)
    {
        var missing = expected - present;
        var extra = present - Math.Max(expected, later);
        return missing > waiting ? missing - waiting : extra > waiting ? waiting - extra : 0;
    }

    /// <summary>Once for each state, not every minute.</summary>
    private void Tell(string projector, string? reason)
    {
        lock (_said)
        {
            if (reason is null)
            {
                _said.Remove(projector);
            }
            else if (_said.GetValueOrDefault(projector) != reason)
            {
                _said[projector] = reason;
                Log.Differs(logger, projector, reason);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3141, LogLevel.Warning, "The projection {Projector} is not what the store is: {Reason}")]
        public static partial void Differs(ILogger logger, string projector, string reason);
    }
}
