namespace KubeMemory.Core.Signals;

/// <summary>Idempotency keys, as <see cref="FailureSignal.SeriesKey"/> says.</summary>
internal static class SeriesKeys
{
    public static string Event(string ns, string name, DateTimeOffset first) => $"e|{ns}|{name}|{Microseconds(first)}";

    public static string State(string uid, string container, DateTimeOffset? finishedAt, string reason) =>
        finishedAt is { } at ? $"s|{uid}|{container}|{Microseconds(at)}" : $"s|{uid}|{container}|{reason}";

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
