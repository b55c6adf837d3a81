using KubeMemory.Core.Contracts;

namespace KubeMemory.Web.Live;

/// <summary>
/// Hands every change to every circuit that looks. Thread-safe. A circuit that reads too slowly gets one reset for all that it missed;
/// nobody waits for it. The last changes are kept, so that a page that was rendered before its circuit stood misses nothing.
/// </summary>
internal sealed class LiveBroadcast
{
    /// <summary>How many changes wait for one circuit, and how many are kept for one that is still to come.</summary>
    public const int Capacity = 256;

    public static readonly LiveChange Reset = new(LiveChangeKinds.Reset, null);

    private readonly Lock _lock = new();
    private readonly HashSet<LiveSubscription> _subscriptions = [];
    private readonly Queue<LiveChange> _recent = new(Capacity);

    // Told apart from the positions of an earlier life of this process.
    private readonly string _epoch = Guid.NewGuid().ToString("N");
    private long _published;

    /// <summary>The circuits that look; a leak would show here.</summary>
    public int Subscriptions
    {
        get
        {
            lock (_lock)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Where the broadcast stands. Read before the state that a subscription is to continue from.</summary>
    public LivePosition Position
    {
        get
        {
            lock (_lock)
            {
                return new(_epoch, _published);
            }
        }
    }

    /// <summary>Changes after <paramref name="after"/>; a reset first where those are not kept any more. Null starts now.</summary>
    /// <param name="analysisOf">The incident whose analysis is followed; those of others are not heard of.</param>
    public LiveSubscription Subscribe(LivePosition? after = null, long? analysisOf = null)
    {
        lock (_lock)
        {
            var subscription = new LiveSubscription(this, analysisOf);
            _subscriptions.Add(subscription);
            if (after is null)
            {
                return subscription;
            }

            var missed = after.Epoch == _epoch ? _published - after.Number : long.MaxValue;
            if (missed > _recent.Count)
            {
                subscription.Offer(Reset);
            }
            else
            {
                foreach (var change in _recent.Skip(_recent.Count - (int)missed))
                {
                    subscription.Offer(change);
                }
            }

            return subscription;
        }
    }

    public void Publish(LiveChange change)
    {
        lock (_lock)
        {
            // A draft comes many times a second and is said again, longer, by the next: it must not push out what is said once.
            if (change.Analysis?.Draft is null)
            {
                _published++;
                if (_recent.Count == Capacity)
                {
                    _recent.Dequeue();
                }

                _recent.Enqueue(change);
            }

            foreach (var subscription in _subscriptions)
            {
                subscription.Offer(change);
            }
        }
    }

    internal void Remove(LiveSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }
}

/// <summary>A place in one process's broadcast.</summary>
internal sealed record LivePosition(string Epoch, long Number);
