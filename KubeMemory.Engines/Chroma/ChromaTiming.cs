namespace KubeMemory.Engines.Chroma;

/// <summary>How long Chroma is waited for. Everything asked of it may be asked twice: writes are upserts and deletes by id.</summary>
internal sealed record ChromaTiming
{
    /// <summary>One attempt. Default 10 s: a batch replacing its records took 0.8 s on two cores.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>More attempts after a passing fault. Default 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Before the first further attempt, doubled for the next, with jitter. Default 200 ms.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The probe's only attempt. Default 3 s.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After which the caller knows, whatever happens.</summary>
    public TimeSpan Total => (Attempt * (Retries + 1)) + (Delay * (1 << (Retries + 1)));
}
