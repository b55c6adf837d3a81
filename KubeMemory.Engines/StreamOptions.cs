namespace KubeMemory.Engines;

/// <summary>The bounds of a stream, whichever engine serves it.</summary>
internal sealed class StreamOptions
{
    /// <summary>How many entries of a topic a group may leave unacknowledged before a producer waits. Default 200,000 (some 100 MB); at least 1.</summary>
    public long MaxPending { get; init; } = 200_000;

    /// <summary>How many dead letters are kept; older ones are dropped. Default 10,000; at least 1.</summary>
    public int DeadLettersKept { get; init; } = 10_000;

    /// <summary>How often a waiting reader or producer looks without having been woken. Default 1 s.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);
}
