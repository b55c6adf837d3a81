namespace KubeMemory.Simulator.Server;

/// <summary>The latest requests, and who waits for one. Thread-safe.</summary>
internal sealed class RequestLog
{
    // Enough for any test; the oldest fall out.
    private const int Limit = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<RequestRecord> _records = new();
    private readonly List<Waiter> _waiters = [];

    public IReadOnlyCollection<RequestRecord> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    public void Add(RequestRecord record)
    {
        lock (_gate)
        {
            _records.Enqueue(record);
            if (_records.Count > Limit)
            {
                _records.Dequeue();
            }

            foreach (var waiter in _waiters)
            {
                waiter.Check(_records);
            }

            _waiters.RemoveAll(w => w.Done);
        }
    }

    public async Task WaitAsync(Func<RequestRecord, bool> predicate, int count, CancellationToken ct)
    {
        var waiter = new Waiter(predicate, count);
        lock (_gate)
        {
            waiter.Check(_records);
            if (!waiter.Done)
            {
                _waiters.Add(waiter);
            }
        }

        try
        {
            await waiter.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private sealed class Waiter(Func<RequestRecord, bool> predicate, int count)
    {
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _source.Task;

        public bool Done => _source.Task.IsCompleted;

        public void Check(IEnumerable<RequestRecord> records)
        {
            if (records.Count(predicate) >= count)
            {
                _source.TrySetResult();
            }
        }
    }
}
