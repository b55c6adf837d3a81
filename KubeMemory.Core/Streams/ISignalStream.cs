namespace KubeMemory.Core.Streams;

/// <summary>The topics of the signal stream.</summary>
public static class StreamTopics
{
    /// <summary>Watcher → Api: <see cref="Signals.SignalEnvelope"/>, JSON.</summary>
    public const string Signals = "signals";

    /// <summary>The group that reads the signals: the API's replicas.</summary>
    public const string SignalsGroup = "ingest";

    /// <summary>The group that reads evidence requests: the watchers.</summary>
    public const string EvidenceGroup = "watcher";

    /// <summary>
    /// Api → the watcher that holds the cluster: <see cref="Signals.EvidenceRequest"/>, JSON. One topic a cluster, so that a request never
    /// comes to a watcher that cannot answer it.
    /// </summary>
    public static string EvidenceRequests(string clusterId) => "evidence-requests/" + clusterId;
}

/// <summary>
/// A durable stream with consumer groups. Delivery is at least once: what a consumer does not acknowledge is claimed by another
/// one after a while, and goes to the dead letters, with the reason, after too many tries.
/// </summary>
public interface ISignalStream
{
    /// <summary>
    /// One atomic write: all entries, the checkpoint and the counts, or nothing.
    /// </summary>
    /// <exception cref="StaleFenceException">Another holder has taken the lease since.</exception>
    Task AppendAsync(AppendBatch batch, CancellationToken cancellationToken);

    /// <summary>The checkpoint last committed for the scope, or null.</summary>
    Task<Checkpoint?> GetCheckpointAsync(string clusterId, string scope, CancellationToken cancellationToken);

    /// <summary>New entries for the group, oldest first; waits up to <paramref name="wait"/> for the first one and may return none.</summary>
    Task<IReadOnlyList<StreamEntry>> ReadAsync(string topic, string group, string consumer, int max, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Entries that were delivered to any consumer of the group and not acknowledged for <paramref name="minIdle"/>; they are the caller's now.</summary>
    Task<IReadOnlyList<StreamEntry>> ClaimAsync(string topic, string group, string consumer, TimeSpan minIdle, int max, CancellationToken cancellationToken);

    Task AcknowledgeAsync(string topic, string group, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Takes an entry out of the group's way and keeps it with the reason.</summary>
    Task DeadLetterAsync(string topic, string group, StreamEntry entry, string reason, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(int max, CancellationToken cancellationToken);

    Task<long> CountDeadLettersAsync(CancellationToken cancellationToken);

    /// <summary>Appends the dead letter to its topic again and forgets it; false where there is none of that id.</summary>
    Task<bool> ReplayDeadLetterAsync(string id, CancellationToken cancellationToken);

    /// <summary>How many entries the group has not acknowledged yet.</summary>
    Task<long> CountPendingAsync(string topic, string group, CancellationToken cancellationToken);

    /// <summary>What arrived and what failed, cluster by cluster, since the stream began; the store counts what became of the rest.</summary>
    Task<IReadOnlyList<GateCount>> GetGateCountsAsync(CancellationToken cancellationToken);
}

/// <param name="Payloads">UTF-8 JSON, in order.</param>
/// <param name="Checkpoint">Moves with the entries; null where the producer has none.</param>
/// <param name="Lease">The lease under which the producer writes; null where nothing competes.</param>
/// <param name="Gates">What was counted on the way to this batch: received, filtered.</param>
public sealed record AppendBatch(
    string Topic,
    IReadOnlyList<ReadOnlyMemory<byte>> Payloads,
    Checkpoint? Checkpoint = null,
    Lease? Lease = null,
    IReadOnlyList<GateCount>? Gates = null);

/// <summary>How far a watch has been committed. Accounting and lag only: every start lists again.</summary>
/// <param name="Scope">A namespace, or <c>*</c> for the whole cluster.</param>
/// <param name="ResourceVersion">Opaque: compared for equality only.</param>
public sealed record Checkpoint(string ClusterId, string Scope, string ResourceVersion, DateTimeOffset At);

/// <param name="Id">Opaque, ordered within the topic.</param>
/// <param name="Deliveries">1 the first time.</param>
public sealed record StreamEntry(string Id, ReadOnlyMemory<byte> Payload, int Deliveries);

public sealed record DeadLetter(string Id, string Topic, string Group, string Reason, DateTimeOffset At, ReadOnlyMemory<byte> Payload);

/// <summary>How many signals came to a gate, so that loss is visible.</summary>
/// <param name="Gate">received, filtered, deduplicated, held, stored, failed; see <see cref="Gates"/>.</param>
public sealed record GateCount(string ClusterId, string Gate, long Count);

public static class Gates
{
    /// <summary>Event versions and state facts that arrived from the API server.</summary>
    public const string Received = "received";

    /// <summary>Arrived, and are about normal life.</summary>
    public const string Filtered = "filtered";

    /// <summary>Stored before: changed nothing.</summary>
    public const string Deduplicated = "deduplicated";

    /// <summary>Held back (probe failures below the threshold), as of their first arrival.</summary>
    public const string Held = "held";

    /// <summary>Held ones that ended well.</summary>
    public const string HeldEndedWell = "held_ended_well";

    /// <summary>Changed an incident.</summary>
    public const string Stored = "stored";

    /// <summary>Went to the dead letters.</summary>
    public const string Failed = "failed";
}

public sealed class StaleFenceException(string resource, long fence)
    : Exception($"The lease on {resource} with fence {fence} has been taken by another holder.");
