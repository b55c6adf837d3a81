using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Signals;
using KubeMemory.Watcher.Informers;
using KubeMemory.Watcher.Watch;

namespace KubeMemory.Watcher.State;

/// <summary>
/// Feeds the tracker from several informers at once and writes what it tells, one after the other: two of them must not tell the
/// health of one workload in the wrong order.
/// </summary>
internal sealed class StateIntake(StateTracker tracker, ISignalSink sink, TimeProvider time) : IDisposable
{
    /// <summary>How often time alone is looked at.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1);

    public IInformerSink<KubePod> Pods(string? ns) => new Sink<KubePod>(this, pods => tracker.PodsListed(ns, pods),
        change => change.Kind is WatchChangeKind.Deleted ? tracker.PodRemoved(change.Item!) : tracker.PodChanged(change.Item!));

    public IInformerSink<KubeWorkload> Workloads(string kind, string? ns) => new Sink<KubeWorkload>(this, workloads => tracker.WorkloadsListed(kind, ns, workloads),
        change =>
        {
            // Complete in a watch, but other sources leave it out as lists do.
            change.Item!.Kind = kind;
            return tracker.WorkloadChanged(change.Item, removed: change.Kind is WatchChangeKind.Deleted);
        });

    public IInformerSink<KubeNode> Nodes() => new Sink<KubeNode>(this, tracker.NodesListed, static _ => []);

    public Task ArmAsync(DateTimeOffset? liveSince, CancellationToken cancellationToken) => TellAsync(() => tracker.Arm(liveSince), cancellationToken);

    public async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TickInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await TellAsync(tracker.Tick, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task TellAsync(Func<IReadOnlyList<Signal>> tell, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var signals = tell();
            for (var i = 0; i < signals.Count; i += SignalAppender.FlushAt)
            {
                var part = signals.Skip(i).Take(SignalAppender.FlushAt).ToList();
                await sink.WriteAsync(new SignalBatch(null, null, time.GetUtcNow(), part, part.Count(static s => s is FailureSignal), 0), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed class Sink<T>(StateIntake intake, Func<IReadOnlyList<T>, IReadOnlyList<Signal>> listed, Func<WatchChange<T>, IReadOnlyList<Signal>> changed) : IInformerSink<T>
        where T : class
    {
        public async Task ListedAsync(IAsyncEnumerable<ListPage<T>> pages, CancellationToken cancellationToken)
        {
            var all = new List<T>();
            await foreach (var page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                all.AddRange(page.Items);
            }

            await intake.TellAsync(() => listed(all), cancellationToken).ConfigureAwait(false);
        }

        public Task ChangedAsync(IReadOnlyList<WatchChange<T>> changes, string resourceVersion, CancellationToken cancellationToken) =>
            intake.TellAsync(() => [.. changes.SelectMany(changed)], cancellationToken);
    }
}
