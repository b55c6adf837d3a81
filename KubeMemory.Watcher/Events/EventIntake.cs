using KubeMemory.Core.Kubernetes;
using KubeMemory.Core.Signals;
using KubeMemory.Watcher.Informers;
using KubeMemory.Watcher.Watch;

namespace KubeMemory.Watcher.Events;

/// <summary>
/// Makes signals of the Events of one scope. Updates are the data: Added and Modified count, Deleted is an Event that grew old.
/// No look-up per Event: what is needed of pods and owners stands in the view.
/// </summary>
/// <param name="scope">A namespace, or <c>*</c>.</param>
/// <param name="liveSince">
/// What happened up to then is history when a list brings it, and fires no live alert. Null before anything was ever committed: then
/// the whole first list is.
/// </param>
internal sealed class EventIntake(SignalBuilder builder, ISignalSink sink, string scope, DateTimeOffset? liveSince, TimeProvider time) : IInformerSink<KubeEvent>
{
    /// <summary>How far the clocks of cluster and watcher may differ before an Event of a gap is taken for history.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _liveSince = liveSince;
    private long _newest;

    /// <summary>By the Event's own time; null before the first.</summary>
    public DateTimeOffset? LastEventAt => Interlocked.Read(ref _newest) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public async Task ListedAsync(IAsyncEnumerable<ListPage<KubeEvent>> pages, CancellationToken cancellationToken)
    {
        var version = "";
        await foreach (var page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            version = version.Length == 0 ? page.ResourceVersion : version;
            var now = time.GetUtcNow();
            var signals = new List<Signal>(page.Items.Count);
            foreach (var e in page.Items)
            {
                Add(signals, e, history: true, now);
            }

            await sink.WriteAsync(new SignalBatch(scope, null, now, signals, page.Items.Count, page.Items.Count - signals.Count), cancellationToken).ConfigureAwait(false);
        }

        var at = time.GetUtcNow();
        await sink.WriteAsync(new SignalBatch(scope, version, at, [], 0, 0), cancellationToken).ConfigureAwait(false);
        _liveSince = at - ClockSkew;
    }

    public async Task ChangedAsync(IReadOnlyList<WatchChange<KubeEvent>> changes, string resourceVersion, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var signals = new List<Signal>(changes.Count);
        var received = 0;
        foreach (var change in changes)
        {
            if (change.Kind is not WatchChangeKind.Deleted)
            {
                received++;
                Add(signals, change.Item!, history: false, now);
            }
        }

        await sink.WriteAsync(new SignalBatch(scope, resourceVersion, now, signals, received, received - signals.Count), cancellationToken).ConfigureAwait(false);
        _liveSince = now - ClockSkew;
    }

    private void Add(List<Signal> signals, KubeEvent e, bool history, DateTimeOffset now)
    {
        if (builder.FromEvent(e, history, now) is not { } signal)
        {
            return;
        }

        // A list after a gap brings what happened during the gap: that is news.
        signals.Add(history && signal.LastSeen > _liveSince ? signal with { History = false } : signal);
        if (signal.LastSeen.UtcTicks > Interlocked.Read(ref _newest))
        {
            Interlocked.Exchange(ref _newest, signal.LastSeen.UtcTicks);
        }
    }
}
