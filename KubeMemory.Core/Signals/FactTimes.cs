namespace KubeMemory.Core.Signals;

/// <summary>
/// Times that others wrote. A zero time (0001-01-01) and one that lies ahead are no times: the second would keep an incident the newest,
/// and unresolved, until it comes true.
/// </summary>
internal static class FactTimes
{
    /// <summary>How far a node's clock may be ahead of ours.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The first one that can be true; else <paramref name="now"/>.</summary>
    public static DateTimeOffset First(DateTimeOffset now, params ReadOnlySpan<DateTimeOffset?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate is { } time && time >= Earliest && time <= now + ClockSkew)
            {
                return time;
            }
        }

        return now;
    }

    public static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
