namespace KubeMemory.Watcher.Informers;

/// <summary>How one informer stands. Written by the informer, read by the status report; thread-safe.</summary>
internal sealed class InformerStatus(string resource, string? ns)
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private string? _error;
    private bool _synced;
    private bool _refused;
    private long _relists;

    public string Resource { get; } = resource;

    public string? Namespace { get; } = ns;

    /// <summary>Listed now and then instead of watched, because the watch is forbidden.</summary>
    public bool Polls { get; set; }

    /// <summary>The first list came, or was refused: waiting longer would not help.</summary>
    public Task Settled => _settled.Task;

    public bool Synced => Read(() => _synced);

    /// <summary>The list itself is refused.</summary>
    public bool Unreadable => Read(() => _refused && !Polls);

    public string? Error => Read(() => _error);

    public long Relists => Read(() => _relists);

    /// <summary>Called after every change, outside the lock.</summary>
    public Action? Changed { get; set; }

    public void Listed(DateTimeOffset at)
    {
        lock (_gate)
        {
            (_synced, _error, _refused, ListedAt) = (true, null, false, at);
        }

        _settled.TrySetResult();
        Changed?.Invoke();
    }

    public DateTimeOffset? ListedAt { get; private set; }

    public void Failed(string error, bool refused)
    {
        lock (_gate)
        {
            (_error, _refused) = (error, refused);
            // A list that polls stays in sync while only its watch is refused.
            _synced = _synced && Polls;
        }

        if (refused)
        {
            _settled.TrySetResult();
        }

        Changed?.Invoke();
    }

    public void Relisting()
    {
        lock (_gate)
        {
            _relists++;
        }

        Changed?.Invoke();
    }

    private TValue Read<TValue>(Func<TValue> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
