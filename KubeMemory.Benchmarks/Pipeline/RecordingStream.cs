using KubeMemory.Core.Streams;

namespace KubeMemory.Benchmarks.Pipeline;

/// <summary>Keeps what the watcher appends, so that the floor can write the very same rows.</summary>
internal sealed class RecordingStream(ISignalStream inner) : ISignalStream
{
    private readonly List<AppendBatch> _batches = [];
    private long _received;

    public long Received => Volatile.Read(ref _received);

    public IReadOnlyList<AppendBatch> Batches => _batches;

    public Task AppendAsync(AppendBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Topic == StreamTopics.Signals)
        {
            // The appender reuses its buffers.
            _batches.Add(batch with { Payloads = [.. batch.Payloads.Select(payload => (ReadOnlyMemory<byte>)payload.ToArray())] });
            Interlocked.Add(ref _received, (batch.Gates ?? []).Where(gate => gate.Gate == Gates.Received).Sum(gate => gate.Count));
        }

        return Task.CompletedTask;
    }

    public Task<Checkpoint?> GetCheckpointAsync(string clusterId, string scope, CancellationToken cancellationToken) => inner.GetCheckpointAsync(clusterId, scope, cancellationToken);

    public Task<IReadOnlyList<StreamEntry>> ReadAsync(string topic, string group, string consumer, int max, TimeSpan wait, CancellationToken cancellationToken) =>
        inner.ReadAsync(topic, group, consumer, max, wait, cancellationToken);

    public Task<IReadOnlyList<StreamEntry>> ClaimAsync(string topic, string group, string consumer, TimeSpan minIdle, int max, CancellationToken cancellationToken) =>
        inner.ClaimAsync(topic, group, consumer, minIdle, max, cancellationToken);

    public Task AcknowledgeAsync(string topic, string group, IReadOnlyList<string> ids, CancellationToken cancellationToken) => inner.AcknowledgeAsync(topic, group, ids, cancellationToken);

    public Task DeadLetterAsync(string topic, string group, StreamEntry entry, string reason, CancellationToken cancellationToken) =>
        inner.DeadLetterAsync(topic, group, entry, reason, cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken) => inner.ListDeadLettersAsync(max, cancellationToken);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => inner.CountDeadLettersAsync(cancellationToken);

    public Task<bool> ReplayDeadLetterAsync(string id, CancellationToken cancellationToken) => inner.ReplayDeadLetterAsync(id, cancellationToken);

    public Task<long> CountPendingAsync(string topic, string group, CancellationToken cancellationToken) => inner.CountPendingAsync(topic, group, cancellationToken);

    public Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken) => inner.GetGateCountsAsync(cancellationToken);
}
