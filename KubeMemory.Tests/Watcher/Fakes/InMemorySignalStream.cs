using System.Text.Json;
using KubeMemory.Core.Signals;
using KubeMemory.Core.Streams;

namespace KubeMemory.Tests.Watcher.Fakes;

/// <summary>A stream in memory that keeps what was appended and can be told to fail.</summary>
internal sealed class InMemorySignalStream : ISignalStream
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, string), Checkpoint> _checkpoints = [];
    private readonly Dictionary<string, long> _gates = [];
    private readonly List<SignalEnvelope> _signals = [];
    private readonly List<AppendBatch> _batches = [];
    private readonly Queue<StreamEntry> _requests = new();
    private readonly Dictionary<string, StreamEntry> _pending = [];
    private readonly List<StreamEntry> _left = [];
    private readonly List<string> _acknowledged = [];
    private readonly List<DeadLetter> _dead = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _nextId;

    /// <summary>Called before each append; throws what the store would throw.</summary>
    public Func<AppendBatch, Task> BeforeAppend { get; set; } = static _ => Task.CompletedTask;

    public IReadOnlyList<SignalEnvelope> Signals => Read(() => _signals.ToList());

    public IReadOnlyList<AppendBatch> Batches => Read(() => _batches.ToList());

    public IReadOnlyList<string> Acknowledged => Read(() => _acknowledged.ToList());

    /// <summary>What was read last.</summary>
    public string? ReadTopic { get; private set; }

    public IReadOnlyList<DeadLetter> Dead => Read(() => _dead.ToList());

    public IReadOnlyList<TSignal> Of<TSignal>()
        where TSignal : Signal => [.. Signals.Select(e => e.Signal).OfType<TSignal>()];

    public long Gate(string gate) => Read(() => _gates.GetValueOrDefault(gate));

    public async Task WaitAsync(Func<InMemorySignalStream, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = Read(() => _changed.Task);
            if (condition(this))
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public async Task AppendAsync(AppendBatch batch, CancellationToken cancellationToken)
    {
        await BeforeAppend(batch);
        // The producer's buffer is used again as soon as this returns.
        var kept = batch with { Payloads = [.. batch.Payloads.Select(p => (ReadOnlyMemory<byte>)p.ToArray())] };
        Change(() =>
        {
            _batches.Add(kept);
            _signals.AddRange(kept.Payloads.Select(p => JsonSerializer.Deserialize(p.Span, SignalJsonContext.Default.SignalEnvelope)!));
            if (batch.Checkpoint is { } checkpoint)
            {
                _checkpoints[(checkpoint.ClusterId, checkpoint.Scope)] = checkpoint;
            }

            foreach (var gate in batch.Gates ?? [])
            {
                _gates[gate.Gate] = _gates.GetValueOrDefault(gate.Gate) + gate.Count;
            }
        });
    }

    public async Task<Checkpoint?> GetCheckpointAsync(string clusterId, string scope, CancellationToken cancellationToken)
    {
        // As a real store does, never at once.
        await Task.Yield();
        return Read(() => _checkpoints.GetValueOrDefault((clusterId, scope)));
    }

    public void SetCheckpoint(Checkpoint checkpoint) => Change(() => _checkpoints[(checkpoint.ClusterId, checkpoint.Scope)] = checkpoint);

    public string Request(EvidenceRequest request, int deliveries = 1) => Request(JsonSerializer.SerializeToUtf8Bytes(request, SignalJsonContext.Default.EvidenceRequest), deliveries);

    public string Request(byte[] payload, int deliveries = 1)
    {
        var id = Interlocked.Increment(ref _nextId).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Change(() => _requests.Enqueue(new StreamEntry(id, payload, deliveries)));
        return id;
    }

    /// <summary>A request that another consumer was given and has not acknowledged; the next claim has it where it asks for no idle time.</summary>
    public string Leave(EvidenceRequest request)
    {
        var id = Interlocked.Increment(ref _nextId).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Change(() => _left.Add(new StreamEntry(id, JsonSerializer.SerializeToUtf8Bytes(request, SignalJsonContext.Default.EvidenceRequest), 2)));
        return id;
    }

    public async Task<IReadOnlyList<StreamEntry>> ReadAsync(string topic, string group, string consumer, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        ReadTopic = topic;
        await WaitAsync(s => s.Read(() => s._requests.Count > 0), cancellationToken);
        return Read(() =>
        {
            var entry = _requests.Dequeue();
            _pending[entry.Id] = entry;
            return (IReadOnlyList<StreamEntry>)[entry];
        });
    }

    public Task<IReadOnlyList<StreamEntry>> ClaimAsync(string topic, string group, string consumer, TimeSpan minIdle, int max, CancellationToken cancellationToken) =>
        Task.FromResult(Read(() =>
        {
            IReadOnlyList<StreamEntry> claimed = minIdle == TimeSpan.Zero ? [.. _left] : [];
            _left.RemoveAll(claimed.Contains);
            return claimed;
        }));

    public Task AcknowledgeAsync(string topic, string group, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        Change(() => _acknowledged.AddRange(ids));
        return Task.CompletedTask;
    }

    public Task DeadLetterAsync(string topic, string group, StreamEntry entry, string reason, CancellationToken cancellationToken)
    {
        Change(() => _dead.Add(new DeadLetter(entry.Id, topic, group, reason, default, entry.Payload)));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken) => Task.FromResult(Dead);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => Task.FromResult((long)Dead.Count);

    public Task<bool> ReplayDeadLetterAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> CountPendingAsync(string topic, string group, CancellationToken cancellationToken) => Task.FromResult(0L);

    public Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}
