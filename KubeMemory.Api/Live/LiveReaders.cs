using System.Diagnostics.Metrics;
using KubeMemory.Api.Metrics;

namespace KubeMemory.Api.Live;

/// <summary>The metric <c>kubememory.live.readers</c>: who reads the live feed at this moment, by <c>transport</c> (sse, websocket).</summary>
internal sealed class LiveReaders(IMeterFactory meters)
{
    public const string Instrument = "kubememory.live.readers";

    private readonly UpDownCounter<int> _readers = meters.Create(ApiMetrics.Name).CreateUpDownCounter<int>(Instrument, "{reader}", "Readers of the live feed.");

    /// <summary>Counts it from its connection to the end of all that belongs to it.</summary>
    public async Task CountAsync(string transport, Func<Task> reading)
    {
        _readers.Add(1, KeyValuePair.Create("transport", (object?)transport));
        try
        {
            await reading();
        }
        finally
        {
            _readers.Add(-1, KeyValuePair.Create("transport", (object?)transport));
        }
    }
}
