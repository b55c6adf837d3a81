namespace KubeMemory.Engines.Neo4j;

/// <summary>How long Neo4j is waited for. Everything asked of it may be asked twice: see <see cref="CypherStatements"/>.</summary>
internal sealed record Neo4jTiming
{
    /// <summary>One attempt to read. Default 10 s.</summary>
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One attempt to write a batch. Default 60 s: above the 30 s for which a server waits for a bookmark before it says so.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The probe's only attempt. Default 3 s.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Attempts in all, 1 at least. Default 3.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>Before the second attempt, doubled for each further one, between half of it and all of it. Default 400 ms.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(400);
}
