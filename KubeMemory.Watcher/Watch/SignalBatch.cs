using KubeMemory.Core.Signals;

namespace KubeMemory.Watcher.Watch;

/// <summary>What one read brought.</summary>
/// <param name="Scope">Of the checkpoint; null for what has none.</param>
/// <param name="ResourceVersion">How far the scope is read when this is committed; null: no further.</param>
/// <param name="Received">Event versions and state facts, those filtered included.</param>
internal sealed record SignalBatch(
    string? Scope, string? ResourceVersion, DateTimeOffset ReceivedAt, IReadOnlyList<Signal> Signals, int Received, int Filtered)
{
    /// <summary>W3C trace context of all its signals; null where they have none in common.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Trace contexts of the signals that begin something, by reference; null where none does.</summary>
    public IReadOnlyDictionary<Signal, string>? Firsts { get; init; }

    /// <summary>Completed when it is committed; null where nobody waits.</summary>
    public TaskCompletionSource? Committed { get; init; }
}

/// <summary>Takes signals on their way to the stream; waits while it is full, so that the watch is held back and nothing is dropped.</summary>
internal interface ISignalSink
{
    ValueTask WriteAsync(SignalBatch batch, CancellationToken cancellationToken);
}
