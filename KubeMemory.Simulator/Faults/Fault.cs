namespace KubeMemory.Simulator.Faults;

/// <summary>What the server does wrong.</summary>
public enum FaultKind
{
    /// <summary>HTTP 410 with a Status of reason Expired.</summary>
    Gone,

    /// <summary>An ERROR line with a Status of code 410 inside a 200 stream, which then ends. On anything but a watch like <see cref="Gone"/>.</summary>
    GoneInStream,

    /// <summary>200 without a byte of body, closed at once: what a stale version on events may get.</summary>
    EmptyStream,

    /// <summary>HTTP 401.</summary>
    Unauthorized,

    /// <summary>HTTP 403.</summary>
    Forbidden,

    /// <summary>HTTP 429 with Retry-After.</summary>
    TooManyRequests,

    /// <summary>HTTP 500.</summary>
    ServerError,

    /// <summary>200, then nothing, with the connection held open.</summary>
    Mute,

    /// <summary>The line after <see cref="Fault.AfterLines"/> is cut in half and the stream ends; a list or a log is cut in half.</summary>
    CutLine,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>The answer comes late by <see cref="Fault.Delay"/>, and is right.</summary>
    Slow,
}

/// <summary>One fault.</summary>
/// <param name="Kind">What happens.</param>
public sealed record Fault(FaultKind Kind)
{
    public static Fault Gone { get; } = new(FaultKind.Gone);

    public static Fault GoneInStream { get; } = new(FaultKind.GoneInStream);

    public static Fault EmptyStream { get; } = new(FaultKind.EmptyStream);

    public static Fault Unauthorized { get; } = new(FaultKind.Unauthorized);

    public static Fault Forbidden { get; } = new(FaultKind.Forbidden);

    public static Fault ServerError { get; } = new(FaultKind.ServerError);

    public static Fault Mute { get; } = new(FaultKind.Mute);

    public static Fault CutLine { get; } = new(FaultKind.CutLine);

    public static Fault Reset { get; } = new(FaultKind.Reset);

    /// <summary>Lines of a watch that arrive unharmed before <see cref="FaultKind.GoneInStream"/>, Mute, CutLine or Reset. Default 0.</summary>
    public int AfterLines { get; init; }

    /// <summary>Retry-After of a 429 (whole seconds), or how late a slow answer comes.</summary>
    public TimeSpan Delay { get; init; }

    public static Fault TooManyRequests(TimeSpan retryAfter) => new(FaultKind.TooManyRequests) { Delay = retryAfter };

    /// <summary>The answer comes late, by the server's clock.</summary>
    public static Fault Slow(TimeSpan delay) => new(FaultKind.Slow) { Delay = delay };

    /// <summary>Whether a watch starts well and meets the fault on its way.</summary>
    internal bool StrikesInStream => Kind is FaultKind.GoneInStream or FaultKind.Mute or FaultKind.CutLine or FaultKind.Reset;
}
