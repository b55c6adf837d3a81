using System.Threading.Channels;

namespace KubeMemory.Engines.Telemetry;

/// <summary>Whether anybody collects metrics: engines are not asked for nobody. Thread-safe.</summary>
public sealed class MetricsDemand(TimeProvider time)
{
    /// <summary>Whoever has not collected for so long has gone.</summary>
    private static readonly TimeSpan GoneAfter = TimeSpan.FromMinutes(3);

    private readonly Channel<bool> _collected = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _last;

    internal bool Lasts => time.GetElapsedTime(Volatile.Read(ref _last)) < GoneAfter;

    /// <summary>Somebody collects now.</summary>
    internal void Note()
    {
        Volatile.Write(ref _last, time.GetTimestamp());
        _collected.Writer.TryWrite(true);
    }

    /// <summary>Waits until somebody collects.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken) => await _collected.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
