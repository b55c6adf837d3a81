namespace KubeMemory.Watcher.Informers;

/// <summary>
/// How long to wait after a failure, as client-go's reflector does: from 0.8 s to 30 s, doubling, with jitter so that many watchers do
/// not come back together; two healthy minutes start it afresh. Not thread-safe.
/// </summary>
/// <param name="random">Injected so that the jitter can be tested.</param>
internal sealed class Backoff(TimeProvider time, Random random)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.8);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(2);

    /// <summary>A server may ask for longer than <see cref="Longest"/>, but not forever.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    private TimeSpan _base = First;
    private long? _healthySince;

    /// <summary>Something worked; what counts is how long it goes on.</summary>
    public void Healthy() => _healthySince ??= time.GetTimestamp();

    /// <summary>The wait before the next try: within [half, whole) of the current step, and no shorter than what the server asked for.</summary>
    public TimeSpan Next(TimeSpan? asked = null)
    {
        if (_healthySince is { } since && time.GetElapsedTime(since) >= HealthyAfter)
        {
            _base = First;
        }

        _healthySince = null;
        var wait = _base * (0.5 + (random.NextDouble() / 2));
        _base = _base * 2 < Longest ? _base * 2 : Longest;
        return asked is { } least && least > wait ? (least < LongestAsked ? least : LongestAsked) : wait;
    }
}
