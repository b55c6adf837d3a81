using System.Diagnostics.Metrics;

namespace KubeMemory.Engines.Telemetry;

/// <summary>What one question to an engine brings, for all the instruments that show it.</summary>
public interface IMetricsSample
{
    /// <summary>For people: <c>the incident store</c>.</summary>
    string Source { get; }

    /// <summary>False where it says something before the engines have answered for the first time.</summary>
    bool NeedsEngines { get; }

    Task SampleAsync(CancellationToken cancellationToken);

    /// <summary>What was measured before is no longer true.</summary>
    void Forget();
}

/// <summary>
/// Instruments over what <see cref="MetricsSampler"/> has read last: collecting never waits for an engine, and what could not be read, or was
/// read long ago, is not there rather than wrong. Thread-safe.
/// </summary>
public abstract class MetricsSample<T>(MetricsDemand demand, MetricsOptions options, TimeProvider time) : IMetricsSample
    where T : class
{
    private readonly TimeSpan _keptFor = (options.SampleEvery * 2) + TimeSpan.FromSeconds(30);
    private Reading? _last;

    public abstract string Source { get; }

    public virtual bool NeedsEngines => true;

    public async Task SampleAsync(CancellationToken cancellationToken)
    {
        var value = await ReadAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _last, new Reading(value, time.GetTimestamp()));
    }

    public void Forget() => Volatile.Write(ref _last, null);

    protected abstract Task<T> ReadAsync(CancellationToken cancellationToken);

    /// <summary>For an instrument's callback.</summary>
    protected IEnumerable<Measurement<TNumber>> Observe<TNumber>(Func<T, IEnumerable<Measurement<TNumber>>> measure)
        where TNumber : struct
    {
        demand.Note();
        return Volatile.Read(ref _last) is { } last && time.GetElapsedTime(last.At) < _keptFor ? measure(last.Value) : [];
    }

    private sealed record Reading(T Value, long At);
}
