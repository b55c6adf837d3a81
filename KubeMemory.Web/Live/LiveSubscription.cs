using System.Runtime.CompilerServices;
using System.Threading.Channels;
using KubeMemory.Core.Contracts;

namespace KubeMemory.Web.Live;

/// <summary>One circuit's view of the broadcast. One reader; dispose it with the circuit.</summary>
/// <param name="analysisOf">The incident whose analysis is followed; null: none.</param>
internal sealed class LiveSubscription(LiveBroadcast broadcast, long? analysisOf) : IDisposable
{
    private readonly Channel<LiveChange> _changes = Channel.CreateBounded<LiveChange>(new BoundedChannelOptions(LiveBroadcast.Capacity) { SingleReader = true });
    private volatile bool _overflowed;

    /// <summary>Never waits: a full channel turns into one reset.</summary>
    internal void Offer(LiveChange change)
    {
        if (change.Analysis is { } analysis && analysis.IncidentId != analysisOf)
        {
            return;
        }

        if (!_changes.Writer.TryWrite(change))
        {
            _overflowed = true;
        }
    }

    /// <summary>
    /// What has come since the last batch, oldest first; at most one batch per <paramref name="pace"/>, so that a burst is one rendering.
    /// Ends when the subscription is disposed.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<LiveChange>> ReadAsync(TimeSpan pace, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _changes.Reader.WaitToReadAsync(cancellationToken))
        {
            var batch = Drain();
            yield return batch;
            await Task.Delay(pace, time, cancellationToken);
        }
    }

    public void Dispose()
    {
        broadcast.Remove(this);
        _changes.Writer.TryComplete();
    }

    private List<LiveChange> Drain()
    {
        var overflowed = _overflowed;
        _overflowed = false;
        var batch = new List<LiveChange>();
        while (_changes.Reader.TryRead(out var change))
        {
            batch.Add(change);
        }

        return overflowed ? [LiveBroadcast.Reset] : batch;
    }
}
