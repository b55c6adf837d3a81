namespace KubeMemory.Core.Incidents;

/// <summary>Stores keep microseconds; what is compared with a stored time must be no finer.</summary>
public static class Microseconds
{
    public static bool IsWhole(DateTimeOffset at) => at.Ticks % TimeSpan.TicksPerMicrosecond == 0;

    public static DateTimeOffset Floor(DateTimeOffset at) => Floor(at, TimeSpan.FromMicroseconds(1));

    public static DateTimeOffset Floor(DateTimeOffset at, TimeSpan unit) => new(at.UtcTicks - (at.UtcTicks % unit.Ticks), TimeSpan.Zero);

    /// <summary>Since the Unix epoch.</summary>
    public static long Of(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset At(long microseconds) => new(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
