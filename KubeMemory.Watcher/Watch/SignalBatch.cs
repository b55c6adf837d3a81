using KubeMemory.Core.Signals;

namespace KubeMemory.Watcher.Watch;

/// <summary>What one read brought.</summary>
/// <param name="Scope">Of the checkpoint; null for what has none.</param>
/// <param name="ResourceVersion">How far the scope is read when this is committed; null: no further.</param>
/// <param name="Received">Event versions and state facts, those filtered included.</param>
internal sealed record SignalBatch(
    string? Scope, string? ResourceVersion, DateTimeOffset ReceivedAt, IReadOnlyList<Signal> Signals, int Received, int Filtered)
{
    /// <summary>W3C trace context of the read, where it was sampled.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Completed when it is committed; null where nobody waits.</summary>
    public TaskCompletionSource? Committed { get; init; }
}

/// <summary>Takes signals on their way to the stream; waits while it is full, so that the watch is held back and nothing is dropped.</summary>
internal interface ISignalSink
{
    ValueTask WriteAsync(SignalBatch batch, CancellationToken cancellationToken);
}
